/** Commands that take messages out of a folder, or put them into another: archive, delete, junk, move, copy. Each can be undone, except deleting for good. */
import { keyOf, type Folder, type FolderRef, type Role } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import { errorWords } from '../data/words/errors.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import { keyWords } from '../ui/Keys.tsx'
import type { Done, Undoable } from '../data/operations.ts'
import { focusIndex, selectOne } from '../state/selection.ts'
import type { Services } from '../state/services.ts'
import { chosenMessages, folderInFront, folderLabel, noSelection, type Chosen, type WindowState } from '../state/store.ts'

const defaultNames: Partial<Record<Role, string>> = { archive: 'Archive', trash: 'Trash', junk: 'Junk' }

/** What was done to messages: there is a sentence for it, and one for having taken it back. */
export type Deed = 'read' | 'unread' | 'flagged' | 'unflagged' | 'archived' | 'deleted' | 'junk' | 'notJunk'

export interface Said {
  done(count: number): string
  undone(count: number): string
}

export function saidOf(deed: Deed): Said {
  return { done: count => say(`done.${deed}`, { count }), undone: count => say(`undone.${deed}`, { count }) }
}

/** The folder of this role, or where it would be: beside the special folders that there are (some servers keep all below INBOX). It is created when first used. */
export function folderOfRole(state: WindowState, role: Role): FolderRef | null {
  const front = folderInFront(state)
  if (!front) return null
  const mine = (state.folders ?? []).filter(folder => folder.ref.account === front.ref.account && folder.ref.store === front.ref.store)
  const there = mine.find(folder => folder.role === role)
  if (there) return there.ref
  const name = defaultNames[role]
  const sibling = mine.find(folder => folder.role === 'sent' || folder.role === 'trash' || folder.role === 'drafts')
  if (!name) return null
  return { ...front.ref, path: sibling?.parent ? `${sibling.parent.path}${sibling.delimiter}${name}` : name }
}

/** True where messages are selected in a folder that is none of these. */
export function canLeave(state: WindowState, ...notFrom: Role[]): boolean {
  const folder = folderInFront(state)
  return state.selection.ids.size > 0 && folder !== null && !notFrom.includes(folder.role)
}

/** These messages go: where they are the selection, the row that takes their place is next. With several gone nothing opens by itself. */
function leave(services: Services, ids: readonly MessageId[]): void {
  const { store } = services
  const state = store.getState()
  const { view, selection } = state
  if (!ids.some(id => selection.ids.has(id))) return
  const at = focusIndex(state)
  const rows = view?.rows ?? []
  const offset = at - (view?.from ?? 0)
  const next =
    rows.slice(Math.max(0, offset)).find(row => !selection.ids.has(row.id)) ??
    rows.slice(0, Math.max(0, offset)).findLast(row => !selection.ids.has(row.id))
  if (!next || !view) store.setState({ selection: noSelection, open: null, reading: false })
  else if (selection.ids.size === 1) selectOne(services, next.id, view.from + rows.indexOf(next))
  else store.setState({ selection: { ids: new Set(), focus: next.id, anchor: next.id }, open: null })
}

async function tellUndone(undoing: Promise<Undoable | null>): Promise<void> {
  try {
    const undone = await undoing
    if (undone) showNotice({ kind: 'status', text: undone.label })
  } catch (error) {
    showNotice({ kind: 'alert', text: say('undone.failed', { reason: errorWords(error) }) })
  }
}

/** Takes the last operation back. */
export function undo({ actions }: Services): Promise<void> {
  return tellUndone(actions.undo())
}

/** Says what was done, and takes back just that. */
export function offerUndo(text: string, takeBack: NonNullable<Done['takeBack']>): void {
  const label = say('common.withKeys', { label: say('common.undo'), keys: keyWords('$mod+z') })
  showNotice({ kind: 'status', text, action: { label, perform: () => void tellUndone(takeBack()) } })
}

/** Moves or copies messages. */
async function transfer(services: Services, kind: 'move' | 'copy', { folder, ids }: Chosen, to: FolderRef, { done, undone }: Said): Promise<void> {
  const from = folder.ref
  if (keyOf(to) === keyOf(from)) return
  if (kind === 'move') leave(services, ids)
  const { count, takeBack } = await services.actions.transfer(kind, folder.id, [...ids], { from, to }, undone)
  if (count === 0) return
  if (takeBack) offerUndo(done(count), takeBack)
  else showNotice({ kind: 'status', text: done(count) })
}

export async function moveToRole(services: Services, role: Role, deed: Deed): Promise<void> {
  const state = services.store.getState()
  const chosen = chosenMessages(state)
  const to = folderOfRole(state, role)
  if (chosen && to) await transfer(services, 'move', chosen, to, saidOf(deed))
}

/** Asks where to. */
export function chooseFolder({ store }: Services, kind: 'move' | 'copy'): void {
  store.setState(state => ({ dialog: kind, chosen: chosenMessages(state) }))
}

export function transferTo(services: Services, kind: 'move' | 'copy', chosen: Chosen, folder: Folder): Promise<void> {
  const name = folderLabel(folder)
  return transfer(services, kind, chosen, folder.ref, {
    done: count => say(kind === 'move' ? 'done.moved' : 'done.copied', { count, folder: name }),
    undone: count => say('undone.moved', { count, folder: name }),
  })
}

/** To Trash; what is in Trash goes for good, after asking. */
export async function deleteSelection(services: Services): Promise<void> {
  const chosen = chosenMessages(services.store.getState())
  if (chosen?.folder.role === 'trash') services.store.setState({ dialog: 'expunge', chosen })
  else await moveToRole(services, 'trash', 'deleted')
}

/** Deletes messages for good. The person was asked about just these. */
export async function expunge(services: Services, { folder, ids }: Chosen): Promise<void> {
  leave(services, ids)
  const count = await services.actions.expunge(folder.id, [...ids])
  if (count > 0) showNotice({ kind: 'status', text: say('done.expunged', { count }) })
}
