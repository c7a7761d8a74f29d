/** Every command of the window as data: toolbar, context menu, palette, keys and the sheet of keys read this list. */
import { errorWords } from '../data/words/errors.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import type { Services } from '../state/services.ts'
import type { Command, CommandName } from './command.ts'
import { goCommands } from './go.ts'
import { listCommands } from './list.ts'
import { messageCommands } from './message.ts'
import { windowCommands } from './window.ts'

export type { Command, CommandName } from './command.ts'

export const commands: readonly Command[] = [...messageCommands, ...listCommands, ...goCommands, ...windowCommands]

export function commandNamed(name: CommandName): Command {
  const command = commands.find(command => command.name === name)
  if (!command) throw new Error(`no command ${name}`)
  return command
}

/** Performs a command where it is enabled; a failure is told. */
export function perform(command: Command, services: Services): void {
  if (!command.enabled(services.store.getState())) return
  Promise.resolve(command.perform(services)).catch((error: unknown) => {
    showNotice({ kind: 'alert', text: say('commands.failed', { what: command.label, reason: errorWords(error) }) })
  })
}
