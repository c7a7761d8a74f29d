/** Every command of the window as data: toolbar, context menu, palette, keys and the sheet of keys read this list. */
import { Flag } from '../../shared/model/flags.ts'
import { type FolderId } from '../../shared/model/folder.ts'
import { type Settings } from '../../shared/model/settings.ts'
import type { FlagChange } from '../data/operations.ts'
import { showNotice } from '../ui/notices.tsx'
import type { Services } from '../state/services.ts'
import { folderInFront, selectedRows, type WindowState } from '../state/store.ts'
import { goTo, move, selectAll, stepBack } from '../state/selection.ts'
import { answer, canAnswer, canCompose, composeNew } from './compose.ts'
import { currentPane, focusPane, nextPane } from './panes.ts'
import { canLeave, chooseFolder, deleteSelection, moveToRole, offerUndo, undo } from './transfer.ts'

export type CommandName =
  | 'newMessage'
  | 'reply'
  | 'replyAll'
  | 'forward'
  | 'markRead'
  | 'markUnread'
  | 'flag'
  | 'unflag'
  | 'archive'
  | 'delete'
  | 'junk'
  | 'notJunk'
  | 'moveTo'
  | 'copyTo'
  | 'undo'
  | 'checkMail'
  | 'addAccount'
  | 'accounts'
  | 'unlock'
  | 'mailProgram'
  | 'selectAll'
  | 'stepBack'
  | 'next'
  | 'previous'
  | 'extendNext'
  | 'extendPrevious'
  | 'pageDown'
  | 'pageUp'
  | 'first'
  | 'last'
  | 'open'
  | 'goToInbox'
  | 'palette'
  | 'activity'
  | 'keys'
  | 'nextPane'
  | 'previousPane'
  | `account${number}`
  | `theme-${Settings['theme']}`
  | `density-${Settings['density']}`
  | `layout-${Settings['layout']}`

export interface Command {
  name: CommandName
  label: string
  group: 'Message' | 'List' | 'Go' | 'Window'
  /** Bindings as tinykeys writes them. `list` ones work only with the focus in the list. */
  keys: readonly string[]
  scope: 'window' | 'list'
  /** Left out of palette and menus: moving about with keys. */
  keysOnly?: boolean
  enabled(state: WindowState): boolean
  perform(services: Services): void | Promise<void>
}

function always(): boolean {
  return true
}

function hasRows({ view }: WindowState): boolean {
  return (view?.count ?? 0) > 0
}

/** True where the change would change something; a selection that reaches beyond the screen may always be changed. */
function changes(state: WindowState, { add, remove }: FlagChange): boolean {
  const rows = selectedRows(state)
  return rows.length < state.selection.ids.size || rows.some(row => ((row.flags | add) & ~remove) !== row.flags)
}

/** Changes flags of the selection; with several messages it says so and offers to undo. */
async function setFlags(services: Services, change: FlagChange, label: (count: number) => string): Promise<void> {
  const state = services.store.getState()
  const folder: FolderId | undefined = folderInFront(state)?.id
  if (folder === undefined || state.selection.ids.size === 0) return
  const several = state.selection.ids.size > 1
  const { count, takeBack } = await services.actions.setFlags(folder, [...state.selection.ids], change, label)
  if (several && count > 0 && takeBack) offerUndo(label(count), takeBack)
}

function flagCommand(name: CommandName, label: string, keys: string[], change: FlagChange, done: (count: number) => string): Command {
  return {
    name,
    label,
    keys,
    group: 'Message',
    scope: 'window',
    enabled: state => state.selection.ids.size > 0 && changes(state, change),
    perform: services => setFlags(services, change, done),
  }
}

const read = { add: Flag.seen, remove: 0 }
const unread = { add: 0, remove: Flag.seen }
const flagged = { add: Flag.flagged, remove: 0 }
const unflagged = { add: 0, remove: Flag.flagged }
const amount = (count: number): string => count.toLocaleString('en-GB')

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

function answerCommand(name: 'reply' | 'replyAll' | 'forward', label: string, keys: string[]): Command {
  return { name, label, keys, group: 'Message', scope: 'window', enabled: canAnswer, perform: services => answer(services, name) }
}

function set(services: Services, change: Partial<Settings>): void {
  const before = services.store.getState().settings
  services.store.setState({ settings: { ...before, ...change }, ...(change.layout ? { reading: false } : {}) })
  services.core.call('settings.set', change).catch((error: Error) => {
    services.store.setState({ settings: before })
    showNotice({ kind: 'alert', text: `The setting was not kept: ${error.message}` })
  })
}

function settingCommand<K extends keyof Settings>(key: K, value: Settings[K], label: string): Command {
  return {
    name: `${key}-${value}` as CommandName,
    label,
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: state => state.settings[key] !== value,
    perform: services => set(services, { [key]: value }),
  }
}

async function becomeMailProgram({ core }: Services): Promise<void> {
  const made = await core.call('desktop.mailProgram', null)
  showNotice(
    made
      ? { kind: 'status', text: 'Mail addresses you click in other programs are opened with Pillarbox from now on.' }
      : { kind: 'alert', text: 'This system does not let Pillarbox choose that. Look for “Default apps” in its settings.' },
  )
}

async function checkMail({ core }: Services): Promise<void> {
  try {
    await core.call('sync.now', { account: null })
  } catch (error) {
    showNotice({ kind: 'alert', text: `Mail could not be checked: ${error instanceof Error ? error.message : String(error)}` })
  }
}

function goToInbox({ store }: Services, number: number | null): void {
  const { accounts, inFront, folders } = store.getState()
  const account = number === null ? (inFront?.account ?? accounts[0]?.id) : accounts[number - 1]?.id
  const inbox = folders?.find(folder => folder.ref.account === account && folder.role === 'inbox')
  if (!inbox) return
  goTo({ store }, inbox.ref)
  focusPane('list')
}

function accountCommand(number: number): Command {
  return {
    name: `account${number}`,
    label: `Go to account ${number}`,
    keys: [`$mod+${number}`],
    group: 'Go',
    scope: 'window',
    keysOnly: true,
    enabled: state => state.accounts.length >= number,
    perform: services => goToInbox(services, number),
  }
}

const page = (state: WindowState): number => Math.max(1, state.pageRows)

export const commands: readonly Command[] = [
  {
    name: 'newMessage',
    label: 'New message',
    keys: ['n'],
    group: 'Message',
    scope: 'window',
    enabled: canCompose,
    perform: services => composeNew(services),
  },
  answerCommand('reply', 'Reply', ['r']),
  answerCommand('replyAll', 'Reply all', ['a', 'Shift+R']),
  answerCommand('forward', 'Forward', ['f']),
  flagCommand('markRead', 'Mark as read', ['Shift+I'], read, count => `Marked ${amount(count)} as read`),
  flagCommand('markUnread', 'Mark as unread', ['Shift+U'], unread, count => `Marked ${amount(count)} as unread`),
  flagCommand('flag', 'Flag', ['s'], flagged, count => `Flagged ${amount(count)}`),
  flagCommand('unflag', 'Unflag', ['s'], unflagged, count => `Unflagged ${amount(count)}`),
  {
    name: 'archive',
    label: 'Archive',
    keys: ['e'],
    group: 'Message',
    scope: 'window',
    enabled: state => canLeave(state, 'archive', 'drafts'),
    perform: services => moveToRole(services, 'archive', 'archived'),
  },
  {
    name: 'delete',
    label: 'Delete',
    keys: ['Delete', 'Shift+#'],
    group: 'Message',
    scope: 'window',
    enabled: state => canLeave(state),
    perform: deleteSelection,
  },
  {
    name: 'junk',
    label: 'Junk',
    keys: ['Shift+!'],
    group: 'Message',
    scope: 'window',
    enabled: state => canLeave(state, 'junk', 'drafts', 'sent'),
    perform: services => moveToRole(services, 'junk', 'moved to Junk'),
  },
  {
    name: 'notJunk',
    label: 'Not junk',
    keys: ['Shift+!'],
    group: 'Message',
    scope: 'window',
    enabled: state => canLeave(state) && folderInFront(state)?.role === 'junk',
    perform: services => moveToRole(services, 'inbox', 'moved to Inbox'),
  },
  {
    name: 'moveTo',
    label: 'Move to…',
    keys: ['v'],
    group: 'Message',
    scope: 'window',
    enabled: state => canLeave(state),
    perform: services => chooseFolder(services, 'move'),
  },
  {
    name: 'copyTo',
    label: 'Copy to…',
    keys: ['c'],
    group: 'Message',
    scope: 'window',
    enabled: state => canLeave(state),
    perform: services => chooseFolder(services, 'copy'),
  },
  { name: 'undo', label: 'Undo', keys: ['$mod+z'], group: 'Message', scope: 'window', enabled: state => state.canUndo, perform: undo },

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

  {
    name: 'goToInbox',
    label: 'Go to Inbox',
    keys: ['g i'],
    group: 'Go',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: services => goToInbox(services, null),
  },
  ...Array.from({ length: 9 }, (_, i) => accountCommand(i + 1)),
  {
    name: 'checkMail',
    label: 'Check mail now',
    keys: ['F5'],
    group: 'Go',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: checkMail,
  },

  {
    name: 'activity',
    label: 'Show activity',
    keys: ['g a'],
    group: 'Go',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: ({ store }) => store.setState({ dialog: 'activity' }),
  },
  {
    name: 'palette',
    label: 'Find a command',
    keys: ['$mod+k'],
    group: 'Window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: ({ store }) => store.setState({ dialog: 'palette' }),
  },
  {
    name: 'keys',
    label: 'Show the keys',
    keys: ['Shift+?', '?'],
    group: 'Window',
    scope: 'window',
    enabled: always,
    perform: ({ store }) => store.setState({ dialog: 'keys' }),
  },
  {
    name: 'addAccount',
    label: 'Add account',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: state => state.core === 'ready',
    perform: ({ store }) => store.setState({ dialog: 'addAccount' }),
  },
  {
    name: 'accounts',
    label: 'Accounts…',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: ({ store }) => store.setState({ dialog: 'accounts', accountPage: null }),
  },
  {
    name: 'unlock',
    label: 'Unlock your passwords…',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: ({ secrets }) => secrets.kind === 'passphrase' && secrets.locked,
    perform: ({ store }) => store.setState({ dialog: 'unlock' }),
  },
  {
    name: 'mailProgram',
    label: 'Open mail addresses with Pillarbox',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: ({ missingFeatures }) => !missingFeatures.includes('opening mail addresses of other programs'),
    perform: becomeMailProgram,
  },
  {
    name: 'nextPane',
    label: 'Next pane',
    keys: ['F6'],
    group: 'Window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: () => nextPane(1),
  },
  {
    name: 'previousPane',
    label: 'Previous pane',
    keys: ['Shift+F6'],
    group: 'Window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: () => nextPane(-1),
  },
  settingCommand('theme', 'system', 'Theme: as the system'),
  settingCommand('theme', 'light', 'Theme: light'),
  settingCommand('theme', 'dark', 'Theme: dark'),
  settingCommand('density', 'normal', 'Density: normal'),
  settingCommand('density', 'comfortable', 'Density: comfortable'),
  settingCommand('density', 'compact', 'Density: compact'),
  settingCommand('layout', 'columns', 'Layout: columns'),
  settingCommand('layout', 'stacked', 'Layout: list above message'),
  settingCommand('layout', 'list', 'Layout: list alone'),
]

export function commandNamed(name: CommandName): Command {
  const command = commands.find(command => command.name === name)
  if (!command) throw new Error(`no command ${name}`)
  return command
}

/** Performs a command where it is enabled; a failure is told. */
export function perform(command: Command, services: Services): void {
  if (!command.enabled(services.store.getState())) return
  Promise.resolve(command.perform(services)).catch((error: unknown) => {
    showNotice({ kind: 'alert', text: `${command.label}: ${error instanceof Error ? error.message : String(error)}` })
  })
}
