/**
 * `where`: from a local id to its folder and slot, and from a Message-ID hash to local ids. Block n holds ids n * blockSlots onwards; its hashes are a
 * sorted run, so a lookup is one binary search a block.
 */
import { blockSlots } from '../../shared/batch.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import { grown } from './blocks.ts'
import type { Database } from './schema.ts'
import type { WhereRecord } from '../../shared/model/cache-records.ts'

function empty(n: number): WhereRecord {
  return { n, format: 1, folder: new Uint32Array(0), slot: new Uint32Array(0), hash: new Float64Array(0), offset: new Uint16Array(0) }
}

/** Records where the new ids `from`, `from` + 1, … are; `hashes` are their Message-ID hashes. */
export async function addLocations(database: Database, folder: FolderId, from: MessageId, slots: number[], hashes: number[]): Promise<void> {
  const blocks = new Map<number, WhereRecord>()
  for (let i = 0; i < slots.length;) {
    const id = from + i
    const n = Math.floor(id / blockSlots)
    const block = (await database.where.get(n)) ?? empty(n)
    const start = id % blockSlots
    const count = Math.min(blockSlots - start, slots.length - i)
    const hashOf = new Float64Array(start + count)
    for (let k = 0; k < block.offset.length; k++) hashOf[block.offset[k]!] = block.hash[k]!
    block.folder = grown(block.folder, start + count)
    block.slot = grown(block.slot, start + count)
    for (let k = 0; k < count; k++) {
      block.folder[start + k] = folder
      block.slot[start + k] = slots[i + k]!
      hashOf[start + k] = hashes[i + k]!
    }
    const order = Uint16Array.from(hashOf, (_, offset) => offset).sort((a, b) => hashOf[a]! - hashOf[b]!)
    block.offset = order
    block.hash = Float64Array.from(order, offset => hashOf[offset]!)
    blocks.set(n, block)
    i += count
  }
  await database.where.bulkPut([...blocks.values()])
}

/** Gives ids another folder and slot: a move, or a compaction. */
export async function moveTo(database: Database, moved: Iterable<[MessageId, folder: FolderId, slot: number]>): Promise<void> {
  const list = [...moved]
  const needed = [...new Set(list.map(([id]) => Math.floor(id / blockSlots)))]
  const blocks = new Map((await database.where.bulkGet(needed)).filter(block => block !== undefined).map(block => [block.n, block]))
  for (const [id, folder, slot] of list) {
    const block = blocks.get(Math.floor(id / blockSlots))
    if (!block) continue
    block.folder[id % blockSlots] = folder
    block.slot[id % blockSlots] = slot
  }
  await database.where.bulkPut([...blocks.values()])
}

/** Folder and slot of each id, null where there is none. */
export async function locationsOf(database: Database, ids: number[]): Promise<({ folder: FolderId; slot: number } | null)[]> {
  const needed = [...new Set(ids.map(id => Math.floor(id / blockSlots)))]
  const found = new Map((await database.where.bulkGet(needed)).filter(block => block !== undefined).map(block => [block.n, block]))
  return ids.map(id => {
    const block = found.get(Math.floor(id / blockSlots))
    const folder = block?.folder[id % blockSlots]
    return block && folder ? { folder, slot: block.slot[id % blockSlots]! } : null
  })
}

/** By the hash of a Message-ID all local ids that have it, in any folder; also ids of dead slots. One pass, however many are asked for. */
export async function idsByHash(database: Database, hashes: Iterable<number>): Promise<Map<number, MessageId[]>> {
  const found = new Map<number, MessageId[]>()
  for (const hash of hashes) if (hash !== 0) found.set(hash, [])
  if (found.size === 0) return found
  await database.where.each(({ n, hash: run, offset }) => {
    for (const [hash, ids] of found) {
      let low = 0
      let high = run.length
      while (low < high) {
        const middle = (low + high) >> 1
        if (run[middle]! < hash) low = middle + 1
        else high = middle
      }
      for (; low < run.length && run[low] === hash; low++) ids.push(n * blockSlots + offset[low]!)
    }
  })
  return found
}
