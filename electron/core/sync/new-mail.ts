/** Mail that has just come: what to tell of it. */
import type { NewRows } from '../../../shared/batch.ts'
import { type AccountId } from '../../../shared/model/account.ts'
import { keyOf } from '../../../shared/model/folder.ts'
import { Flag } from '../../../shared/model/flags.ts'
import { type Address, type HeaderRow } from '../../../shared/model/message.ts'
import type { Operation } from '../../../shared/operations.ts'

/** Named one by one; of more only the number is told. */
const mostNamed = 3

export interface NewMessage {
  uid: number
  headers: HeaderRow
}

/**
 * The unread rows at or above `uidNext`, as it was before they came. Newest first, as rows are. `isOurs` tells by the hash of its Message-ID what this
 * program put there itself.
 */
export function newMailIn(rows: NewRows, uidNext: number, isOurs: (hash: number) => boolean): NewMessage[] {
  const isNews = (i: number): boolean => rows.uids[i]! >= uidNext && !(rows.flags.bits[i]! & (Flag.seen | Flag.deleted)) && !isOurs(rows.hashes[i]!)
  const indexes = rows.uids.map((_, i) => i).filter(isNews)
  if (indexes.length === 0) return []
  const headers = rows.pages.flatMap(page => JSON.parse(page) as HeaderRow[]) // our own worker wrote them
  return indexes.flatMap(i => (headers[i] ? { uid: rows.uids[i]!, headers: headers[i] } : []))
}

/** What a window needs to put new mail in words. */
export function newMailFacts(newMail: NewMessage[]): { count: number; uid: number | null; subject: string; senders: Address[]; more: boolean } {
  const [one, ...others] = newMail
  const alone = one !== undefined && others.length === 0
  const senders = [...new Map(newMail.map(({ headers: { from } }) => [String(from[0]), from[0] ?? (['', ''] satisfies Address)])).values()]
  return {
    count: newMail.length,
    uid: alone ? one.uid : null,
    subject: alone ? one.headers.subject : '',
    senders: senders.slice(0, mostNamed),
    more: senders.length > mostNamed,
  }
}

/** Of all accounts; the oldest are forgotten. */
const mostOwn = 10_000

/** What this program moves or copies into Inbox: mail that was there before, no news. A server that gives it a new UID does not say so. */
export class OwnMessages {
  readonly #keys = new Set<string>()

  /** An operation that will be performed. */
  add(op: Operation): void {
    if ((op.kind !== 'move' && op.kind !== 'copy') || keyOf(op.to) !== keyOf({ ...op.to, path: 'INBOX' })) return
    if (!Array.isArray(op.messages)) return // a whole folder by UID: COPYUID, or its next sync, tells
    for (const { messageIdHash } of op.messages) if (messageIdHash !== 0) this.#keys.add(`${op.account} ${messageIdHash}`)
    for (const key of this.#keys) {
      if (this.#keys.size <= mostOwn) break
      this.#keys.delete(key)
    }
  }

  has(account: AccountId, hash: number): boolean {
    return this.#keys.has(`${account} ${hash}`)
  }
}
