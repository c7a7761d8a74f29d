/**
 * Adds and removes flags (RFC 9051, 6.4.6). Absolute, so performing it twice is performing it once. A message that was moved since the operation was made (answered,
 * archived, then sent) is marked where it is now.
 */
import type { SetFlags } from '../../../../shared/operations.ts'
import type { Ranges } from '../../../../shared/ranges.ts'
import type { Outcome } from '../entries.ts'
import { flagsNow } from '../flags-now.ts'
import { refuseMissing } from '../locate.ts'
import { nothingDone, type Group, type Performer } from '../performer.ts'

export const setFlags: Performer<SetFlags> = async ({ session, begin, eachFolder, performedOn }, op) => {
  const folders: Outcome['folders'] = []
  await begin(null)
  async function mark(group: Group): Promise<Ranges> {
    await session.storeFlags(group.uids, op.add, op.remove)
    performedOn(group.folder)
    const now = await flagsNow(session, group)
    folders.push(now)
    return now.uids
  }
  const located = await eachFolder(op.messages, mark, { elsewhere: true })
  await refuseMissing(located, 'changed')
  return { ...nothingDone, folders }
}
