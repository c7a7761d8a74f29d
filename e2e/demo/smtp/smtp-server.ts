/**
 * Where messages from the demo go. One to its own address comes back into its inbox, one to anybody else is taken and goes nowhere; "nobody" is refused at once,
 * and a message to "bounce" is taken and reported as undeliverable a moment later.
 */
import { randomBytes } from 'node:crypto'
import type { Manners } from '../../servers/smtp-session.ts'
import type { Store } from '../imap/store.ts'
import { composeBounce } from '../mailbox/bounce.ts'
import type { Person } from '../mime/compose.ts'

export interface PostOfficeOptions {
  user: string
  password: string
  owner: Person
  /** Until a report of failure comes. */
  bounceMs?: number
}

const usualBounceMs = 3000

export function createPostOffice(store: Store, { user, password, owner, bounceMs = usualBounceMs }: PostOfficeOptions): Manners {
  const deliver = (raw: string): void => void store.add(store.find('INBOX')!, raw, [], new Date())
  return {
    user,
    password,
    answer: (command, argument) => (command === 'RCPT' && /<nobody@/i.test(argument) ? '550 5.1.1 There is no such mailbox here' : null),
    take({ from, to, data }) {
      const sentAt = new Date()
      if (to.some(address => address.toLowerCase() === owner.address.toLowerCase())) deliver(`Return-Path: <${from}>\r\n${data}`)
      for (const recipient of to.filter(address => /^bounce@/i.test(address))) {
        const id = `${randomBytes(8).toString('hex')}.demo@mx.example.org`
        const host = recipient.slice(recipient.indexOf('@') + 1)
        const report = (): void => deliver(composeBounce({ id, to: owner, recipient, host, sentAt, date: new Date(), returned: data }))
        setTimeout(report, bounceMs).unref()
      }
      return '250 2.0.0 Taken'
    },
  }
}
