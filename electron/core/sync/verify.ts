/** The end of a sync: is everything here that the server has (law 3)? */
import { countOf, subtract } from '../../../shared/ranges.ts'
import { store, toChunks } from './missing.ts'
import { type SyncResult, type Work, relink } from './work.ts'

/**
 * The folder is known from end to end: is it the same number of messages? Where it is not, or where it is time, all UIDs are listed and compared; what is
 * missing is fetched, what is gone goes, if the listing is whole.
 */
export async function verify(work: Work, reconcile: boolean): Promise<SyncResult> {
  const { session, folder, cache, selected } = work
  let verified = folder.messages - folder.awaiting === selected.exists
  if (!verified || (reconcile && folder.cursor!.verifiedAt !== null)) {
    const listed = await session.searchAll()
    const below = subtract(listed, [[selected.uidNext, 0xffffffff]])
    const complete = countOf(below) === selected.exists && !session.capabilities.truncates
    const { missing } = await cache.compare({
      folder: folder.id,
      uidValidity: selected.uidValidity,
      asOf: work.began,
      uids: below,
      uidNext: selected.uidNext,
      flags: null,
      complete,
    })
    for (const piece of await toChunks(work, missing)) await store(work, await session.fetchHeaders(piece.ask), [])
    await work.apply({ cursor: folder.cursor! })
    verified = folder.messages - folder.awaiting === selected.exists
  }
  if (verified && folder.awaiting > 0) await relink(work, selected, true)
  const now = work.now()
  const before = folder.cursor!
  await work.apply({ cursor: { ...before, verifiedAt: verified ? now : before.verifiedAt }, checkedAt: now })
  return verified || session.capabilities.truncates || folder.messages >= selected.exists ? 'complete' : 'incomplete'
}
