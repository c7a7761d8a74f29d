/** The accessible name of a row (UI.md, Names): "[unread, ][flagged, ]sender, subject, time[, attachments][, not readable offline][, waiting]". */
import { Flag } from '../../../shared/model/flags.ts'
import type { Row } from './list-protocol.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { displayName, peopleList } from '../words/people.ts'
import { shortDate } from '../words/dates.ts'
import { say } from '../words/say.ts'

/** Who stands in the row: the sender, or where the folder holds our own messages the recipients. */
export function rowPerson(row: Row, outgoing: boolean, mark?: (text: string) => string): string {
  if (outgoing) return peopleList(row.headers.to, undefined, row.headers.more?.to, mark)
  const name = displayName(row.headers.from[0] ?? ['', ''])
  return mark ? mark(name) : name
}

export function rowSubject(row: Row): string {
  return shownText(row.headers.subject).trim() || say('common.noSubject')
}

export function rowName(row: Row, outgoing: boolean, now: number): string {
  return [
    ...(row.flags & Flag.seen ? [] : [say('list.row.unread')]),
    ...(row.flags & Flag.flagged ? [say('list.row.flagged')] : []),
    rowPerson(row, outgoing),
    rowSubject(row),
    shortDate(row.date * 1000, now),
    ...(row.attachments ? [say('list.row.attachments')] : []),
    ...(row.offline ? [] : [say('list.row.notOffline')]),
    ...(row.waiting ? [say('list.row.waiting')] : []),
  ].join(', ')
}
