import { expect, it } from 'vitest'
import { errorWords } from '../../../renderer/data/words/errors.ts'
import type { MailError } from '../../../shared/errors.ts'
import type { Draft } from '../../../shared/model/outgoing.ts'
import type { Account } from '../accounts/accounts.ts'
import { checkSendable } from './sendable.ts'

const server = { host: 'mail.example.test', port: 587, security: 'starttls' as const, user: 'alice' }
const account: Account = {
  id: 'acct1',
  name: 'Alice',
  email: 'alice@example.test',
  incoming: { protocol: 'imap', ...server },
  generation: 1,
  outgoing: server,
}
const draft: Draft = {
  ...{ id: 'message-0001', account: 'acct1', to: [['Bob', ' bob@Example.test ']], cc: [], bcc: [], subject: '', format: 'plain', html: '', text: '' },
  ...{ answers: null, attachments: [], revision: 1 },
}

it('sends to everyone once', () => {
  const all = checkSendable({ ...draft, cc: [['', 'BOB@example.test']], bcc: [['', 'carol@example.test']] }, account, [])
  expect(all).toEqual({ from: 'alice@example.test', to: ['BOB@example.test', 'carol@example.test'], bcc: ['carol@example.test'] })
})

function refusalOf(work: () => unknown): MailError | null {
  try {
    work()
    return null
  } catch (error) {
    return error as MailError
  }
}

it.each<[string, Draft, Account | undefined]>([
  ['account: this account is no longer here', draft, undefined],
  ['account: alice@example.test has no server for outgoing mail', draft, { ...account, generation: 1, outgoing: null }],
  ['to: there is no recipient', { ...draft, to: [] }, account],
  ['to: "bob" is not an address', { ...draft, to: [['', 'bob']] }, account],
  ['bcc: "x y" is not an address', { ...draft, bcc: [['', 'x y']] }, account],
  ['attachments: a.txt is not here', { ...draft, attachments: [{ id: 'file0001', filename: 'a.txt', type: 'text/plain', size: 1 }] }, account],
])('refuses, naming the field: %s', (message, one, from) => {
  const error = refusalOf(() => checkSendable(one, from, []))
  expect([error?.kind, `${error?.params.field}: ${errorWords(error)}`]).toEqual(['invalid', message])
})
