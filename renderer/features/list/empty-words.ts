import type { Folder } from '../../../shared/model/folder.ts'
import { clockTime } from '../../data/words/dates.ts'
import type { Filter } from '../../data/list/list-protocol.ts'

const nothing: Record<Exclude<Filter, 'all'>, (folder: string) => string> = {
  unread: folder => `Nothing unread in ${folder}.`,
  flagged: folder => `Nothing flagged in ${folder}.`,
  attachments: folder => `No message with attachments in ${folder}.`,
}

/** What an empty list says: what is the case, and since when that is known. */
export function emptyWords(folder: Folder, label: string, filter: Filter): string {
  const behind = folder.server !== null && folder.server.messages > folder.messages
  if (filter !== 'all') return behind ? `${nothing[filter](label)} Older mail is still being fetched.` : nothing[filter](label)
  if (behind) return `Mail of ${label} is being fetched.`
  if (folder.checkedAt === null) return `${label} has not been checked yet. Its mail appears here as soon as the server answers.`
  return `${label} is empty. Checked ${clockTime(folder.checkedAt)}.`
}

const number = new Intl.NumberFormat('en-GB')

/** "12 unread of 100,214", "100,214 messages". */
export function countWords(unread: number, total: number): string {
  if (unread > 0) return `${number.format(unread)} unread of ${number.format(total)}`
  return total === 1 ? '1 message' : `${number.format(total)} messages`
}
