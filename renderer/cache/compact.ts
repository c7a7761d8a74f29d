/**
 * Compaction: when over half of a folder's slots are dead its rows move together, in one transaction; local ids stay. Windows load the folder again.
 */
import { putKeywords } from './keywords.ts'
import { State, blockSlots, pageSlots } from '../../shared/batch.ts'
import type { Preview } from '../../shared/model/message.ts'
import type { Work } from './rows.ts'
import { columnBlocks, growColumns, growMarks, markBlocks } from './blocks.ts'
import { hasPendingRows } from './context.ts'
import { moveTo } from './where.ts'

/** Fewer dead slots than this are not worth the work. */
const leastDead = 1000

export async function compactIfDue(work: Work): Promise<boolean> {
  const { folder, context } = work
  const dead = folder.slots - folder.messages
  if (dead < leastDead || dead * 2 <= folder.slots) return false
  if (folder.awaiting > 0 || (await hasPendingRows(context, folder.id))) return false // changes name the slots of rows that wait
  const { database } = context
  await work.marks.loadAll(folder.slots)
  await work.columns.loadAll(folder.slots)
  const alive: number[] = []
  for (let slot = 0; slot < folder.slots; slot++) {
    const marks = work.marks.at(slot)
    if (!(marks.state[slot % blockSlots]! & State.dead)) alive.push(slot)
  }
  const rowOf = await rowReader(work)
  const columns = columnBlocks(database, folder.id, { fresh: true })
  const marks = markBlocks(database, folder.id, { fresh: true })
  await columns.loadAll(alive.length)
  await marks.loadAll(alive.length)
  const pages: { folder: number; n: number; format: 1; json: string }[] = []
  const previews: { folder: number; n: number; format: 1; items: Record<number, Preview> }[] = []
  const moved: [number, number, number][] = []
  let rows: unknown[] = []
  let items: Record<number, Preview> = {}
  for (let slot = 0; slot < alive.length; slot++) {
    const old = alive[slot]!
    const at = slot % blockSlots
    const from = old % blockSlots
    const [oldColumns, oldMarks, newColumns, newMarks] = [work.columns.at(old), work.marks.at(old), columns.at(slot), marks.at(slot)]
    const length = Math.min(blockSlots, alive.length - slot + at)
    growColumns(newColumns, length)
    growMarks(newMarks, length)
    for (const key of ['uid', 'id', 'date', 'size', 'hash'] as const) newColumns[key][at] = oldColumns[key][from]!
    for (const key of ['flags', 'state', 'thread', 'modseq'] as const) newMarks[key][at] = oldMarks[key][from]!
    putKeywords(newMarks, at, oldMarks.keywords?.[from] ?? [])
    columns.touch(newColumns)
    marks.touch(newMarks)
    moved.push([oldColumns.id[from]!, folder.id, slot])
    const { header, preview } = rowOf(old)
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
  await moveTo(database, moved)
  folder.slots = alive.length
  context.indexes.delete(folder.id)
  return true
}

/** Headers and previews of a folder by slot, all pages read at once: compaction is rare, and the transaction must not wait on promises of ours. */
async function rowReader({ context: { database }, folder }: Work): Promise<(slot: number) => { header: unknown; preview: Preview | undefined }> {
  const all = [
    [folder.id, 0],
    [folder.id, Infinity],
  ] as const
  const pages = new Map((await database.pages.where('[folder+n]').between(all[0], all[1]).toArray()).map(page => [page.n, page.json]))
  const previews = new Map((await database.previews.where('[folder+n]').between(all[0], all[1]).toArray()).map(page => [page.n, page.items]))
  let current = -1
  let headers: unknown[] = []
  return slot => {
    const n = Math.floor(slot / pageSlots)
    if (n !== current) headers = JSON.parse(pages.get((current = n)) ?? '[]') as unknown[]
    return { header: headers[slot % pageSlots], preview: previews.get(n)?.[slot % pageSlots] }
  }
}
