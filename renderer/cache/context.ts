/**
 * What the parts of the cache share: the database, and what is derived from it and kept in memory (UID indexes of loaded folders, resolved changes).
 * Whatever is in memory is dropped when a transaction fails, and built again from the tables.
 */
import { State, blockSlots, type Notice } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { Flag } from '../../shared/model/flags.ts'
import { type Folder, type FolderId } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import { isTakenAway, projectBits, type OpId, type PendingChange } from '../../shared/operations.ts'
import { markBlocks, type MarkBlocks } from './blocks.ts'
import type { Database } from './schema.ts'
import { UidIndex } from './uid-index.ts'
import { locationsOf } from './where.ts'

export interface FolderIndex {
  uids: UidIndex
  /** Rows without UID that wait for adoption, by identity. */
  orphans: Map<string, number[]>
}

export interface CacheContext {
  database: Database
  indexes: Map<FolderId, FolderIndex>
  /** The overlay; null until read. */
  changes: Map<OpId, PendingChange> | null
  /** Of changes that were asked for their rows. */
  rowIndexes: WeakMap<PendingChange, RowIndex>
  notify(notice: Notice): void
  now(): number
}

/** The rows a change has put somewhere: their numbers in `rows`, by what they were put for. */
export interface RowIndex {
  byMessage: Map<MessageId, number>
  /** By the UID the message had in that source; `isWhole` where each had one. */
  bySource: Map<FolderId, { byUid: Map<number, number>; isWhole: boolean }>
}

/** What makes two rows the same message when UIDs cannot tell: Message-ID and size, or, without a Message-ID, date and size. */
export function identity(hash: number, size: number, date: number): string {
  return hash ? `${hash}:${size}` : `@${date}:${size}`
}

export async function requireFolder({ database }: CacheContext, id: FolderId): Promise<Folder> {
  const folder = await database.folders.get(id)
  if (!folder) throw new MailError('stale', 'cache.noFolder', { folder: id })
  return folder
}

/** The UID index of a folder, read from its columns and marks where it is not loaded. */
export async function loadIndex(context: CacheContext, folder: FolderId): Promise<FolderIndex> {
  const loaded = context.indexes.get(folder)
  if (loaded) return loaded
  const range = [
    [folder, 0],
    [folder, Infinity],
  ] as const
  const columns = await context.database.columns.where('[folder+n]').between(range[0], range[1]).toArray()
  const marks = await context.database.marks.where('[folder+n]').between(range[0], range[1]).toArray()
  const index: FolderIndex = { uids: new UidIndex(columns.reduce((sum, block) => sum + block.uid.length, 0)), orphans: new Map() }
  const marksByBlock = new Map(marks.map(block => [block.n, block]))
  for (const { n, uid, hash, size, date } of columns) {
    const state = marksByBlock.get(n)?.state
    for (let i = 0; i < uid.length; i++) {
      if (state && state[i]! & State.dead) continue
      if (uid[i] !== 0) index.uids.set(uid[i]!, n * blockSlots + i)
      else addOrphan(index, identity(hash[i]!, size[i]!, date[i]!), n * blockSlots + i)
    }
  }
  context.indexes.set(folder, index)
  return index
}

/** A row that got its UID, or went. */
export function dropOrphan(index: FolderIndex, key: string, slot: number): void {
  const slots = index.orphans.get(key)
  const at = slots?.indexOf(slot) ?? -1
  if (!slots || at < 0) return
  slots.splice(at, 1)
  if (slots.length === 0) index.orphans.delete(key)
}

export function addOrphan(index: FolderIndex, key: string, slot: number): void {
  const slots = index.orphans.get(key)
  if (slots) slots.push(slot)
  else index.orphans.set(key, [slot])
}

export async function loadChanges(context: CacheContext): Promise<Map<OpId, PendingChange>> {
  context.changes ??= new Map((await context.database.changes.orderBy('id').toArray()).map(change => [change.id, change]))
  return context.changes
}

/** Made once a change: what an operation left comes in very many pieces. */
export function indexRows({ rowIndexes }: CacheContext, change: PendingChange): RowIndex {
  const known = rowIndexes.get(change)
  if (known) return known
  const index: RowIndex = { byMessage: new Map(), bySource: new Map() }
  change.rows?.forEach(({ source, uid, message }, i) => {
    index.byMessage.set(message, i)
    let mine = index.bySource.get(source)
    if (!mine) index.bySource.set(source, (mine = { byUid: new Map(), isWhole: true }))
    if (uid === 0) mine.isWhole = false
    else mine.byUid.set(uid, i)
  })
  rowIndexes.set(change, index)
  return index
}

/** A change that waits has put rows there, and names them by their slot. */
export async function hasPendingRows(context: CacheContext, folder: FolderId): Promise<boolean> {
  for (const { rows } of (await loadChanges(context)).values()) if (rows?.[0]?.folder === folder) return true // all are in its target
  return false
}

/** Takes changes out of the overlay. */
export async function forgetChanges(context: CacheContext, ids: OpId[]): Promise<void> {
  if (ids.length === 0) return
  const changes = await loadChanges(context)
  for (const id of ids) changes.delete(id)
  await context.database.changes.bulkDelete(ids)
}

/** How the waiting changes change the unread count of each folder they touch. */
export async function overlayUnread(context: CacheContext): Promise<Map<FolderId, number>> {
  const changes = [...(await loadChanges(context)).values()].sort((a, b) => a.at - b.at)
  const byMessage = new Map<number, PendingChange[]>()
  for (const change of changes)
    for (const id of change.messages) {
      const list = byMessage.get(id)
      if (list) list.push(change)
      else byMessage.set(id, [change])
    }
  const ids = [...byMessage.keys()]
  const locations: { id: number; folder: FolderId; slot: number }[] = []
  for (const [i, location] of (await locationsOf(context.database, ids)).entries()) if (location) locations.push({ id: ids[i]!, ...location })
  for (const { kind, rows = [] } of changes)
    if (kind === 'move') for (const { message, folder, slot } of rows) locations.push({ id: message, folder, slot })
  const marks = new Map<FolderId, MarkBlocks>()
  for (const folder of new Set(locations.map(location => location.folder))) {
    const blocks = markBlocks(context.database, folder)
    await blocks.load(locations.filter(location => location.folder === folder).map(({ slot }) => slot))
    marks.set(folder, blocks)
  }
  const deltas = new Map<FolderId, number>()
  const counted = new Set<string>()
  for (const { id, folder, slot } of locations) {
    const block = marks.get(folder)!.at(slot)
    const at = slot % blockSlots
    if (at >= block.flags.length || block.state[at]! & State.dead || counted.has(`${folder} ${slot}`)) continue
    counted.add(`${folder} ${slot}`)
    const mine = byMessage.get(id)!
    const isHere = (block.state[at]! & State.pending) !== 0 || !isTakenAway(mine)
    const before = block.flags[at]! & Flag.seen ? 0 : 1
    const after = isHere && !(projectBits(block.flags[at]!, mine) & Flag.seen) ? 1 : 0
    deltas.set(folder, (deltas.get(folder) ?? 0) + after - before)
  }
  return deltas
}
