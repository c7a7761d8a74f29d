/** Whether a draft can be sent, and to whom: every refusal names its field. */
import { toEnvelopeAddress } from '../../../shared/model/address.ts'
import { MailError } from '../../../shared/errors.ts'
import type { Attachment, Draft, Recipient } from '../../../shared/model/outgoing.ts'
import type { Account } from '../accounts/accounts.ts'

const invalid = (field: string, sentence: string): MailError => new MailError('invalid', `draft.send: ${field}: ${sentence}`)

export interface Sendable {
  from: string
  /** Everyone the message goes to, once each. */
  to: string[]
  bcc: string[]
}

/** Throws `invalid`, naming the field. `here` are the attachments that are in the vault. */
export function checkSendable(draft: Draft, account: Account | undefined, here: readonly Attachment[]): Sendable {
  if (!account) throw invalid('account', 'this account is no longer here')
  if (!account.outgoing) throw invalid('account', `${account.email} has no server for outgoing mail`)
  const from = toEnvelopeAddress(account.email)
  if (from === null) throw invalid('account', `${account.email} is no address`)
  const read = (field: 'to' | 'cc' | 'bcc'): string[] =>
    draft[field].map(([, typed]: Recipient) => {
      const address = toEnvelopeAddress(typed)
      if (address === null) throw invalid(field, `"${typed}" is not an address`)
      return address
    })
  const [to, cc, bcc] = [read('to'), read('cc'), read('bcc')]
  const all = new Map([...to, ...cc, ...bcc].map(address => [address.toLowerCase(), address]))
  if (all.size === 0) throw invalid('to', 'there is no recipient')
  const missing = draft.attachments.find(({ id }) => !here.some(one => one.id === id))
  if (missing) throw invalid('attachments', `${missing.filename} is not here`)
  return { from, to: [...all.values()], bcc }
}
