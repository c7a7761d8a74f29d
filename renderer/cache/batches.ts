/**
 * One batch of the core, one transaction: rows, cursor, counters and finished operations together (law 2). Applying a batch again changes nothing: a row is known
 * by its UID.
 */
import { readFlagList } from '../../shared/model/flags.ts'
import { keywordIndexes } from './keywords.ts'
import { blockSlots, type Applied, type Batch, type NewRows, type RowsNotice } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { forgetChanges, identity, requireFolder, type CacheContext } from './context.ts'
import { appendPages } from './header-pages.ts'
import { moveTo, addLocations } from './where.ts'
import { type Work, appendSlots, beginWork, finishWork, removeSlots, setFlags, slotsIn, takeIds, toApplied } from './rows.ts'

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
  work.folder.awaiting-- // a change that put it there ends later: until then it is shown as that says
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
  const flagsAt = readFlagList(add.flags)
  const touched = [...known, ...adopted].filter(([, slot]) => slot < folder.slots)
  await work.marks.load(touched.map(([, slot]) => slot))
  await work.columns.load(adopted.map(([, slot]) => slot))
  for (const [row, slot] of adopted) adopt(work, slot, add.uids[row]!)
  await moveTo(
    work.context.database,
    adopted.map(([, slot]) => [work.columns.at(slot).id[slot % blockSlots]!, folder.id, slot]),
  )
  for (const [row, slot] of touched) setFlags(work, slot, flagsAt(row), add.modseqs?.[row] ?? null)
  if (fresh.length > 0) await appendRows(work, add, fresh)
  return adopted.length > 0
}

async function appendRows(work: Work, add: NewRows, fresh: number[]): Promise<void> {
  const { context, folder } = work
  const firstId = await takeIds(context, fresh.length)
  const flagsAt = readFlagList(add.flags)
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
      flags: add.flags.bits[row]!,
      keywords: keywordIndexes(folder, flagsAt(row).keywords),
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

function checkLengths(add: NewRows): void {
  const count = add.uids.length
  for (const [name, list] of Object.entries(add))
    if (name !== 'pages' && Array.isArray(list) && list.length !== count)
      throw new MailError('invalid', 'cache.malformed', { field: `add.${name}`, found: list.length, expected: count })
  if (add.flags.bits.length !== count)
    throw new MailError('invalid', 'cache.malformed', { field: 'add.flags', found: add.flags.bits.length, expected: count })
}

/** Applies a batch inside the transaction that is open. */
export async function applyBatch(context: CacheContext, batch: Batch): Promise<{ applied: Applied; notice: RowsNotice | null }> {
  const folder = await requireFolder(context, batch.folder)
  if (folder.cursor && folder.cursor.uidValidity !== batch.uidValidity)
    throw new MailError('stale', 'cache.renumbered', { folder: folder.name, uidValidity: batch.uidValidity })
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
    const flagsAt = readFlagList(batch.flags.flags)
    for (let i = 0; i < batch.flags.uids.length; i++) {
      const slot = work.index.uids.get(batch.flags.uids[i]!)
      if (slot !== undefined) setFlags(work, slot, flagsAt(i), batch.flags.modseqs?.[i] ?? null)
    }
  }
  if (batch.gone) await removeSlots(work, slotsIn(work.index, batch.gone))
  if (batch.cursor) folder.cursor = batch.cursor
  if (batch.server) folder.server = batch.server
  if (batch.checkedAt !== undefined) folder.checkedAt = batch.checkedAt
  folder.asOf = Math.max(folder.asOf, batch.asOf)
  const notice = await finishWork(work, finished, reload, !batch.more)
  return { applied: toApplied(folder), notice }
}
