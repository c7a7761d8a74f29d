/**
 * UIDVALIDITY changed (RFC 9051, 2.3.1.1): all UIDs mean nothing, the messages are most likely the same. Rows keep their local id and everything fetched
 * for them, lose their UID, and wait to be adopted by the rows the next sync brings (Message-ID and size). What nobody adopted goes at the end.
 */
import { State, blockSlots, type Applied, type RowsNotice } from '../../shared/batch.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import { beginWork, finishWork, removeSlots, toApplied } from './rows.ts'
import { loadChanges, requireFolder, type CacheContext } from './context.ts'

export async function relinkFolder(
  context: CacheContext,
  { folder: id, uidValidity, finish }: { folder: FolderId; uidValidity: number; finish: boolean },
): Promise<{ applied: Applied; notice: RowsNotice | null }> {
  const folder = await requireFolder(context, id)
  const work = await beginWork(context, folder, folder.asOf)
  if (finish) {
    if (folder.cursor?.uidValidity === uidValidity) {
      const orphans = [...work.index.orphans.values()].flat()
      await work.marks.load(orphans)
      // rows of a move that still waits are not missing
      await removeSlots(
        work,
        orphans.filter(slot => !(work.marks.at(slot).state[slot % blockSlots]! & State.pending)),
      )
    }
  } else if (folder.cursor?.uidValidity !== uidValidity) {
    await work.marks.loadAll(folder.slots)
    await work.columns.loadAll(folder.slots)
    for (let slot = 0; slot < folder.slots; slot++) {
      const marks = work.marks.at(slot)
      const at = slot % blockSlots
      if (marks.state[at]! & State.dead) continue
      const columns = work.columns.at(slot)
      columns.uid[at] = 0
      marks.modseq[at] = 0
      work.columns.touch(columns)
      work.marks.touch(marks)
    }
    folder.cursor = { uidValidity, uidNext: 1, modseq: null, known: [], verifiedAt: null }
    folder.awaiting = folder.messages
    await forgetSourceUids(context, id)
  }
  const notice = await finishWork(work, [], true)
  context.indexes.delete(id)
  return { applied: toApplied(folder), notice }
}

/** Rows that changes which wait took from this folder are known by their message alone from now on: another one may have such a UID now. */
async function forgetSourceUids(context: CacheContext, source: FolderId): Promise<void> {
  const named = [...(await loadChanges(context)).values()].filter(({ rows }) => rows?.some(one => one.source === source))
  for (const change of named) {
    for (const one of change.rows!) if (one.source === source) one.uid = 0
    context.rowIndexes.delete(change)
  }
  await context.database.changes.bulkPut(named)
}
