/** Commands that move about in the list and select. */
import { say } from '../data/words/say.ts'
import { move, selectAll, stepBack } from '../state/selection.ts'
import type { Services } from '../state/services.ts'
import type { WindowState } from '../state/store.ts'
import type { Command, CommandName } from './command.ts'
import { currentPane, focusPane } from './panes.ts'

function hasRows({ view }: WindowState): boolean {
  return (view?.count ?? 0) > 0
}

/** Keys that move about, and nothing else. */
function moveCommand(
  name: CommandName,
  label: string,
  keys: string[],
  rows: (state: WindowState) => number,
  extend = false,
  scope: Command['scope'] = 'list',
) {
  const perform = (services: Services): Promise<void> => move(services, rows(services.store.getState()), extend)
  return { name, label, keys, group: 'list', scope, keysOnly: true, enabled: hasRows, perform } satisfies Command
}

const page = (state: WindowState): number => Math.max(1, state.pageRows)

export const listCommands: readonly Command[] = [
  moveCommand('next', say('commands.next'), ['j'], () => 1, false, 'window'),
  moveCommand('previous', say('commands.previous'), ['k'], () => -1, false, 'window'),
  moveCommand('next', say('commands.next'), ['ArrowDown'], () => 1),
  moveCommand('previous', say('commands.previous'), ['ArrowUp'], () => -1),
  moveCommand('extendNext', say('commands.extendNext'), ['Shift+ArrowDown'], () => 1, true),
  moveCommand('extendPrevious', say('commands.extendPrevious'), ['Shift+ArrowUp'], () => -1, true),
  moveCommand('pageDown', say('commands.pageDown'), ['PageDown'], page),
  moveCommand('pageUp', say('commands.pageUp'), ['PageUp'], state => -page(state)),
  moveCommand('first', say('commands.first'), ['Home'], () => -Infinity),
  moveCommand('last', say('commands.last'), ['End'], () => Infinity),
  {
    name: 'open',
    label: say('commands.open'),
    keys: ['Enter'],
    group: 'list',
    scope: 'list',
    keysOnly: true,
    enabled: state => state.selection.focus !== null,
    perform: async services => {
      if (services.store.getState().selection.ids.size === 0) await move(services, 0) // the row has the focus, but is not selected
      services.store.setState({ reading: true })
      focusPane('reader')
    },
  },
  { name: 'selectAll', label: say('commands.selectAll'), keys: ['$mod+a'], group: 'list', scope: 'list', enabled: hasRows, perform: selectAll },
  {
    name: 'stepBack',
    label: say('commands.stepBack'),
    keys: ['Escape'],
    group: 'list',
    scope: 'window',
    keysOnly: true,
    enabled: state => state.selection.ids.size > 0,
    perform: services => {
      stepBack(services, currentPane() === 'reader')
      focusPane('list')
    },
  },
]
