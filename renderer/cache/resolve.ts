/** From references that outlive an epoch to what the cache has now: by locator where its UIDVALIDITY still holds, else by identity. */
import { State, blockSlots, type Place } from '../../shared/batch.ts'
import type { Folder, FolderId, MessageRef } from '../../shared/model.ts'
import { columnBlocks, markBlocks } from './blocks.ts'
import { loadIndex, type CacheContext } from './context.ts'
import { idsByHash, placesOf } from './where.ts'

interface Row {
  id: number
  uid: number
  size: number
  dead: boolean
}

/** Rows of one folder at these slots. */
async function rowsAt({ database }: CacheContext, folder: FolderId, slots: number[]): Promise<(slot: number) => Row> {
  const columns = columnBlocks(database, folder)
  const marks = markBlocks(database, folder)
  await columns.load(slots)
  await marks.load(slots)
  return slot => {
    const at = slot % blockSlots
    const { id, uid, size } = columns.at(slot)
    return { id: id[at]!, uid: uid[at]!, size: size[at]!, dead: (marks.at(slot).state[at]! & State.dead) !== 0 }
  }
}

function toPlace(folder: Folder, row: Row): Place {
  return { message: row.id, folder: folder.id, path: folder.path, uidValidity: folder.cursor?.uidValidity ?? 0, uid: row.uid }
}

export async function resolveRefs(context: CacheContext, refs: MessageRef[]): Promise<(Place | null)[]> {
  const folders = await context.database.folders.toArray()
  const found: (Place | null)[] = refs.map(() => null)
  for (const folder of folders) {
    const { uids } = await loadIndex(context, folder.id)
    const here: [ref: number, slot: number][] = []
    refs.forEach((ref, i) => {
      if (found[i] || ref.account !== folder.account) return
      const locator = ref.locators.find(one => one.folder === folder.path && one.uidValidity === folder.cursor?.uidValidity && one.uid !== 0)
      const slot = locator && uids.get(locator.uid)
      if (slot !== undefined) here.push([i, slot])
    })
    if (here.length === 0) continue
    const row = await rowsAt(
      context,
      folder.id,
      here.map(([, slot]) => slot),
    )
    for (const [i, slot] of here) found[i] = toPlace(folder, row(slot))
  }
  for (let i = 0; i < refs.length; i++) found[i] ??= await byIdentity(context, folders, refs[i]!)
  return found
}

/**
 * The message under another UID, in a folder the reference names and in no other: what is in a folder nobody meant may be a copy that must stay. Ids of dead rows are
 * still among those of a hash: a row counts only where it is that id's.
 */
async function byIdentity(context: CacheContext, folders: Folder[], ref: MessageRef): Promise<Place | null> {
  const ids = await idsByHash(context.database, ref.messageIdHash)
  for (const [i, where] of (await placesOf(context.database, ids)).entries()) {
    const folder = where && folders.find(one => one.id === where.folder)
    if (!folder || folder.account !== ref.account || !ref.locators.some(locator => locator.folder === folder.path)) continue
    const row = (await rowsAt(context, folder.id, [where.slot]))(where.slot)
    if (row.id === ids[i] && !row.dead && row.size === ref.size) return toPlace(folder, row)
  }
  return null
}
