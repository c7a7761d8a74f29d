/**
 * The rows of one folder while a transaction changes them: loaded blocks, what was touched, and the notice for windows.
 *
 * Flags are taken when their MODSEQ is not lower than the stored one; without MODSEQ, when the batch began after the last operation on the folder (`asOf`).
 */
import { equalIndexes, keywordIndexes, putKeywords } from './keywords.ts'
import { State, blockSlots, type Applied, type RowsNotice } from '../../shared/batch.ts'
import { Flag, type Flags } from '../../shared/model/flags.ts'
import type { Folder } from '../../shared/model/folder.ts'
import { countOf, contains, uidsOf, type Ranges } from '../../shared/ranges.ts'
import { columnBlocks, growColumns, growMarks, markBlocks, type ColumnBlocks, type MarkBlocks } from './blocks.ts'
import { forgetBodies } from './bodies.ts'
import { compactIfDue } from './compact.ts'
import { loadIndex, overlayUnread, type CacheContext, type FolderIndex } from './context.ts'

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

/**
 * Stores the changed blocks and the folder; answers the notice to send after the commit, or null where no row changed. `recounts`: false where what is shown is counted
 * later, as that costs as much as there are messages in the overlay.
 */
export async function finishWork(work: Work, finished: string[] = [], reload = false, recounts = true): Promise<RowsNotice | null> {
  const { context, folder, added } = work
  await work.columns.flush()
  await work.marks.flush()
  const compacted = await compactIfDue(work)
  const touched = compacted || reload || added !== null || work.changed.size > 0 || finished.length > 0
  if (touched) folder.rev++
  if (recounts) folder.shownUnread = folder.unread + ((await overlayUnread(context)).get(folder.id) ?? 0)
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
export function setFlags(work: Work, slot: number, { bits, keywords }: Flags, modseq: number | null): void {
  const block = work.marks.at(slot)
  const at = slot % blockSlots
  const stored = block.modseq[at]!
  const stale = modseq && stored ? modseq < stored : work.asOf < work.folder.asOf
  if (stale) return
  const before = block.flags[at]!
  const named = keywordIndexes(work.folder, keywords)
  const isSame = before === bits && equalIndexes(block.keywords?.[at], named)
  if (isSame && (modseq ?? 0) === stored) return
  if (modseq) block.modseq[at] = modseq
  if (!isSame) {
    block.flags[at] = bits
    putKeywords(block, at, named)
    work.changed.add(slot)
    work.folder.unread += (bits & Flag.seen ? 0 : 1) - (before & Flag.seen ? 0 : 1)
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
  /** Indexes into the folder's keywords. */
  keywords: number[]
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
      putKeywords(marks, start + k, row.keywords)
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

export function toApplied({ rev, slots, messages, awaiting }: Folder): Applied {
  return { rev, slots, messages, awaiting }
}
