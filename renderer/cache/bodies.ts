/** Bodies and inline parts are kept by local id: for as long as the message is anywhere, whichever of its rows goes first. */
import type { FolderId } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import { indexRows, loadChanges, type CacheContext } from './context.ts'
import type { Database } from './schema.ts'
import { locationsOf } from './where.ts'

interface Row {
  folder: FolderId
  slot: number
}

/** Forgets what was fetched of these messages where all their rows go: the one `where` knows, and those a waiting move has put somewhere. */
export async function forgetBodies(context: CacheContext, ids: MessageId[], goes: (row: Row) => boolean): Promise<void> {
  const { database } = context
  const folders = new Set(await database.folders.toCollection().primaryKeys())
  const stays = (row: Row | null): boolean => row !== null && folders.has(row.folder) && !goes(row)
  const living = new Set<MessageId>()
  for (const [i, row] of (await locationsOf(database, ids)).entries()) if (stays(row)) living.add(ids[i]!)
  for (const change of (await loadChanges(context)).values()) {
    if (change.kind !== 'move' || !change.rows) continue
    const { byMessage } = indexRows(context, change)
    for (const id of ids) {
      const row = byMessage.get(id)
      if (row !== undefined && stays(change.rows[row]!)) living.add(id)
    }
  }
  const gone = ids.filter(id => !living.has(id))
  await database.bodies.bulkDelete(gone)
  await deleteParts(database, gone)
}

/** The inline parts of these messages; the key starts with the id. */
async function deleteParts(database: Database, ids: MessageId[]): Promise<void> {
  if ((await database.parts.count()) === 0) return
  for (let i = 0; i < ids.length; i += 1000)
    await database.parts
      .where('id')
      .anyOf(ids.slice(i, i + 1000))
      .delete()
}
