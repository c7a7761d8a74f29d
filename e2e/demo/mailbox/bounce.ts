/** A delivery failure as mail servers report it (RFC 3464). */
import { envelopeOf, mailDate, multipart, type Person } from '../mime/compose.ts'

export interface Undelivered {
  /** Of the report, without angle brackets. */
  id: string
  /** Who sent the message. */
  to: Person
  /** Whom it did not reach. */
  recipient: string
  /** The server that would not take it. */
  host: string
  sentAt: Date
  date: Date
  /** The message, as bytes in a latin1 string. */
  returned: string
}

export function composeBounce({ id, to, recipient, host, sentAt, date, returned }: Undelivered): string {
  const said = `This is the mail system at mx.example.org.

Your message could not be delivered to one recipient. It is attached.

<${recipient}>: host ${host} said: 550 5.1.1 No such user here`
  const status = `Reporting-MTA: dns; mx.example.org\r\nArrival-Date: ${mailDate(sentAt)}\r\n\r\nFinal-Recipient: rfc822; ${recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 5.1.1 No such user here\r\n`
  const report = multipart(
    'report',
    [
      { fields: ['Content-Type: text/plain; charset=us-ascii', 'Content-Description: Notification'], body: said.replace(/\n/g, '\r\n') + '\r\n' },
      { fields: ['Content-Type: message/delivery-status', 'Content-Description: Delivery report'], body: status },
      { fields: ['Content-Type: message/rfc822', 'Content-Description: Undelivered message'], body: returned },
    ],
    '; report-type=delivery-status',
  )
  const from = { name: 'Mail Delivery System', address: 'MAILER-DAEMON@mx.example.org' }
  const fields: [string, string][] = [
    ['Auto-Submitted', 'auto-replied'],
    ['Return-Path', '<>'],
  ]
  return envelopeOf({ id, from, to: [to], subject: 'Undelivered mail returned to sender', date, fields }, report)
}
