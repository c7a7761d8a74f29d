/** What the list worker reads of the cache: a whole folder once, then single blocks and pages. */
import Dexie from 'dexie'
import { blockSlots, pageSlots } from '../../../shared/batch.ts'
import type { Folder, FolderId } from '../../../shared/model/folder.ts'
import type { HeaderRow, Preview } from '../../../shared/model/message.ts'
import type { PendingChange } from '../../../shared/operations.ts'
import type { ColumnsRecord, MarksRecord, PageRecord, PreviewsRecord } from '../../../shared/model/cache-records.ts'
import type { SlotValues } from './list-model.ts'

export interface LoadedFolder {
  folder: Folder
  blocks: SlotValues[]
  changes: PendingChange[]
}

function blocks<R>(database: Dexie, table: 'columns' | 'marks' | 'pages' | 'previews', folder: FolderId, from = 0, to = Infinity): Promise<R[]> {
  return database
    .table<R>(table)
    .where('[folder+n]')
    .between([folder, from], [folder, to === Infinity ? Dexie.maxKey : to], true, true)
    .toArray()
}

function joined(columns: ColumnsRecord[], marks: MarksRecord[]): SlotValues[] {
  return columns.flatMap((column, i) => {
    const mark = marks[i]
    return mark && mark.n === column.n ? [{ ...column, flags: mark.flags, state: mark.state }] : []
  })
}

/** A folder, its blocks and the overlay as of one moment; null where the folder is not in the cache (any more). */
export function loadFolder(database: Dexie, id: FolderId): Promise<LoadedFolder | null> {
  return database.transaction('r', ['folders', 'columns', 'marks', 'changes'], async () => {
    const folder = (await database.table('folders').get(id)) as Folder | undefined
    if (!folder) return null
    const columns = await blocks<ColumnsRecord>(database, 'columns', id)
    const marks = await blocks<MarksRecord>(database, 'marks', id)
    const changes = await database.table<PendingChange>('changes').toArray()
    return { folder, blocks: joined(columns, marks), changes }
  })
}

/** Slots `from` and following; null where fewer are stored, which means that the folder was rebuilt meanwhile. */
export async function loadSlots(database: Dexie, id: FolderId, from: number, count: number): Promise<SlotValues[] | null> {
  const first = Math.floor(from / blockSlots)
  const last = Math.floor((from + count - 1) / blockSlots)
  const found = await database.transaction('r', ['columns', 'marks'], async () => {
    const columns = await blocks<ColumnsRecord>(database, 'columns', id, first, last)
    return joined(columns, await blocks<MarksRecord>(database, 'marks', id, first, last))
  })
  if (found.length !== last - first + 1) return null
  const parts = found.map((block, i) => {
    const start = i === 0 ? from - first * blockSlots : 0
    const end = i === found.length - 1 ? from + count - last * blockSlots : blockSlots
    return sliced(block, start, end)
  })
  return parts.reduce((sum, part) => sum + part.uid.length, 0) === count ? parts : null
}

function sliced(block: SlotValues, start: number, end: number): SlotValues {
  const cut = (values: ArrayLike<number>): number[] => Array.prototype.slice.call(values, start, end) as number[]
  return {
    uid: cut(block.uid),
    id: cut(block.id),
    date: cut(block.date),
    size: cut(block.size),
    hash: cut(block.hash),
    flags: cut(block.flags),
    state: cut(block.state),
  }
}

/** Parsed pages and previews of one folder, the least recently used forgotten. */
export interface PageCache {
  headers(database: Dexie, slot: number): Promise<HeaderRow>
  snippet(database: Dexie, slot: number): Promise<string>
  /** Previews of these slots were stored. */
  forgetPreviews(slots: number[]): void
  /** Rows were appended: the last page may have been written again. */
  forgetPagesFrom(slot: number): void
}

const keptPages = 80
const unknownHeaders: HeaderRow = { from: [], to: [], subject: '' }

function remember<V>(map: Map<number, V>, key: number, value: V): V {
  map.delete(key)
  map.set(key, value)
  if (map.size > keptPages) map.delete(map.keys().next().value!)
  return value
}

export function createPageCache(folder: FolderId): PageCache {
  const pages = new Map<number, HeaderRow[]>()
  const previews = new Map<number, Record<number, Preview>>()
  const pageOf = (slot: number): number => Math.floor(slot / pageSlots)

  async function page(database: Dexie, n: number): Promise<HeaderRow[]> {
    const record = await database.table<PageRecord>('pages').get([folder, n])
    return record ? (JSON.parse(record.json) as HeaderRow[]) : []
  }

  return {
    async headers(database, slot) {
      const n = pageOf(slot)
      const known = pages.get(n)
      const rows = remember(pages, n, known ?? (await page(database, n)))
      const row = rows[slot % pageSlots]
      if (row) return row
      return remember(pages, n, await page(database, n))[slot % pageSlots] ?? unknownHeaders
    },
    async snippet(database, slot) {
      const n = pageOf(slot)
      const known = previews.get(n)
      const items = remember(previews, n, known ?? (await database.table<PreviewsRecord>('previews').get([folder, n]))?.items ?? {})
      return items[slot % pageSlots]?.snippet ?? ''
    },
    forgetPreviews(slots) {
      for (const slot of slots) previews.delete(pageOf(slot))
    },
    forgetPagesFrom(slot) {
      const from = pageOf(slot)
      for (const n of pages.keys()) if (n >= from) pages.delete(n)
    },
  }
}
