/** Commands for the messages that are selected, and for writing one. */
import { Flag } from '../../shared/model/flags.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { FlagChange } from '../data/operations.ts'
import type { Services } from '../state/services.ts'
import { folderInFront, selectedRows, type WindowState } from '../state/store.ts'
import type { Command, CommandName } from './command.ts'
import { answer, canAnswer, canCompose, composeNew } from './compose.ts'
import { canLeave, chooseFolder, deleteSelection, moveToRole, offerUndo, undo } from './transfer.ts'

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

function answerCommand(name: 'reply' | 'replyAll' | 'forward', label: string, keys: string[]): Command {
  return { name, label, keys, group: 'Message', scope: 'window', enabled: canAnswer, perform: services => answer(services, name) }
}

export const messageCommands: readonly Command[] = [
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
]
