/**
 * Keys of the window. They never fire in a text field, nor while a dialog, a menu or a message that is written has the focus (but for F6, which leaves it);
 * `list` ones only with the focus in the list.
 */
import { createKeybindingsHandler } from 'tinykeys'
import { commands, perform, type Command } from '../commands/commands.ts'
import { takeAhead } from '../commands/compose-requests.ts'
import type { Services } from '../state/services.ts'

/** Between the keys of a sequence. */
const sequenceMs = 1000

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input:not([type="checkbox"]):not([type="radio"]):not([type="button"]), textarea, select')
}

function isBusy(target: EventTarget | null): boolean {
  return isTyping(target) || (target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"], form') !== null)
}

/** Leaves a message that is written. */
function leaves(key: string, target: EventTarget | null): boolean {
  return (
    /^(?:Shift\+)?F6$/.test(key) && target instanceof HTMLElement && target.closest('form') !== null && target.closest('[role="dialog"]') === null
  )
}

function inScope({ scope }: Command): boolean {
  const { activeElement } = document
  return scope === 'window' || activeElement === document.body || Boolean(activeElement?.closest('[role="grid"]'))
}

/** Binds the keys of all commands; two commands on one key are a pair of which the one that is enabled performs. Answers how to unbind. */
export function bindKeys(target: Window, services: Services): () => void {
  const byKey = new Map<string, Command[]>()
  for (const command of commands) for (const key of command.keys) byKey.set(key, [...(byKey.get(key) ?? []), command])
  const bindings: Record<string, (event: KeyboardEvent) => void> = {}
  /** The key before: the second key of "g a" is not the command on "a". */
  let before = { key: '', at: 0 }
  const endsSequence = ({ key, timeStamp }: KeyboardEvent): boolean => byKey.has(`${before.key} ${key}`) && timeStamp - before.at < sequenceMs
  for (const [key, candidates] of byKey) {
    bindings[key] = event => {
      if (!key.includes(' ') && endsSequence(event)) return
      if (event.defaultPrevented || (isBusy(event.target) && !leaves(key, event.target))) return
      const command = candidates.find(command => inScope(command) && command.enabled(services.store.getState()))
      if (command || key === 'F5') event.preventDefault() // F5 must never reload the window
      if (command) perform(command, services)
    }
  }
  const act = createKeybindingsHandler(bindings, { timeout: sequenceMs }) as (event: KeyboardEvent) => void
  const handler = (event: KeyboardEvent): void => {
    if (!event.defaultPrevented && !isBusy(event.target) && takeAhead(services.store, event)) return event.preventDefault()
    act(event)
    before = { key: event.key, at: event.timeStamp }
  }
  target.addEventListener('keydown', handler)
  return () => target.removeEventListener('keydown', handler)
}
