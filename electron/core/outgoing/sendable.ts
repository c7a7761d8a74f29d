/** Whether a draft can be sent, and to whom: every refusal names its field in its params. */
import { toEnvelopeAddress } from '../../../shared/model/address.ts'
import type { Code } from '../../../shared/codes.ts'
import { MailError, type Params } from '../../../shared/errors.ts'
import type { Attachment, Draft, Recipient } from '../../../shared/model/outgoing.ts'
import type { Account } from '../accounts/accounts.ts'

const invalid = (field: string, code: Code, params: Params = {}): MailError => new MailError('invalid', code, { ...params, field })

export interface Sendable {
  from: string
  /** Everyone the message goes to, once each. */
  to: string[]
  bcc: string[]
}

/** Throws `invalid`, naming the field. `here` are the attachments that are in the vault. */
export function checkSendable(draft: Draft, account: Account | undefined, here: readonly Attachment[]): Sendable {
  if (!account) throw invalid('account', 'send.accountGone')
  if (!account.outgoing) throw invalid('account', 'send.noServer', { email: account.email })
  const from = toEnvelopeAddress(account.email)
  if (from === null) throw invalid('account', 'send.senderInvalid', { email: account.email })
  const read = (field: 'to' | 'cc' | 'bcc'): string[] =>
    draft[field].map(([, typed]: Recipient) => {
      const address = toEnvelopeAddress(typed)
      if (address === null) throw invalid(field, 'send.recipientInvalid', { typed })
      return address
    })
  const [to, cc, bcc] = [read('to'), read('cc'), read('bcc')]
  const all = new Map([...to, ...cc, ...bcc].map(address => [address.toLowerCase(), address]))
  if (all.size === 0) throw invalid('to', 'send.noRecipient')
  const missing = draft.attachments.find(({ id }) => !here.some(one => one.id === id))
  if (missing) throw invalid('attachments', 'send.fileMissing', { file: missing.filename })
  return { from, to: [...all.values()], bcc }
}
