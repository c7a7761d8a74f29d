/** Deletes messages for good (RFC 9051, 6.4.9 UID EXPUNGE). A message that is gone already, or whose folder is, is what was asked for. */
import { fromUids } from '../../../../shared/ranges.ts'
import { changeFlags, Flag, flagsOf, toFlagList } from '../../../../shared/model/flags.ts'
import type { Expunge } from '../../../../shared/operations.ts'
import type { Outcome } from '../entries.ts'
import { nothingDone, type Performer } from '../performer.ts'

export const expunge: Performer<Expunge> = async ({ session, begin, eachFolder, performedOn }, op) => {
  const expunged: Outcome['expunged'] = []
  const folders: Outcome['folders'] = []
  await begin(null)
  await eachFolder(op.messages, async ({ folder, uidValidity, uids }) => {
    await session.expunge(fromUids(uids))
    performedOn(folder)
    if (session.capabilities.uidplus) expunged.push({ folder, uidValidity, uids })
    else {
      // without UIDPLUS they are only marked: that is what is shown
      const now = await session.fetchFlags(fromUids(uids))
      folders.push({
        folder,
        uidValidity,
        uids: now.map(({ uid }) => uid),
        flags: toFlagList(now.map(({ flags }) => changeFlags(flags, flagsOf(Flag.deleted), flagsOf(0)))),
        modseqs: null,
      })
    }
    return uids
  })
  return { ...nothingDone, folders, expunged }
}
