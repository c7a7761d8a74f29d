/** Who an answer goes to, what it is called, and how it is threaded (RFC 5322, 3.6.3 to 3.6.5). Pure. */
import type { Recipient } from '../../../shared/model/outgoing.ts'
import type { Address, Body, HeaderRow, People } from '../../../shared/model/message.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { addressKey, newRecipients } from '../text/addresses.ts'
import { say } from '../words/say.ts'

export type AnswerKind = 'reply' | 'replyAll' | 'forward'

/** Who takes part in a message, as far as is known. */
type Named = Pick<HeaderRow, 'from' | 'to' | 'cc' | 'replyTo'>

/** Of an answer to more people it is asked whether it is meant. */
export const manyPeople = 25
/** A draft takes so many in a field (shared/message-content.ts). */
const mostInField = 1000

/** True where a row surely keeps everyone. One of an older program may have left people out without a word, but never of so few. */
export function isWhole({ from, to, cc = [], replyTo = [], more }: HeaderRow): boolean {
  return more === undefined && [from, to, cc, replyTo].every(people => people.length <= manyPeople)
}

/** Everyone a message names; null where that is not known here. */
export function everyone(headers: HeaderRow, body: Pick<Body, 'people'> | null): People | null {
  const { from, to, cc = [], replyTo = [] } = headers
  return body?.people ?? (isWhole(headers) ? { from, to, cc, replyTo, complete: true } : null)
}

/** Why an answer cannot go to all of them, in words; null where it can. */
export function tooMany({ complete }: People, { to, cc }: { to: Recipient[]; cc: Recipient[] }): string | null {
  if (!complete) return say('composer.replyAll.incomplete')
  if (to.length <= mostInField && cc.length <= mostInField) return null
  return say('composer.replyAll.tooMany', { count: to.length + cc.length, limit: mostInField })
}

/** Somebody could get mail there, which is not true of what Reply-To says at times: "<>", a name alone. */
const namesSomebody = ([, address]: Address): boolean => /[^\s@]@[^\s@]/u.test(address)

/** `own` holds the addresses of all accounts, in small letters. */
export function answerRecipients(headers: Named, kind: AnswerKind, own: ReadonlySet<string>): { to: Recipient[]; cc: Recipient[] } {
  if (kind === 'forward') return { to: [], cc: [] }
  const isOwn = (address: Address): boolean => own.has(addressKey(address))
  const { from, to, cc = [], replyTo = [] } = headers
  const usable = (people: Address[]): Recipient[] => newRecipients(people.filter(([, address]) => address !== ''))
  const others = (people: Address[]): Recipient[] => usable(people.filter(person => !isOwn(person)))
  // Mail of one's own is answered to those it went to, not to oneself. A note to oneself alone still is.
  if (from.some(isOwn) && others([...to, ...cc]).length > 0) {
    const first = others(to)
    if (kind === 'reply') return { to: first.length > 0 ? first : others(cc), cc: [] }
    return { to: first, cc: newRecipients(others(cc), first) }
  }
  const asked = replyTo.filter(namesSomebody)
  const senders = asked.some(person => !isOwn(person)) ? others(asked) : usable(asked.length > 0 ? asked : from)
  if (kind === 'reply') return { to: senders, cc: [] }
  const all = [...senders, ...newRecipients(others(to), senders)]
  return { to: all, cc: newRecipients(others(cc), all) }
}

const replyMark = /^(?:re|aw|antw|antwort|sv|vs|odp|rif|ref|res|回复|返信)(?:\[\d+\])?\s*[:：]\s*/iu
const forwardMark = /^(?:fwd?|wg|tr|rv|enc|i|pd|vb|doorst|转发|転送)(?:\[\d+\])?\s*[:：]\s*/iu

/** "Re: " or "Fwd: " once, whatever the language of those before. */
export function answerSubject(subject: string, kind: AnswerKind): string {
  const mark = kind === 'forward' ? forwardMark : replyMark
  let bare = shownText(subject).replace(/\s+/gu, ' ').trim()
  while (mark.test(bare)) bare = bare.replace(mark, '')
  return `${kind === 'forward' ? 'Fwd' : 'Re'}: ${bare}`.trimEnd().slice(0, 10_000)
}

const mostReferences = 100
const longestId = 1000

/** In-Reply-To and References of an answer (RFC 5322, 3.6.4). A long chain loses its middle: the first names the conversation, the last ones its place. */
export function threading({ messageId, references = [], inReplyTo }: HeaderRow): { inReplyTo: string | null; references: string[] } {
  const usable = (id: string | undefined): id is string => id !== undefined && id.length <= longestId && /^<[^\s<>]+>$/u.test(id)
  const parents = inReplyTo?.match(/<[^\s<>]+>/gu) ?? []
  const before = (references.length > 0 ? references : parents.length === 1 ? parents : []).filter(usable)
  const own = usable(messageId) ? messageId : null
  const chain = [...new Set([...before.filter(id => id !== own), ...(own ? [own] : [])])]
  const kept = chain.length > mostReferences ? [chain[0]!, ...chain.slice(chain.length - mostReferences + 1)] : chain
  return { inReplyTo: own, references: kept }
}
