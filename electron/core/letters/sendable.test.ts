import { expect, it } from 'vitest'
import type { Draft } from '../../../shared/letter.ts'
import type { Account } from '../accounts/accounts.ts'
import { checkSendable, toEnvelopeAddress } from './sendable.ts'

const server = { host: 'mail.example.test', port: 587, security: 'starttls' as const, user: 'alice' }
const account: Account = { id: 'acct1', name: 'Alice', email: 'alice@example.test', incoming: { protocol: 'imap', ...server }, outgoing: server }
const draft: Draft = {
  ...{ id: 'letter-0001', account: 'acct1', to: [['Bob', ' bob@Example.test ']], cc: [], bcc: [], subject: '', format: 'plain', html: '', text: '' },
  ...{ answers: null, attachments: [], revision: 1 },
}

it.each<[string, string | null]>([
  ['bob@example.test', 'bob@example.test'],
  [' bob+x@sub.example.test ', 'bob+x@sub.example.test'],
  ['bob@exämple.test', 'bob@xn--exmple-cua.test'],
  ['bob@[192.0.2.1]', 'bob@[192.0.2.1]'],
  ['bob@localhost', 'bob@localhost'],
  ...[
    'bob',
    '@example.test',
    'bob@',
    'a b@example.test',
    'bob@example..test',
    'bob@-x',
    'a@b@c',
    '<bob@example.test>',
    'bob@x\r\nRCPT',
    'bob\0@example.test',
    'bob@example.test/x',
    'bob@example.test?x',
    'bob@example.test#x',
    'bob@ex%41mple.test',
    'bob@exämple.test/x',
    'bob@0x7f.1',
    `${'a'.repeat(65)}@x.test`,
  ].map(one => [one, null] as [string, null]),
])('%j is the address %j', (typed, address) => {
  expect(toEnvelopeAddress(typed)).toBe(address)
})

it('sends to everyone once', () => {
  const all = checkSendable({ ...draft, cc: [['', 'BOB@example.test']], bcc: [['', 'carol@example.test']] }, account, [])
  expect(all).toEqual({ from: 'alice@example.test', to: ['BOB@example.test', 'carol@example.test'], bcc: ['carol@example.test'] })
})

it.each<[string, Draft, Account | undefined]>([
  ['account: this account is no longer here', draft, undefined],
  ['account: alice@example.test has no server for outgoing mail', draft, { ...account, outgoing: null }],
  ['to: there is no recipient', { ...draft, to: [] }, account],
  ['to: "bob" is not an address', { ...draft, to: [['', 'bob']] }, account],
  ['bcc: "x y" is not an address', { ...draft, bcc: [['', 'x y']] }, account],
  ['attachments: a.txt is not here', { ...draft, attachments: [{ id: 'file0001', filename: 'a.txt', type: 'text/plain', size: 1 }] }, account],
])('refuses, naming the field: %s', (message, one, from) => {
  expect(() => checkSendable(one, from, [])).toThrow(expect.objectContaining({ kind: 'invalid', message: `letter.send: ${message}` }))
})
