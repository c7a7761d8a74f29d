/**
 * Where the server cannot say what changed: its full listing against the rows. Rows go only when the listing is complete (law 3).
 */
import type { Difference, Listing, RowsNotice } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { contains, countOf, fromUids, subtract, uidsOf } from '../../shared/ranges.ts'
import { beginWork, finishWork, removeSlots, setFlags } from './rows.ts'
import { requireFolder, type CacheContext } from './context.ts'

export async function compareListing(context: CacheContext, listing: Listing): Promise<{ difference: Difference; notice: RowsNotice | null }> {
  const folder = await requireFolder(context, listing.folder)
  if (folder.cursor?.uidValidity !== listing.uidValidity)
    throw new MailError('stale', 'cache.renumbered', { folder: folder.name, uidValidity: listing.uidValidity })
  const work = await beginWork(context, folder, listing.asOf)
  if (listing.flags) {
    const described = listing.flags.reduce((sum, [count]) => sum + count, 0)
    if (described !== countOf(listing.uids))
      throw new MailError('invalid', 'cache.malformed', { field: 'flags', found: described, expected: countOf(listing.uids) })
    const runs = listing.flags
    await work.marks.loadAll(folder.slots)
    let run = 0
    let left = runs[0]?.[0] ?? 0
    for (const uid of uidsOf(listing.uids)) {
      const slot = work.index.uids.get(uid)
      if (slot !== undefined) setFlags(work, slot, { bits: runs[run]![1], keywords: runs[run]![2] }, null)
      if (--left === 0) left = runs[++run]?.[0] ?? 0
    }
  }
  const changed = work.changed.size
  const known: number[] = []
  const gone: number[] = []
  for (const [uid, slot] of work.index.uids.entries()) {
    known.push(uid)
    if (listing.complete && uid < listing.uidNext && !contains(listing.uids, uid)) gone.push(slot)
  }
  await removeSlots(work, gone)
  folder.asOf = Math.max(folder.asOf, listing.asOf)
  const notice = await finishWork(work)
  return { difference: { missing: subtract(listing.uids, fromUids(known)), gone: gone.length, changed }, notice }
}
