/** Commands that move about in the list and select. */
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
  return { name, label, keys, group: 'List', scope, keysOnly: true, enabled: hasRows, perform } satisfies Command
}

const page = (state: WindowState): number => Math.max(1, state.pageRows)

export const listCommands: readonly Command[] = [
  moveCommand('next', 'Next message', ['j'], () => 1, false, 'window'),
  moveCommand('previous', 'Previous message', ['k'], () => -1, false, 'window'),
  moveCommand('next', 'Next message', ['ArrowDown'], () => 1),
  moveCommand('previous', 'Previous message', ['ArrowUp'], () => -1),
  moveCommand('extendNext', 'Extend the selection down', ['Shift+ArrowDown'], () => 1, true),
  moveCommand('extendPrevious', 'Extend the selection up', ['Shift+ArrowUp'], () => -1, true),
  moveCommand('pageDown', 'Page down', ['PageDown'], page),
  moveCommand('pageUp', 'Page up', ['PageUp'], state => -page(state)),
  moveCommand('first', 'First message', ['Home'], () => -Infinity),
  moveCommand('last', 'Last message', ['End'], () => Infinity),
  {
    name: 'open',
    label: 'Open the message',
    keys: ['Enter'],
    group: 'List',
    scope: 'list',
    keysOnly: true,
    enabled: state => state.selection.focus !== null,
    perform: async services => {
      if (services.store.getState().selection.ids.size === 0) await move(services, 0) // the row has the focus, but is not selected
      services.store.setState({ reading: true })
      focusPane('reader')
    },
  },
  { name: 'selectAll', label: 'Select all messages', keys: ['$mod+a'], group: 'List', scope: 'list', enabled: hasRows, perform: selectAll },
  {
    name: 'stepBack',
    label: 'End the selection, back to the list',
    keys: ['Escape'],
    group: 'List',
    scope: 'window',
    keysOnly: true,
    enabled: state => state.selection.ids.size > 0,
    perform: services => {
      stepBack(services, currentPane() === 'reader')
      focusPane('list')
    },
  },
]
