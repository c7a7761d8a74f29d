/**
 * Compaction: when over half of a folder's slots are dead its rows move together, in one transaction; local ids stay. Windows load the folder again.
 */
import { State, blockSlots, pageSlots } from '../../shared/batch.ts'
import type { Preview } from '../../shared/model.ts'
import type { Work } from './apply.ts'
import { columnBlocks, growColumns, growMarks, markBlocks } from './blocks.ts'
import { moveSlots } from './where.ts'

/** Fewer dead slots than this are not worth the work. */
const leastDead = 1000

export async function compactIfDue(work: Work): Promise<boolean> {
  const { folder, context } = work
  const dead = folder.slots - folder.messages
  if (dead < leastDead || dead * 2 <= folder.slots) return false
  const { database } = context
  const alive: number[] = []
  for (let slot = 0; slot < folder.slots; slot++) {
    const marks = await work.marks.at(slot)
    if (!(marks.state[slot % blockSlots]! & State.dead)) alive.push(slot)
  }
  const rowOf = await rowReader(work)
  const columns = columnBlocks(database, folder.id, { fresh: true })
  const marks = markBlocks(database, folder.id, { fresh: true })
  const pages: { folder: number; n: number; format: 1; json: string }[] = []
  const previews: { folder: number; n: number; format: 1; items: Record<number, Preview> }[] = []
  const moved: [number, number][] = []
  let rows: unknown[] = []
  let items: Record<number, Preview> = {}
  for (let slot = 0; slot < alive.length; slot++) {
    const old = alive[slot]!
    const at = slot % blockSlots
    const from = old % blockSlots
    const [oldColumns, oldMarks, newColumns, newMarks] = [
      await work.columns.at(old),
      await work.marks.at(old),
      await columns.at(slot),
      await marks.at(slot),
    ]
    const length = Math.min(blockSlots, alive.length - slot + at)
    growColumns(newColumns, length)
    growMarks(newMarks, length)
    for (const key of ['uid', 'id', 'date', 'size', 'hash'] as const) newColumns[key][at] = oldColumns[key][from]!
    for (const key of ['flags', 'state', 'thread', 'modseq'] as const) newMarks[key][at] = oldMarks[key][from]!
    columns.touch(newColumns)
    marks.touch(newMarks)
    moved.push([oldColumns.id[from]!, slot])
    const { header, preview } = await rowOf(old)
    rows.push(header)
    if (preview) items[slot % pageSlots] = preview
    if (rows.length === pageSlots || slot === alive.length - 1) {
      const n = Math.floor(slot / pageSlots)
      pages.push({ folder: folder.id, n, format: 1, json: JSON.stringify(rows) })
      if (Object.keys(items).length > 0) previews.push({ folder: folder.id, n, format: 1, items })
      rows = []
      items = {}
    }
  }
  for (const table of [database.columns, database.marks, database.pages, database.previews])
    await table.where('[folder+n]').between([folder.id, 0], [folder.id, Infinity]).delete()
  await columns.flush()
  await marks.flush()
  await database.pages.bulkPut(pages)
  await database.previews.bulkPut(previews)
  await moveSlots(database, moved)
  folder.slots = alive.length
  context.indexes.delete(folder.id)
  return true
}

async function rowReader({
  context: { database },
  folder,
}: Work): Promise<(slot: number) => Promise<{ header: unknown; preview: Preview | undefined }>> {
  let page = -1
  let headers: unknown[] = []
  let items: Record<number, Preview> = {}
  return async slot => {
    const n = Math.floor(slot / pageSlots)
    if (n !== page) {
      page = n
      headers = JSON.parse((await database.pages.get([folder.id, n]))?.json ?? '[]') as unknown[]
      items = (await database.previews.get([folder.id, n]))?.items ?? {}
    }
    return { header: headers[slot % pageSlots], preview: items[slot % pageSlots] }
  }
}
