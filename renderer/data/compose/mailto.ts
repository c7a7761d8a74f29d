/** A mailto address (RFC 6068) as a message to begin with. Only to, cc, bcc, subject and body count: no other field, and never a file. Pure. */
import type { Recipient } from '../../../shared/model/outgoing.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { newRecipients, parseRecipients } from '../text/addresses.ts'

export interface MailtoFields {
  to: Recipient[]
  cc: Recipient[]
  bcc: Recipient[]
  subject: string
  /** Plain text with LF. */
  body: string
}

const mostRecipients = 100
const longestSubject = 2000
const longestBody = 100_000

/** `+` is a plus here, not a space (RFC 6068, 2 and 5). */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // a malformed escape stands for itself
  }
}

function withoutControls(text: string): string {
  return text.replace(/[\p{Cc}]+/gu, ' ').trim()
}

/** Null where it is no mailto address. */
export function parseMailto(url: string): MailtoFields | null {
  const match = /^mailto:([^?#]*)(?:\?([^#]*))?/iu.exec(url.trim())
  if (!match) return null
  const fields: MailtoFields = { to: [], cc: [], bcc: [], subject: '', body: '' }
  const add = (field: 'to' | 'cc' | 'bcc', text: string): void => {
    const found = parseRecipients(withoutControls(text))
    fields[field] = [...fields[field], ...newRecipients(found, fields[field])].slice(0, mostRecipients)
  }
  // commas between addresses are literal, those within one are escaped, and may not cut it
  for (const address of match[1]!.split(',')) add('to', decoded(address))
  for (const pair of (match[2] ?? '').replace(/&amp;/giu, '&').split('&')) {
    const [name = '', ...rest] = pair.split('=')
    const value = decoded(rest.join('='))
    switch (decoded(name).toLowerCase()) {
      case 'to':
      case 'cc':
      case 'bcc':
        add(decoded(name).toLowerCase() as 'to' | 'cc' | 'bcc', value)
        break
      case 'subject':
        fields.subject = shownText(withoutControls(value)).slice(0, longestSubject)
        break
      case 'body':
        fields.body = `${fields.body}${fields.body && '\n'}${value.replace(/\r\n?/gu, '\n')}`.slice(0, longestBody)
        break
    }
  }
  return fields
}
