import type { Folder } from '../../../shared/model/folder.ts'
import { clockTime } from '../../data/words/dates.ts'
import { say } from '../../data/words/say.ts'
import type { Filter } from '../../data/list/list-protocol.ts'

/** What an empty list says: what is the case, and since when that is known. */
export function emptyWords({ server, messages, checkedAt }: Folder, folder: string, filter: Filter): string {
  const behind = server !== null && server.messages > messages
  if (filter !== 'all') {
    const nothing = say(`list.nothing.${filter}`, { folder })
    return behind ? `${nothing} ${say('list.olderMailComes')}` : nothing
  }
  if (behind) return say('list.mailComes', { folder })
  return checkedAt === null ? say('list.unchecked', { folder }) : say('list.empty', { folder, time: clockTime(checkedAt) })
}

/** "12 unread of 100,214", "100,214 messages". */
export function countWords(unread: number, total: number): string {
  return unread > 0 ? say('list.unreadOf', { unread, total }) : say('common.messages', { count: total })
}
