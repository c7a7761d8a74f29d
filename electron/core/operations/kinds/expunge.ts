/** Deletes messages for good (RFC 9051, 6.4.9 UID EXPUNGE). A message that is gone already, or whose folder is, is what was asked for. */
import { changeFlags, Flag, flagsOf } from '../../../../shared/model/flags.ts'
import type { Expunge } from '../../../../shared/operations.ts'
import type { Outcome } from '../entries.ts'
import { flagsNow } from '../flags-now.ts'
import { nothingDone, type Performer } from '../performer.ts'

export const expunge: Performer<Expunge> = async ({ session, begin, eachFolder, performedOn }, op) => {
  const expunged: Outcome['expunged'] = []
  const folders: Outcome['folders'] = []
  await begin(null)
  await eachFolder(op.messages, async group => {
    const { folder, uidValidity, uids } = group
    await session.expunge(uids)
    performedOn(folder)
    if (session.capabilities.uidplus) expunged.push({ folder, uidValidity, uids })
    else {
      // without UIDPLUS they are only marked: that is what is shown
      const now = await flagsNow(session, group, flags => changeFlags(flags, flagsOf(Flag.deleted), flagsOf(0)))
      folders.push({ ...now, modseqs: null })
    }
    return uids
  })
  return { ...nothingDone, folders, expunged }
}
