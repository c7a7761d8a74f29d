/** The newest rows of a range of UIDs: what a sync has just brought. Reads the blocks and pages of these rows and no others. */
import type { cacheCalls } from '../../shared/contract/cache-calls.ts'
import type { ArgOf, ResultOf } from '../../shared/contract/call.ts'
import { blockSlots, pageSlots } from '../../shared/batch.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { HeaderRow } from '../../shared/model/message.ts'
import type { Range } from '../../shared/ranges.ts'
import { columnBlocks, markBlocks } from './blocks.ts'
import { loadIndex, requireFolder, type CacheContext } from './context.ts'
import type { UidIndex } from './uid-index.ts'

type Newest = ResultOf<typeof cacheCalls, 'cache.newest'>

/** Rows that are alive, highest UID first. Walks the range or the folder, whichever is smaller. */
function newestIn(index: UidIndex, [from, to]: Range, limit: number): { uid: number; slot: number }[] {
  const uids: number[] = []
  if (to - from <= index.size) {
    for (let uid = to; uid >= from && uids.length < limit; uid--) if (index.get(uid) !== undefined) uids.push(uid)
  } else {
    for (const [uid] of index.entries()) if (uid >= from && uid <= to) uids.push(uid)
    uids.sort((a, b) => b - a)
  }
  return uids.slice(0, limit).map(uid => ({ uid, slot: index.get(uid)! }))
}

export async function newestRows(
  context: CacheContext,
  { folder: id, uidValidity, uids, limit }: ArgOf<typeof cacheCalls, 'cache.newest'>,
): Promise<Newest> {
  const folder = await requireFolder(context, id)
  if (folder.cursor?.uidValidity !== uidValidity) return []
  const found = newestIn((await loadIndex(context, id)).uids, uids, limit)
  if (found.length === 0) return []
  const { database } = context
  const slots = found.map(({ slot }) => slot)
  const columns = columnBlocks(database, id)
  const marks = markBlocks(database, id)
  await columns.load(slots)
  await marks.load(slots)
  const numbers = [...new Set(slots.map(slot => Math.floor(slot / pageSlots)))]
  const stored = await database.pages.bulkGet(numbers.map(n => [id, n] as [FolderId, number]))
  const headers = new Map(numbers.map((n, i) => [n, JSON.parse(stored[i]?.json ?? '[]') as HeaderRow[]])) // the core wrote them
  return found.flatMap(({ uid, slot }) => {
    const header = headers.get(Math.floor(slot / pageSlots))![slot % pageSlots]
    const at = slot % blockSlots
    const row = { uid, hash: columns.at(slot).hash[at]!, bits: marks.at(slot).flags[at]! }
    return header ? [{ ...row, header: { from: header.from, subject: header.subject } }] : []
  })
}
