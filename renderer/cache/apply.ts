/**
 * One batch of the core, one transaction: rows, cursor, counters and finished changes together (law 2). Applying a batch again changes nothing.
 *
 * A row is known by its UID. Flags are taken when their MODSEQ is not lower than the stored one; without MODSEQ, when the batch began after the last
 * operation on the folder (`asOf`).
 */
import { State, blockSlots, type Applied, type Batch, type NewRows, type RowsNotice } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { Flag, type Folder } from '../../shared/model/model.ts'
import { countOf, contains, uidsOf, type Ranges } from '../../shared/ranges.ts'
import { columnBlocks, growColumns, growMarks, markBlocks, type ColumnBlocks, type MarkBlocks } from './blocks.ts'
import { forgetBodies } from './bodies.ts'
import { compactIfDue } from './compact.ts'
import { forgetChanges, identity, loadIndex, overlayUnread, requireFolder, type CacheContext, type FolderIndex } from './context.ts'
import { appendPages } from './header-pages.ts'
import { moveTo, addLocations } from './where.ts'

/** A folder's rows while one transaction changes them. */
export interface Work {
  context: CacheContext
  folder: Folder
  index: FolderIndex
  columns: ColumnBlocks
  marks: MarkBlocks
  /** Slot -> nothing; their marks changed. */
  changed: Set<number>
  added: { from: number; count: number } | null
  asOf: number
}

export async function beginWork(context: CacheContext, folder: Folder, asOf: number): Promise<Work> {
  return {
    context,
    folder,
    index: await loadIndex(context, folder.id),
    columns: columnBlocks(context.database, folder.id),
    marks: markBlocks(context.database, folder.id),
    changed: new Set(),
    added: null,
    asOf,
  }
}

/** Stores the changed blocks and the folder; answers the notice to send after the commit, or null where no row changed. */
export async function finishWork(work: Work, finished: string[] = [], reload = false): Promise<RowsNotice | null> {
  const { context, folder, added } = work
  await work.columns.flush()
  await work.marks.flush()
  const compacted = await compactIfDue(work)
  const touched = compacted || reload || added !== null || work.changed.size > 0 || finished.length > 0
  if (touched) folder.rev++
  folder.shownUnread = folder.unread + ((await overlayUnread(context)).get(folder.id) ?? 0)
  await context.database.folders.put(folder)
  if (!touched) return null
  const slots = [...work.changed].filter(slot => !added || slot < added.from)
  const flags: number[] = []
  const state: number[] = []
  for (const slot of slots) {
    const block = work.marks.at(slot)
    flags.push(block.flags[slot % blockSlots]!)
    state.push(block.state[slot % blockSlots]!)
  }
  const whole = compacted || reload
  return {
    kind: 'rows',
    folder: folder.id,
    rev: folder.rev,
    added: whole ? null : added,
    changed: whole ? { slots: [], flags: [], state: [] } : { slots, flags, state },
    reload: whole,
    finished,
  }
}

/** Sets the flags of a row, whose marks are loaded, where they are not older than what is stored. */
export function setFlags(work: Work, slot: number, flags: number, modseq: number | null): void {
  const block = work.marks.at(slot)
  const at = slot % blockSlots
  const stored = block.modseq[at]!
  const stale = modseq && stored ? modseq < stored : work.asOf < work.folder.asOf
  if (stale) return
  const before = block.flags[at]!
  if (before === flags && (modseq ?? 0) === stored) return
  if (modseq) block.modseq[at] = modseq
  if (before !== flags) {
    block.flags[at] = flags
    work.changed.add(slot)
    work.folder.unread += (flags & Flag.seen ? 0 : 1) - (before & Flag.seen ? 0 : 1)
  }
  work.marks.touch(block)
}

/** Marks rows dead; what is kept of them beside their slot goes too, unless the message goes on living in another row. */
export async function removeSlots(work: Work, slots: number[]): Promise<void> {
  if (slots.length === 0) return
  await work.marks.load(slots)
  await work.columns.load(slots)
  const ids: number[] = []
  for (const slot of slots) {
    const marks = work.marks.at(slot)
    const at = slot % blockSlots
    if (marks.state[at]! & State.dead) continue
    marks.state[at]! |= State.dead
    work.marks.touch(marks)
    work.changed.add(slot)
    work.folder.messages--
    if (!(marks.flags[at]! & Flag.seen)) work.folder.unread--
    const columns = work.columns.at(slot)
    if (columns.uid[at]) work.index.uids.delete(columns.uid[at])
    else work.folder.awaiting--
    ids.push(columns.id[at]!)
  }
  const removed = new Set(slots)
  await forgetBodies(work.context, ids, ({ folder, slot }) => folder === work.folder.id && removed.has(slot))
}

/** The slot that waits for this row, if one does. */
function takeOrphan({ index }: Work, add: NewRows, row: number): number | undefined {
  if (index.orphans.size === 0) return undefined
  const key = identity(add.hashes[row]!, add.sizes[row]!, add.dates[row]!)
  const slots = index.orphans.get(key)
  const slot = slots?.shift()
  if (slots?.length === 0) index.orphans.delete(key)
  return slot
}

function adopt(work: Work, slot: number, uid: number): void {
  const block = work.columns.at(slot)
  block.uid[slot % blockSlots] = uid
  work.columns.touch(block)
  work.changed.add(slot)
  work.folder.awaiting--
  const marks = work.marks.at(slot)
  marks.state[slot % blockSlots]! &= ~State.pending
  work.marks.touch(marks)
}

async function addRows(work: Work, add: NewRows): Promise<boolean> {
  const { folder, index } = work
  const fresh: number[] = []
  const known: [row: number, slot: number][] = []
  const adopted: [row: number, slot: number][] = []
  for (let row = 0; row < add.uids.length; row++) {
    const uid = add.uids[row]!
    const slot = index.uids.get(uid)
    if (slot !== undefined) {
      known.push([row, slot])
      continue
    }
    const orphan = takeOrphan(work, add, row)
    if (orphan !== undefined) adopted.push([row, orphan])
    else fresh.push(row)
    index.uids.set(uid, orphan ?? folder.slots + fresh.length - 1)
  }
  const touched = [...known, ...adopted].filter(([, slot]) => slot < folder.slots)
  await work.marks.load(touched.map(([, slot]) => slot))
  await work.columns.load(adopted.map(([, slot]) => slot))
  for (const [row, slot] of adopted) adopt(work, slot, add.uids[row]!)
  await moveTo(
    work.context.database,
    adopted.map(([, slot]) => [work.columns.at(slot).id[slot % blockSlots]!, folder.id, slot]),
  )
  for (const [row, slot] of touched) setFlags(work, slot, add.flags[row]!, add.modseqs?.[row] ?? null)
  if (fresh.length > 0) await appendRows(work, add, fresh)
  return adopted.length > 0
}

async function appendRows(work: Work, add: NewRows, fresh: number[]): Promise<void> {
  const { context, folder } = work
  const firstId = await takeIds(context, fresh.length)
  const isFresh = fresh.length === add.uids.length ? null : new Set(fresh)
  await appendPages(context.database, folder.id, folder.slots, add.pages, fresh.length, isFresh && (row => isFresh.has(row)))
  const from = folder.slots
  await appendSlots(
    work,
    fresh.map((row, i) => ({
      uid: add.uids[row]!,
      id: firstId + i,
      date: add.dates[row]!,
      size: add.sizes[row]!,
      hash: add.hashes[row]!,
      flags: add.flags[row]!,
      state: 0,
      thread: add.threads[row]!,
      modseq: add.modseqs?.[row] ?? 0,
    })),
  )
  const slots = fresh.map((_, i) => from + i)
  await addLocations(
    context.database,
    folder.id,
    firstId,
    slots,
    fresh.map(row => add.hashes[row]!),
  )
}

/** Reserves local ids; answers the first. */
export async function takeIds({ database }: CacheContext, count: number): Promise<number> {
  const meta = (await database.meta.get('cache'))!
  await database.meta.put({ ...meta, nextId: meta.nextId + count })
  return meta.nextId
}

/** A row as columns and marks hold it. */
export interface SlotRow {
  uid: number
  id: number
  date: number
  size: number
  hash: number
  flags: number
  state: number
  thread: number
  modseq: number
}

/** Appends rows to columns and marks and counts them; the UID index is the caller's. */
export async function appendSlots(work: Work, rows: SlotRow[]): Promise<void> {
  const { folder } = work
  const from = folder.slots
  const slots = rows.map((_, i) => from + i)
  await work.columns.load(slots)
  await work.marks.load(slots)
  for (let i = 0; i < rows.length;) {
    const slot = from + i
    const start = slot % blockSlots
    const count = Math.min(blockSlots - start, rows.length - i)
    const columns = work.columns.at(slot)
    const marks = work.marks.at(slot)
    growColumns(columns, start + count)
    growMarks(marks, start + count)
    for (let k = 0; k < count; k++) {
      const row = rows[i + k]!
      for (const key of ['uid', 'id', 'date', 'size', 'hash'] as const) columns[key][start + k] = row[key]
      for (const key of ['flags', 'state', 'thread', 'modseq'] as const) marks[key][start + k] = row[key]
      if (!(row.flags & Flag.seen)) folder.unread++
      if (row.uid === 0) folder.awaiting++
    }
    work.columns.touch(columns)
    work.marks.touch(marks)
    i += count
  }
  folder.slots += rows.length
  folder.messages += rows.length
  work.added = work.added ? { from: work.added.from, count: work.added.count + rows.length } : { from, count: rows.length }
}

/** Slots of the rows whose UID is in `ranges`, whichever is smaller to walk. */
export function slotsIn(index: FolderIndex, ranges: Ranges): number[] {
  const slots: number[] = []
  if (countOf(ranges) <= index.uids.size) {
    for (const uid of uidsOf(ranges)) {
      const slot = index.uids.get(uid)
      if (slot !== undefined) slots.push(slot)
    }
  } else for (const [uid, slot] of index.uids.entries()) if (contains(ranges, uid)) slots.push(slot)
  return slots
}

function checkLengths(add: NewRows): void {
  const count = add.uids.length
  for (const [name, list] of Object.entries(add))
    if (name !== 'pages' && list !== null && list.length !== count)
      throw new MailError('invalid', `cache.apply: add.${name}: ${list.length} entries for ${count} rows`)
}

export function toApplied({ rev, slots, messages, awaiting }: Folder): Applied {
  return { rev, slots, messages, awaiting }
}

/** Applies a batch inside the transaction that is open. */
export async function applyBatch(context: CacheContext, batch: Batch): Promise<{ applied: Applied; notice: RowsNotice | null }> {
  const folder = await requireFolder(context, batch.folder)
  if (folder.cursor && folder.cursor.uidValidity !== batch.uidValidity)
    throw new MailError('gone', `UIDVALIDITY of ${folder.name} is no longer ${batch.uidValidity}`)
  const work = await beginWork(context, folder, batch.asOf)
  const finished = batch.finished ?? []
  await forgetChanges(context, finished)
  let reload = false
  if (batch.add) {
    checkLengths(batch.add)
    reload = await addRows(work, batch.add)
  }
  if (batch.flags) {
    await work.marks.load(batch.flags.uids.map(uid => work.index.uids.get(uid)).filter(slot => slot !== undefined))
    for (let i = 0; i < batch.flags.uids.length; i++) {
      const slot = work.index.uids.get(batch.flags.uids[i]!)
      if (slot !== undefined) setFlags(work, slot, batch.flags.flags[i]!, batch.flags.modseqs?.[i] ?? null)
    }
  }
  if (batch.gone) await removeSlots(work, slotsIn(work.index, batch.gone))
  if (batch.cursor) folder.cursor = batch.cursor
  if (batch.server) folder.server = batch.server
  if (batch.checkedAt !== undefined) folder.checkedAt = batch.checkedAt
  folder.asOf = Math.max(folder.asOf, batch.asOf)
  const notice = await finishWork(work, finished, reload)
  return { applied: toApplied(folder), notice }
}
