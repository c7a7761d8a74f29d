/** Moving through the list and selecting. Rows near the screen are at hand and answer at once; farther ones are asked of the list worker. */
import { keyOf, type FolderRef } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import type { Row } from '../data/list/list-protocol.ts'
import type { Services } from './services.ts'
import { layoutInEffect, noSelection, type LocalList, type WindowState } from './store.ts'

type Needs = Pick<Services, 'store' | 'list'>
type WithStore = Pick<Services, 'store'>

/** Number of the focused row, -1 where none is in the view. */
export function focusIndex({ view, selection }: WindowState): number {
  if (!view || selection.focus === null) return -1
  const near = view.rows.findIndex(row => row.id === selection.focus)
  if (near >= 0) return view.from + near
  return view.focus?.id === selection.focus ? view.focus.index : -1
}

async function idAt({ store, list }: Needs, index: number): Promise<MessageId | null> {
  const { view } = store.getState()
  if (!view) return null
  const near = view.rows[index - view.from]
  if (near) return near.id
  return (await list.call('ids', { folder: view.folder, from: index, to: index + 1 }))[0] ?? null
}

function knownRow({ view, open }: WindowState, id: MessageId): Row | null {
  return view?.rows.find(row => row.id === id) ?? (open?.id === id ? open : null)
}

/** Selects one message and shows it. */
export function selectOne({ store }: WithStore, id: MessageId, index: number): void {
  const state = store.getState()
  const row = knownRow(state, id)
  store.setState({
    selection: { ids: new Set([id]), focus: id, anchor: id },
    open: row,
    view: state.view && { ...state.view, focus: { id, index, row } },
  })
}

/** Adds a message to the selection, or takes it out. */
export function toggleOne({ store }: Needs, id: MessageId): void {
  const { selection } = store.getState()
  const ids = new Set(selection.ids)
  if (!ids.delete(id)) ids.add(id)
  store.setState({ selection: { ids, focus: id, anchor: id } })
}

/** Selects from the anchor to this message. */
export async function selectTo(needs: Needs, id: MessageId, index: number): Promise<void> {
  const { store, list } = needs
  const { selection, view } = store.getState()
  if (!view || selection.anchor === null) return selectOne(needs, id, index)
  const near = view.rows.findIndex(row => row.id === selection.anchor)
  const start = near >= 0 ? view.from + near : await list.call('indexOf', { folder: view.folder, id: selection.anchor })
  if (start < 0) return selectOne(needs, id, index)
  const from = Math.min(start, index)
  const to = Math.max(start, index) + 1
  const atHand = from >= view.from && to <= view.from + view.rows.length
  const ids = atHand
    ? view.rows.slice(from - view.from, to - view.from).map(row => row.id)
    : await list.call('ids', { folder: view.folder, from, to })
  const now = store.getState().view
  store.setState({
    selection: { ids: new Set(ids), focus: id, anchor: selection.anchor },
    view: now && { ...now, focus: { id, index, row: now.rows[index - now.from] ?? null } },
  })
}

/** Moves the focus by rows, or to an end with ±Infinity; with `extend` the selection grows to there. */
export async function move(needs: Needs, rows: number, extend = false): Promise<void> {
  const state = needs.store.getState()
  const count = state.view?.count ?? 0
  if (count === 0) return
  const at = focusIndex(state)
  const wanted = at < 0 && rows > 0 && Number.isFinite(rows) ? 0 : at + rows
  const index = Math.max(0, Math.min(count - 1, wanted))
  const id = await idAt(needs, index)
  if (id === null) return
  if (extend) await selectTo(needs, id, index)
  else selectOne(needs, id, index)
}

export async function selectAll({ store, list }: Needs): Promise<void> {
  const { view, selection } = store.getState()
  if (!view || view.count === 0) return
  const ids = await list.call('ids', { folder: view.folder, from: 0, to: view.count })
  store.setState({ selection: { ids: new Set(ids), focus: selection.focus ?? ids[0] ?? null, anchor: selection.anchor ?? ids[0] ?? null } })
}

/**
 * One step back: from several to the focused one, from the message to the list, from the selection to none. Where the list stands beside the message, only the
 * focus (`inReader`) can come back from it.
 */
export function stepBack({ store }: Needs, inReader: boolean): void {
  const state = store.getState()
  const { selection, reading } = state
  if (selection.ids.size > 1 && selection.focus !== null) {
    const ids = new Set([selection.focus])
    store.setState({ selection: { ids, focus: selection.focus, anchor: selection.focus }, open: knownRow(state, selection.focus) })
  } else if (inReader || (reading && layoutInEffect(state) === 'list')) store.setState({ reading: false })
  else store.setState({ selection: { ...noSelection, focus: selection.focus }, open: null, reading: false })
}

/** Brings a folder to the front. */
export function goTo({ store }: WithStore, inFront: FolderRef): void {
  const { inFront: now, local } = store.getState()
  if (local === null && now && keyOf(now) === keyOf(inFront)) {
    store.setState({ reading: false })
    return
  }
  store.setState({ inFront, local: null, filter: 'all', view: null, selection: noSelection, open: null, reading: false, range: { from: 0, to: 60 } })
}

const comesWithinMs = 10_000

/** Brings a folder to the front, and one of its messages as soon as it is in the list; given up when the person goes elsewhere meanwhile. */
export function goToMessage(needs: Needs, inFront: FolderRef, uid: number): void {
  const { store, list } = needs
  goTo(needs, inFront)
  if (store.getState().filter !== 'all') store.setState({ filter: 'all', view: null })
  const { inFront: wanted, selection, composing } = store.getState()

  /** True when there is no more to do. */
  async function attempt(): Promise<boolean> {
    const { view } = store.getState()
    const found = view && (await list.call('findUid', { folder: view.folder, uid }))
    const now = store.getState()
    if (now.inFront !== wanted || now.local !== null || now.selection !== selection || now.composing !== composing) return true
    if (!found || now.view?.folder !== view.folder) return false
    selectOne(needs, found.id, found.index)
    store.setState({ reading: true })
    return true
  }
  const stop = store.subscribe(({ view }, before) => view !== before.view && void look())
  const timer = setTimeout(stop, comesWithinMs)
  async function look(): Promise<void> {
    if (!(await attempt().catch(() => true))) return // where it fails the folder is no longer there
    stop()
    clearTimeout(timer)
  }
  void look()
}

/** Brings messages of this computer to the front. */
export function goToOutgoing({ store }: WithStore, local: LocalList): void {
  if (store.getState().local === local) return store.setState({ reading: false })
  store.setState({ local, view: null, selection: noSelection, open: null, reading: false })
}
