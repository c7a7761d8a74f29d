/** Mail that has just come: what to tell of it. */
import type { NewRows } from '../../../shared/batch.ts'
import { Flag, type HeaderRow } from '../../../shared/model.ts'

/** Named one by one; of more only the number is told. */
const mostNamed = 3

/** Headers of the unread rows at or above `uidNext`, as it was before they came. Newest first, as rows are. */
export function arrivalsIn(rows: NewRows, uidNext: number): HeaderRow[] {
  const indexes = rows.uids.map((_, i) => i).filter(i => rows.uids[i]! >= uidNext && !(rows.flags[i]! & (Flag.seen | Flag.deleted)))
  if (indexes.length === 0) return []
  const headers = rows.pages.flatMap(page => JSON.parse(page) as HeaderRow[]) // our own worker wrote them
  return indexes.flatMap(i => headers[i] ?? [])
}

const senderOf = ({ from: [first] }: HeaderRow): string => first?.[0] || first?.[1] || 'Unknown sender'

export function arrivalNotice(arrivals: HeaderRow[]): { title: string; body: string } {
  const [one, ...others] = arrivals
  if (one && others.length === 0) return { title: senderOf(one), body: one.subject || '(no subject)' }
  const senders = [...new Set(arrivals.map(senderOf))]
  const named = senders.slice(0, mostNamed).join(', ')
  return { title: `${arrivals.length} new messages`, body: senders.length > mostNamed ? `${named} and others` : named }
}
