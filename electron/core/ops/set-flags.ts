/** Adds and removes flags (RFC 9051, 6.4.6). Absolute, so performing it twice is performing it once. */
import { fromUids } from '../../../shared/ranges.ts'
import type { SetFlags } from '../../../shared/ops.ts'
import type { Outcome } from './entries.ts'
import { nothingDone, type Performer } from './performer.ts'

export const setFlags: Performer<SetFlags> = async ({ session, begin, eachFolder, performedOn }, op) => {
  const folders: Outcome['folders'] = []
  await begin(null)
  await eachFolder(op.messages, async ({ path, uidValidity, uids }) => {
    await session.storeFlags(fromUids(uids), op.add, op.remove)
    performedOn(path)
    const now = await session.fetchFlags(fromUids(uids)) // what the server now says; a message that is gone is not among them
    folders.push({
      path,
      uidValidity,
      uids: now.map(({ uid }) => uid),
      flags: now.map(({ flags }) => flags),
      modseqs: now.every(({ modseq }) => modseq !== null) ? now.map(({ modseq }) => modseq!) : null,
    })
  })
  return { ...nothingDone, folders }
}
