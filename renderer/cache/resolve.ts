/** From references that outlive an epoch to what the cache has now: by locator where its UIDVALIDITY still holds, else by identity. */
import { State, blockSlots, type Location } from '../../shared/batch.ts'
import { keyOf, type Folder, type FolderId } from '../../shared/model/folder.ts'
import type { MessageRef, UidSet } from '../../shared/model/message.ts'
import type { OpId } from '../../shared/operations.ts'
import { countOf, fromUids, type Ranges } from '../../shared/ranges.ts'
import { columnBlocks, markBlocks } from './blocks.ts'
import { folderOf } from './folders.ts'
import { slotsIn } from './rows.ts'
import { loadChanges, loadIndex, type CacheContext } from './context.ts'
import { idsByHash, locationsOf } from './where.ts'

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

function toLocation(folder: Folder, row: Row): Location {
  return { message: row.id, folder: folder.id, ref: folder.ref, uidValidity: folder.cursor?.uidValidity ?? 0, uid: row.uid }
}

/** `elsewhere`: the messages are not where their locators say; by identity, in any folder of their account. */
export async function resolveRefs(context: CacheContext, refs: MessageRef[], elsewhere = false): Promise<(Location | null)[]> {
  const folders = await context.database.folders.toArray()
  const found = elsewhere ? refs.map(() => null) : await byLocator(context, folders, refs)
  const left = refs.filter((_, i) => !found[i])
  if (left.length === 0) return found
  const locations = await byIdentity(context, folders, left, elsewhere)
  return refs.map((ref, i) => found[i] ?? locations.get(ref) ?? null)
}

async function byLocator(context: CacheContext, folders: Folder[], refs: MessageRef[]): Promise<(Location | null)[]> {
  const found: (Location | null)[] = refs.map(() => null)
  for (const folder of folders) {
    const key = keyOf(folder.ref)
    const named: [ref: number, uid: number][] = []
    refs.forEach((ref, i) => {
      if (found[i]) return
      const locator = ref.locators.find(one => one.uid !== 0 && one.uidValidity === folder.cursor?.uidValidity && keyOf(one.folder) === key)
      if (locator) named.push([i, locator.uid])
    })
    if (named.length === 0) continue
    // no promise where there is nothing to read: a transaction ends when many of ours are awaited without a request
    const { uids } = context.indexes.get(folder.id) ?? (await loadIndex(context, folder.id))
    const here = named.flatMap(([i, uid]): [ref: number, slot: number][] => {
      const slot = uids.get(uid)
      return slot === undefined ? [] : [[i, slot]]
    })
    if (here.length === 0) continue
    const row = await rowsAt(
      context,
      folder.id,
      here.map(([, slot]) => slot),
    )
    for (const [i, slot] of here) found[i] = toLocation(folder, row(slot))
  }
  return found
}

const isAt = ({ locators }: MessageRef, { ref, uidValidity, uid }: Location): boolean =>
  locators.some(one => keyOf(one.folder) === keyOf(ref) && one.uidValidity === uidValidity && one.uid === uid)

/**
 * The messages under another UID, in a folder the reference names and in no other: what is in a folder nobody meant may be a copy that must stay. `elsewhere`: in any
 * folder, the oldest row first, where no locator says it is; a row that a change put there and the server did not is nowhere yet. Ids of dead rows are still among those of a hash: a row counts only
 * where it is that id's.
 */
async function byIdentity(context: CacheContext, folders: Folder[], refs: MessageRef[], elsewhere: boolean): Promise<Map<MessageRef, Location>> {
  const { database } = context
  const byHash = await idsByHash(
    database,
    refs.map(ref => ref.messageIdHash),
  )
  const ids = [...byHash.values()].flat()
  const slots = new Map<FolderId, number[]>()
  const at = new Map<number, { folder: FolderId; slot: number }>()
  for (const [i, where] of (await locationsOf(database, ids)).entries()) {
    if (!where) continue
    at.set(ids[i]!, where)
    const others = slots.get(where.folder)
    if (others) others.push(where.slot)
    else slots.set(where.folder, [where.slot])
  }
  const rows = new Map<FolderId, { folder: Folder; rowAt: (slot: number) => Row }>()
  for (const folder of folders) {
    const here = slots.get(folder.id)
    if (here && refs.some(({ account }) => account === folder.ref.account))
      rows.set(folder.id, { folder, rowAt: await rowsAt(context, folder.id, here) })
  }

  function find(ref: MessageRef): Location | null {
    for (const id of byHash.get(ref.messageIdHash) ?? []) {
      const where = at.get(id)
      const there = where && rows.get(where.folder)
      if (!there || there.folder.ref.account !== ref.account) continue
      if (!elsewhere && !ref.locators.some(locator => keyOf(locator.folder) === keyOf(there.folder.ref))) continue
      const row = there.rowAt(where.slot)
      if (row.id !== id || row.state & State.dead || row.size !== ref.size) continue
      const location = toLocation(there.folder, row)
      const isNowhereYet = (row.state & State.pending) !== 0 && row.uid === 0
      if (!elsewhere || !(isNowhereYet || isAt(ref, location))) return location
    }
    return null
  }
  const found = new Map<MessageRef, Location>()
  for (const ref of refs) {
    const location = find(ref)
    if (location) found.set(ref, location)
  }
  return found
}

/** Local ids of the messages a set names; none where its UIDs mean nothing any more. */
export async function idsIn(context: CacheContext, { folder: ref, uidValidity, uids }: UidSet): Promise<number[]> {
  const folder = await folderOf(context, ref)
  if (folder?.cursor?.uidValidity !== uidValidity) return []
  const slots = slotsIn(await loadIndex(context, folder.id), uids)
  const row = await rowsAt(context, folder.id, slots)
  return slots.map(slot => row(slot).id)
}

/** The UIDs that the messages of a waiting operation have now, in the folder they are in; null where the overlay does not know it, or none of them is left. */
export async function numbersOf(context: CacheContext, op: OpId): Promise<{ uidValidity: number; uids: Ranges; awaiting: number } | null> {
  const ids = (await loadChanges(context)).get(op)?.messages ?? []
  const locations = (await locationsOf(context.database, ids)).filter(one => one !== null)
  const folder = locations[0] && (await context.database.folders.get(locations[0].folder))
  if (!folder) return null
  const here = locations.filter(one => one.folder === folder.id)
  const row = await rowsAt(
    context,
    folder.id,
    here.map(({ slot }) => slot),
  )
  const rows = here.map(({ slot }) => row(slot)).filter(({ state }) => !(state & State.dead))
  if (rows.length === 0) return null
  const uids = fromUids(rows.filter(({ uid }) => uid !== 0).map(({ uid }) => uid))
  return { uidValidity: folder.cursor?.uidValidity ?? 0, uids, awaiting: rows.length - countOf(uids) }
}
