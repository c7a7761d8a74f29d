/**
 * Keys of the window. They never fire in a text field, nor while a dialog, a menu or a letter that is written has the focus (but for F6, which leaves it);
 * `list` ones only with the focus in the list.
 */
import { createKeybindingsHandler } from 'tinykeys'
import { commands, perform, type Command } from './commands.ts'
import type { Services } from './state-context.ts'

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return target.isContentEditable || target.matches('input:not([type="checkbox"]):not([type="radio"]):not([type="button"]), textarea, select')
}

function isBusy(target: EventTarget | null): boolean {
  return isTyping(target) || (target instanceof HTMLElement && target.closest('[role="dialog"], [role="menu"], form') !== null)
}

/** Leaves a letter that is written. */
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
  for (const [key, candidates] of byKey) {
    bindings[key] = event => {
      if (event.defaultPrevented || (isBusy(event.target) && !leaves(key, event.target))) return
      const command = candidates.find(command => inScope(command) && command.enabled(services.store.getState()))
      if (command || key === 'F5') event.preventDefault() // F5 must never reload the window
      if (command) perform(command, services)
    }
  }
  const handler = createKeybindingsHandler(bindings) as (event: KeyboardEvent) => void
  target.addEventListener('keydown', handler)
  return () => target.removeEventListener('keydown', handler)
}
