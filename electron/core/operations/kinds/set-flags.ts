/**
 * Adds and removes flags (RFC 9051, 6.4.6). Absolute, so performing it twice is performing it once. A message that was moved since the operation was made (answered,
 * archived, then sent) is marked where it is now.
 */
import { fromUids } from '../../../../shared/ranges.ts'
import { toFlagList } from '../../../../shared/model/flags.ts'
import type { SetFlags } from '../../../../shared/operations.ts'
import type { Outcome } from '../entries.ts'
import { refuseMissing } from '../locate.ts'
import { nothingDone, type Group, type Performer } from '../performer.ts'

export const setFlags: Performer<SetFlags> = async ({ session, begin, eachFolder, performedOn }, op) => {
  const folders: Outcome['folders'] = []
  await begin(null)
  async function mark({ folder, uidValidity, uids }: Group): Promise<number[]> {
    await session.storeFlags(fromUids(uids), op.add, op.remove)
    performedOn(folder)
    const now = await session.fetchFlags(fromUids(uids)) // what the server now says; a message that is gone is not among them
    const there = now.map(({ uid }) => uid)
    folders.push({
      folder,
      uidValidity,
      uids: there,
      flags: toFlagList(now.map(({ flags }) => flags)),
      modseqs: now.every(({ modseq }) => modseq !== null) ? now.map(({ modseq }) => modseq!) : null,
    })
    return there
  }
  const located = await eachFolder(op.messages, mark, { elsewhere: true })
  await refuseMissing(located, 'changed')
  return { ...nothingDone, folders }
}
