/**
 * One folder as the list worker holds it: typed columns, the order by date, the view through a quick filter, and the overlay of changes. Pure: no database,
 * no clock. Deltas applied one by one give the same as loading afresh (property test beside this file).
 *
 * `order` holds all living slots, `view` those the filter lets through; with the filter `all` both are one list. Flags are always those shown: what the
 * server has with the changes projected. A row that was kept (opened while in view) stays in the view though it no longer matches, so that nothing moves
 * under the pointer.
 */
import { State } from '../../../shared/batch.ts'
import { Flag } from '../../../shared/model/flags.ts'
import { type MessageId } from '../../../shared/model/message.ts'
import { isTakenAway, projectBits, type OpId, type PendingChange } from '../../../shared/operations.ts'
import { createSlotList, insertSlots, lowerBound, positionOf, removeSlots, sortByDate, type Compare, type SlotList } from './slot-list.ts'

export type Filter = 'all' | 'unread' | 'flagged' | 'attachments'

/** Columns and marks of consecutive slots, as the cache stores them. */
export interface SlotValues {
  uid: ArrayLike<number>
  id: ArrayLike<number>
  date: ArrayLike<number>
  size: ArrayLike<number>
  hash: ArrayLike<number>
  flags: ArrayLike<number>
  state: ArrayLike<number>
}

export interface ListModel {
  /** Slots in use, dead ones included. The arrays may be longer. */
  slots: number
  uid: Uint32Array
  id: Uint32Array
  /** Seconds. */
  date: Uint32Array
  size: Uint32Array
  hash: Float64Array
  flags: Uint16Array
  state: Uint8Array
  order: SlotList
  view: SlotList
  byId: SlotList
  filter: Filter
  kept: Set<number>
  /** Unread among the living, as shown. */
  unread: number
  changes: Map<OpId, PendingChange>
  changesBySlot: Map<number, PendingChange[]>
  byDate: Compare
  byIdThenSlot: Compare
}

export function createModel(): ListModel {
  const order = createSlotList()
  const model: ListModel = {
    slots: 0,
    uid: new Uint32Array(0),
    id: new Uint32Array(0),
    date: new Uint32Array(0),
    size: new Uint32Array(0),
    hash: new Float64Array(0),
    flags: new Uint16Array(0),
    state: new Uint8Array(0),
    order,
    view: order,
    byId: createSlotList(),
    filter: 'all',
    kept: new Set(),
    unread: 0,
    changes: new Map(),
    changesBySlot: new Map(),
    byDate: (a, b) => model.date[b]! - model.date[a]! || model.uid[b]! - model.uid[a]! || b - a,
    byIdThenSlot: (a, b) => model.id[a]! - model.id[b]! || a - b,
  }
  return model
}

/** True while a change on this message has not reached the server. */
export function isWaiting(model: ListModel, slot: number): boolean {
  return model.changesBySlot.has(slot)
}

/** Flags with the changes projected. */
export function shownFlags(model: ListModel, slot: number): number {
  const changes = model.changesBySlot.get(slot)
  return changes ? projectBits(model.flags[slot]!, changes) : model.flags[slot]!
}

/**
 * There, and not on its way to another folder. What a move put here at once (`pending`) is here. Marked \Deleted is as good as gone: so a server without UIDPLUS
 * keeps what was moved or deleted until somebody expunges all of it.
 */
function isAlive(model: ListModel, slot: number): boolean {
  const state = model.state[slot]!
  if (state & State.dead || model.flags[slot]! & Flag.deleted) return false
  const changes = model.changesBySlot.get(slot)
  return changes === undefined || (state & State.pending) !== 0 || !isTakenAway(changes)
}

function matches(model: ListModel, slot: number): boolean {
  switch (model.filter) {
    case 'all':
      return true
    case 'unread':
      return (shownFlags(model, slot) & Flag.seen) === 0
    case 'flagged':
      return (shownFlags(model, slot) & Flag.flagged) !== 0
    case 'attachments':
      return (model.state[slot]! & State.attachments) !== 0
  }
}

const alive = 1
const unread = 2
const inView = 4

function standing(model: ListModel, slot: number): number {
  if (!isAlive(model, slot)) return 0
  const shown = (shownFlags(model, slot) & Flag.seen) === 0 ? alive | unread : alive
  return matches(model, slot) || model.kept.has(slot) ? shown | inView : shown
}

/** Brings order, view and counts in step with what `mutate` changes in these slots. */
function modify(model: ListModel, slots: Iterable<number>, mutate: () => void): void {
  const touched = [...new Set(slots)]
  const before = touched.map(slot => standing(model, slot))
  mutate()
  const moves: Record<'comes' | 'goes' | 'enters' | 'leaves', number[]> = { comes: [], goes: [], enters: [], leaves: [] }
  touched.forEach((slot, i) => {
    const was = before[i]!
    const is = standing(model, slot)
    if ((was ^ is) & alive) (is & alive ? moves.comes : moves.goes).push(slot)
    if ((was ^ is) & inView) (is & inView ? moves.enters : moves.leaves).push(slot)
    model.unread += (is & unread ? 1 : 0) - (was & unread ? 1 : 0)
  })
  if (model.view !== model.order) {
    insertSlots(model.view, moves.enters, model.byDate)
    removeSlots(model.view, moves.leaves, model.byDate)
  }
  insertSlots(model.order, moves.comes, model.byDate)
  removeSlots(model.order, moves.goes, model.byDate)
}

function grow(model: ListModel, slots: number): void {
  if (model.uid.length >= slots) return
  const capacity = Math.max(slots, Math.ceil(model.uid.length * 1.5), 256)
  const larger = <T extends { set(from: T): void }>(from: T, to: T): T => (to.set(from), to)
  model.uid = larger(model.uid, new Uint32Array(capacity))
  model.id = larger(model.id, new Uint32Array(capacity))
  model.date = larger(model.date, new Uint32Array(capacity))
  model.size = larger(model.size, new Uint32Array(capacity))
  model.hash = larger(model.hash, new Float64Array(capacity))
  model.flags = larger(model.flags, new Uint16Array(capacity))
  model.state = larger(model.state, new Uint8Array(capacity))
}

/** Appends slots at the end. Into an empty model they are sorted at once, otherwise merged. */
export function addSlots(model: ListModel, values: SlotValues): void {
  const from = model.slots
  const count = values.uid.length
  grow(model, from + count)
  model.uid.set(values.uid, from)
  model.id.set(values.id, from)
  model.date.set(values.date, from)
  model.size.set(values.size, from)
  model.hash.set(values.hash, from)
  model.flags.set(values.flags, from)
  model.state.set(values.state, from)
  model.slots += count

  const fresh = Array.from({ length: count }, (_, i) => from + i)
  insertSlots(model.byId, fresh.slice(), model.byIdThenSlot) // ids nearly always rise with the slots: an append
  joinChanges(model, fresh)
  const living = fresh.filter(slot => isAlive(model, slot))
  for (const slot of living) if ((shownFlags(model, slot) & Flag.seen) === 0) model.unread++
  if (model.order.length === 0) Object.assign(model.order, createSlotList(sortByDate(Uint32Array.from(living), model.date, model.byDate)))
  else insertSlots(model.order, living.slice(), model.byDate)
  if (model.view !== model.order) {
    insertSlots(
      model.view,
      living.filter(slot => matches(model, slot)),
      model.byDate,
    )
  }
}

/** New values of flags and state, as a notice brings them. */
export function changeMarks(model: ListModel, slots: number[], flags: ArrayLike<number>, state: ArrayLike<number>): void {
  modify(model, slots, () => {
    slots.forEach((slot, i) => {
      model.flags[slot] = flags[i]!
      model.state[slot] = state[i]!
    })
  })
}

/** Slots of a message in the order of arrival: one that left and came back has a dead slot too. */
function slotsOfMessage(model: ListModel, id: MessageId): number[] {
  const { array, length } = model.byId
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (model.id[array[middle]!]! < id) low = middle + 1
    else high = middle
  }
  const slots: number[] = []
  for (let i = low; i < length && model.id[array[i]!] === id; i++) slots.push(array[i]!)
  return slots
}

/** The living slot of a message, or -1. */
export function slotOf(model: ListModel, id: MessageId): number {
  return slotsOfMessage(model, id).findLast(slot => isAlive(model, slot)) ?? -1
}

/** Row number of a message in the view, or -1. */
export function indexOf(model: ListModel, id: MessageId): number {
  const slot = slotOf(model, id)
  return slot < 0 ? -1 : positionOf(model.view, slot, model.byDate)
}

/** The message with this UID in the view; null where there is none. */
export function findUid({ view, uid, id }: ListModel, wanted: number): { id: MessageId; index: number } | null {
  const index = view.array.subarray(0, view.length).findIndex(slot => uid[slot] === wanted)
  return index < 0 ? null : { id: id[view.array[index]!]!, index }
}

/** First row of the view that is older than `seconds`. */
export function firstOlderThan(model: ListModel, seconds: number): number {
  const { view, date } = model
  return lowerBound(view, -1, a => (date[a]! >= seconds ? -1 : 0))
}

export function setFilter(model: ListModel, filter: Filter): void {
  model.filter = filter
  model.kept.clear()
  if (filter === 'all') {
    model.view = model.order
    return
  }
  const { array, length } = model.order
  model.view = createSlotList(array.slice(0, length).filter(slot => matches(model, slot)))
}

/** From now on this row stays in the view until the filter is chosen again. */
export function keep(model: ListModel, id: MessageId): void {
  const slot = slotOf(model, id)
  if (slot >= 0 && positionOf(model.view, slot, model.byDate) >= 0) model.kept.add(slot)
}

/** All places of a change's messages, dead ones too: a slot may live again. */
function slotsOf(model: ListModel, change: PendingChange): number[] {
  return [...new Set(change.messages.flatMap(id => slotsOfMessage(model, id)))]
}

function join(model: ListModel, slot: number, change: PendingChange): void {
  const changes = model.changesBySlot.get(slot)
  if (!changes) model.changesBySlot.set(slot, [change])
  else if (!changes.some(other => other.id === change.id)) {
    changes.push(change)
    changes.sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
  }
}

function joinChanges(model: ListModel, slots: number[]): void {
  for (const change of model.changes.values()) {
    const messages = new Set(change.messages)
    for (const slot of slots) if (messages.has(model.id[slot]!)) join(model, slot, change)
  }
}

/** Adds a change to the overlay, or replaces the one with its id. */
export function putChange(model: ListModel, change: PendingChange): void {
  dropChange(model, change.id)
  const slots = slotsOf(model, change)
  modify(model, slots, () => {
    model.changes.set(change.id, change)
    for (const slot of slots) join(model, slot, change)
  })
}

export function dropChange(model: ListModel, id: OpId): void {
  const change = model.changes.get(id)
  if (!change) return
  const slots = slotsOf(model, change)
  modify(model, slots, () => {
    model.changes.delete(id)
    for (const slot of slots) {
      const left = model.changesBySlot.get(slot)?.filter(other => other.id !== id) ?? []
      if (left.length > 0) model.changesBySlot.set(slot, left)
      else model.changesBySlot.delete(slot)
    }
  })
}
