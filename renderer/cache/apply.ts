/**
 * One batch of the core, one transaction: rows, cursor, counters and settled wishes together (law 2). Applying a batch again changes nothing.
 *
 * A row is known by its UID. Flags are taken when their MODSEQ is not lower than the stored one; without MODSEQ, when the batch began after the last
 * operation on the folder (`asOf`).
 */
import { State, blockSlots, type Applied, type Batch, type NewRows, type RowsNotice } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { Flag, type Folder } from '../../shared/model.ts'
import { countOf, contains, uidsOf, type Ranges } from '../../shared/ranges.ts'
import { columnBlocks, growColumns, growMarks, markBlocks, type ColumnBlocks, type MarkBlocks } from './blocks.ts'
import { compactIfDue } from './compact.ts'
import type { Database } from './schema.ts'
import { identity, loadIndex, loadWishes, overlayUnread, requireFolder, type CacheContext, type FolderIndex } from './context.ts'
import { appendPages } from './header-pages.ts'
import { placeNew } from './where.ts'

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
export async function finishWork(work: Work, settled: string[] = [], reload = false): Promise<RowsNotice | null> {
  const { context, folder, added } = work
  await work.columns.flush()
  await work.marks.flush()
  const compacted = await compactIfDue(work)
  const touched = compacted || reload || added !== null || work.changed.size > 0 || settled.length > 0
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
    settled,
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

/** Marks rows dead; what is kept of them beside their slot goes too. */
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
    work.index.uids.delete(columns.uid[at]!)
    ids.push(columns.id[at]!)
  }
  const { database } = work.context
  await database.bodies.bulkDelete(ids)
  await deleteParts(database, ids)
}

/** The inline parts of these messages; the key starts with the id. */
export async function deleteParts(database: Database, ids: number[]): Promise<void> {
  if ((await database.parts.count()) === 0) return
  for (let i = 0; i < ids.length; i += 1000)
    await database.parts
      .where('id')
      .anyOf(ids.slice(i, i + 1000))
      .delete()
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
  for (const [row, slot] of touched) setFlags(work, slot, add.flags[row]!, add.modseqs?.[row] ?? null)
  if (fresh.length > 0) await appendRows(work, add, fresh)
  return adopted.length > 0
}

async function appendRows(work: Work, add: NewRows, fresh: number[]): Promise<void> {
  const { context, folder } = work
  const meta = (await context.database.meta.get('cache'))!
  const firstId = meta.nextId
  await context.database.meta.put({ ...meta, nextId: firstId + fresh.length })
  const from = folder.slots
  await work.columns.load(fresh.map((_, i) => from + i))
  await work.marks.load(fresh.map((_, i) => from + i))
  for (let i = 0; i < fresh.length;) {
    const slot = from + i
    const start = slot % blockSlots
    const count = Math.min(blockSlots - start, fresh.length - i)
    const columns = work.columns.at(slot)
    const marks = work.marks.at(slot)
    growColumns(columns, start + count)
    growMarks(marks, start + count)
    for (let k = 0; k < count; k++) {
      const row = fresh[i + k]!
      columns.uid[start + k] = add.uids[row]!
      columns.id[start + k] = firstId + i + k
      columns.date[start + k] = add.dates[row]!
      columns.size[start + k] = add.sizes[row]!
      columns.hash[start + k] = add.hashes[row]!
      marks.flags[start + k] = add.flags[row]!
      marks.thread[start + k] = add.threads[row]!
      marks.modseq[start + k] = add.modseqs?.[row] ?? 0
      if (!(add.flags[row]! & Flag.seen)) folder.unread++
    }
    work.columns.touch(columns)
    work.marks.touch(marks)
    i += count
  }
  const isFresh = fresh.length === add.uids.length ? null : new Set(fresh)
  await appendPages(context.database, folder.id, from, add.pages, fresh.length, isFresh && (row => isFresh.has(row)))
  const slots = fresh.map((_, i) => from + i)
  await placeNew(
    context.database,
    folder.id,
    firstId,
    slots,
    fresh.map(row => add.hashes[row]!),
  )
  folder.slots += fresh.length
  folder.messages += fresh.length
  work.added = { from, count: fresh.length }
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

/** Applies a batch inside the transaction that is open. */
export async function applyBatch(context: CacheContext, batch: Batch): Promise<{ applied: Applied; notice: RowsNotice | null }> {
  const folder = await requireFolder(context, batch.folder)
  if (folder.cursor && folder.cursor.uidValidity !== batch.uidValidity)
    throw new MailError('gone', `UIDVALIDITY of ${folder.name} is no longer ${batch.uidValidity}`)
  const work = await beginWork(context, folder, batch.asOf)
  const settled = batch.settled ?? []
  if (settled.length > 0) {
    const wishes = await loadWishes(context)
    for (const id of settled) wishes.delete(id)
    await context.database.wishes.bulkDelete(settled)
  }
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
  const notice = await finishWork(work, settled, reload)
  return { applied: { rev: folder.rev, slots: folder.slots, messages: folder.messages, awaiting: folder.awaiting }, notice }
}
