/** From references that outlive an epoch to what the cache has now: by locator where its UIDVALIDITY still holds, else by identity. */
import { State, blockSlots, type Place } from '../../shared/batch.ts'
import type { Folder, MessageRef } from '../../shared/model.ts'
import type { Operation, Wish } from '../../shared/ops.ts'
import { columnBlocks, markBlocks } from './blocks.ts'
import { loadIndex, type CacheContext } from './context.ts'
import { idsByHash, placesOf } from './where.ts'

async function rowAt(
  { database }: CacheContext,
  folder: Folder,
  slot: number,
): Promise<{ id: number; uid: number; size: number; dead: boolean } | null> {
  const columns = await columnBlocks(database, folder.id).at(slot)
  const marks = await markBlocks(database, folder.id).at(slot)
  const at = slot % blockSlots
  if (at >= columns.id.length) return null
  return { id: columns.id[at]!, uid: columns.uid[at]!, size: columns.size[at]!, dead: (marks.state[at]! & State.dead) !== 0 }
}

export async function resolveRefs(context: CacheContext, refs: MessageRef[]): Promise<(Place | null)[]> {
  const folders = await context.database.folders.toArray()
  const byPath = new Map(folders.map(folder => [`${folder.account}/${folder.path}`, folder]))
  const byId = new Map(folders.map(folder => [folder.id, folder]))
  const blocks = new Map<number, ReturnType<typeof columnBlocks>>()
  const place = (folder: Folder, message: number, uid: number): Place => ({
    message,
    folder: folder.id,
    path: folder.path,
    uidValidity: folder.cursor?.uidValidity ?? 0,
    uid,
  })

  async function byLocator(ref: MessageRef): Promise<Place | null> {
    for (const locator of ref.locators) {
      const folder = byPath.get(`${ref.account}/${locator.folder}`)
      if (!folder || locator.uid === 0 || folder.cursor?.uidValidity !== locator.uidValidity) continue
      const slot = (await loadIndex(context, folder.id)).uids.get(locator.uid)
      if (slot === undefined) continue
      let columns = blocks.get(folder.id)
      if (!columns) blocks.set(folder.id, (columns = columnBlocks(context.database, folder.id)))
      return place(folder, (await columns.at(slot)).id[slot % blockSlots]!, locator.uid)
    }
    return null
  }

  async function byIdentity(ref: MessageRef): Promise<Place | null> {
    const ids = await idsByHash(context.database, ref.messageIdHash)
    const found: Place[] = []
    for (const where of await placesOf(context.database, ids)) {
      const folder = where && byId.get(where.folder)
      if (!folder || folder.account !== ref.account) continue
      const row = await rowAt(context, folder, where.slot)
      if (row && !row.dead && row.size === ref.size) found.push(place(folder, row.id, row.uid))
    }
    return found.find(({ path }) => ref.locators.some(locator => locator.folder === path)) ?? found[0] ?? null
  }

  const places: (Place | null)[] = []
  for (const ref of refs) places.push((await byLocator(ref)) ?? (await byIdentity(ref)))
  return places
}

/** The operation as the overlay keeps it; messages the cache does not know are left out. */
export async function toWish(context: CacheContext, op: Operation): Promise<Wish> {
  const places = await resolveRefs(context, op.messages)
  return {
    id: op.id,
    kind: op.kind,
    account: op.account,
    at: op.at,
    messages: places.filter(place => place !== null).map(place => place.message),
    add: op.add,
    remove: op.remove,
  }
}
