import { expect, it } from 'vitest'
import { parse } from '../rpc.ts'
import { domainOf, EmailAddress, toEnvelopeAddress } from './address.ts'

it.each<[string, string | null]>([
  ['bob@example.test', 'bob@example.test'],
  [' bob+x@sub.example.test ', 'bob+x@sub.example.test'],
  ['bob@exämple.test', 'bob@xn--exmple-cua.test'],
  ['bob@[192.0.2.1]', 'bob@[192.0.2.1]'],
  ['bob@localhost', 'bob@localhost'],
  ['info@müller.de', 'info@xn--mller-kva.de'],
  ['info@MÜLLER.de', 'info@xn--mller-kva.de'],
  ['a@x.xn--p1ai', 'a@x.xn--p1ai'],
  ['r&d@firm.example', 'r&d@firm.example'],
  ["o'neil/x=1@firm.example", "o'neil/x=1@firm.example"],
  ['用户@例子.广告', '用户@xn--fsqu00a.xn--4rr70v'],
  ...[
    'bob',
    '@example.test',
    'bob@',
    '.bob@example.test',
    'bob.@example.test',
    'bob..b@example.test',
    'bob@xn--a.test',
    `bob@${'x'.repeat(64)}.test`,
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

it('knows the domain of an address as servers are looked up', () => {
  expect(domainOf('Info@Müller.DE')).toBe('xn--mller-kva.de')
  expect(domainOf('alice@GMail.com')).toBe('gmail.com')
})

it.each(['info@müller.de', 'a@x.xn--p1ai', 'r&d@firm.example'])('takes %s for an account, and keeps it as it was typed', typed => {
  expect(parse(EmailAddress, ` ${typed} `, 'test')).toBe(typed)
})

it.each(['', 'alice', 'alice@localhost', 'a b@firm.example'])('refuses %j for an account in plain words', typed => {
  expect(() => parse(EmailAddress, typed, 'test')).toThrow(
    expect.objectContaining({ params: expect.objectContaining({ problem: 'address.notWhole' }) as unknown }),
  )
})
