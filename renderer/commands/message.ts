/** Commands for the messages that are selected, and for writing one. */
import { Flag } from '../../shared/model/flags.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { FlagChange } from '../data/operations.ts'
import { say } from '../data/words/say.ts'
import type { Services } from '../state/services.ts'
import { folderInFront, selectedRows, type WindowState } from '../state/store.ts'
import type { Command, CommandName } from './command.ts'
import { answer, canAnswer, canCompose, composeNew } from './compose.ts'
import { canLeave, chooseFolder, deleteSelection, moveToRole, offerUndo, saidOf, undo, type Deed } from './transfer.ts'

/** True where the change would change something; a selection that reaches beyond the screen may always be changed. */
function changes(state: WindowState, { add, remove }: FlagChange): boolean {
  const rows = selectedRows(state)
  return rows.length < state.selection.ids.size || rows.some(row => ((row.flags | add) & ~remove) !== row.flags)
}

/** Changes flags of the selection; with several messages it says so and offers to undo. */
async function setFlags(services: Services, change: FlagChange, deed: Deed): Promise<void> {
  const state = services.store.getState()
  const folder: FolderId | undefined = folderInFront(state)?.id
  if (folder === undefined || state.selection.ids.size === 0) return
  const several = state.selection.ids.size > 1
  const { done, undone } = saidOf(deed)
  const { count, takeBack } = await services.actions.setFlags(folder, [...state.selection.ids], change, undone)
  if (several && count > 0 && takeBack) offerUndo(done(count), takeBack)
}

function flagCommand(name: CommandName, label: string, keys: string[], change: FlagChange, deed: Deed): Command {
  return {
    name,
    label,
    keys,
    group: 'message',
    scope: 'window',
    enabled: state => state.selection.ids.size > 0 && changes(state, change),
    perform: services => setFlags(services, change, deed),
  }
}

const read = { add: Flag.seen, remove: 0 }
const unread = { add: 0, remove: Flag.seen }
const flagged = { add: Flag.flagged, remove: 0 }
const unflagged = { add: 0, remove: Flag.flagged }

function answerCommand(name: 'reply' | 'replyAll' | 'forward', label: string, keys: string[]): Command {
  return { name, label, keys, group: 'message', scope: 'window', enabled: canAnswer, perform: services => answer(services, name) }
}

export const messageCommands: readonly Command[] = [
  {
    name: 'newMessage',
    label: say('commands.newMessage'),
    keys: ['n'],
    group: 'message',
    scope: 'window',
    enabled: canCompose,
    perform: services => composeNew(services),
  },
  answerCommand('reply', say('commands.reply'), ['r']),
  answerCommand('replyAll', say('commands.replyAll'), ['a', 'Shift+R']),
  answerCommand('forward', say('commands.forward'), ['f']),
  flagCommand('markRead', say('commands.markRead'), ['Shift+I'], read, 'read'),
  flagCommand('markUnread', say('commands.markUnread'), ['Shift+U'], unread, 'unread'),
  flagCommand('flag', say('commands.flag'), ['s'], flagged, 'flagged'),
  flagCommand('unflag', say('commands.unflag'), ['s'], unflagged, 'unflagged'),
  {
    name: 'archive',
    label: say('commands.archive'),
    keys: ['e'],
    group: 'message',
    scope: 'window',
    enabled: state => canLeave(state, 'archive', 'drafts'),
    perform: services => moveToRole(services, 'archive', 'archived'),
  },
  {
    name: 'delete',
    label: say('commands.delete'),
    keys: ['Delete', 'Shift+#'],
    group: 'message',
    scope: 'window',
    enabled: state => canLeave(state),
    perform: deleteSelection,
  },
  {
    name: 'junk',
    label: say('commands.junk'),
    keys: ['Shift+!'],
    group: 'message',
    scope: 'window',
    enabled: state => canLeave(state, 'junk', 'drafts', 'sent'),
    perform: services => moveToRole(services, 'junk', 'junk'),
  },
  {
    name: 'notJunk',
    label: say('commands.notJunk'),
    keys: ['Shift+!'],
    group: 'message',
    scope: 'window',
    enabled: state => canLeave(state) && folderInFront(state)?.role === 'junk',
    perform: services => moveToRole(services, 'inbox', 'notJunk'),
  },
  {
    name: 'moveTo',
    label: say('commands.moveTo'),
    keys: ['v'],
    group: 'message',
    scope: 'window',
    enabled: state => canLeave(state),
    perform: services => chooseFolder(services, 'move'),
  },
  {
    name: 'copyTo',
    label: say('commands.copyTo'),
    keys: ['c'],
    group: 'message',
    scope: 'window',
    enabled: state => canLeave(state),
    perform: services => chooseFolder(services, 'copy'),
  },
  { name: 'undo', label: say('common.undo'), keys: ['$mod+z'], group: 'message', scope: 'window', enabled: state => state.canUndo, perform: undo },
]
