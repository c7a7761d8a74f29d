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
  state: number
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
    return { id: id[at]!, uid: uid[at]!, size: size[at]!, state: marks.at(slot).state[at]! }
  }
}

function toPlace(folder: Folder, row: Row): Place {
  return { message: row.id, folder: folder.id, path: folder.path, uidValidity: folder.cursor?.uidValidity ?? 0, uid: row.uid }
}

/** `elsewhere`: the messages are not where their locators say; by identity, in any folder of their account. */
export async function resolveRefs(context: CacheContext, refs: MessageRef[], elsewhere = false): Promise<(Place | null)[]> {
  const folders = await context.database.folders.toArray()
  const found = elsewhere ? [] : await byLocator(context, folders, refs)
  const places: (Place | null)[] = []
  for (const [i, ref] of refs.entries()) places.push(found[i] ?? (await byIdentity(context, folders, ref, elsewhere)))
  return places
}

async function byLocator(context: CacheContext, folders: Folder[], refs: MessageRef[]): Promise<(Place | null)[]> {
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
  return found
}

const isAt = ({ locators }: MessageRef, { path, uidValidity, uid }: Place): boolean =>
  locators.some(one => one.folder === path && one.uidValidity === uidValidity && one.uid === uid)

/**
 * The message under another UID, in a folder the reference names and in no other: what is in a folder nobody meant may be a copy that must stay. `elsewhere`: in any
 * folder, the oldest row first, where no locator says it is and no wish that waits has put it. Ids of dead rows are still among those of a hash: a row counts only
 * where it is that id's.
 */
async function byIdentity(context: CacheContext, folders: Folder[], ref: MessageRef, elsewhere: boolean): Promise<Place | null> {
  const ids = await idsByHash(context.database, ref.messageIdHash)
  for (const [i, where] of (await placesOf(context.database, ids)).entries()) {
    const folder = where && folders.find(one => one.id === where.folder)
    if (!folder || folder.account !== ref.account) continue
    if (!elsewhere && !ref.locators.some(locator => locator.folder === folder.path)) continue
    const row = (await rowsAt(context, folder.id, [where.slot]))(where.slot)
    if (row.id !== ids[i] || row.state & State.dead || row.size !== ref.size) continue
    const place = toPlace(folder, row)
    if (!elsewhere || !(row.state & State.pending || isAt(ref, place))) return place
  }
  return null
}
