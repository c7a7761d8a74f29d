import { describe, expect, test } from 'vitest'
import type { HeaderRow } from '../../../shared/model/message.ts'
import { answerRecipients, answerSubject, everyone, isWhole, threading, tooMany } from './answering.ts'

const own = new Set(['alice@example.org', 'alice@studio.example'])
const alice: [string, string] = ['Alice', 'alice@example.org']
const jonas: [string, string] = ['Jonas', 'jonas@weber.example']
const amelie: [string, string] = ['Amélie', 'amelie@x.example']
const ravi: [string, string] = ['Ravi', 'ravi@x.example']
const list: [string, string] = ['', 'list@x.example']

function mail(headers: Partial<HeaderRow>): HeaderRow {
  return { from: [jonas], to: [alice], subject: 'Tickets', ...headers }
}

describe('recipients', () => {
  test('a reply goes to the sender', () => {
    expect(answerRecipients(mail({ to: [alice, amelie] }), 'reply', own)).toEqual({ to: [jonas], cc: [] })
  })
  test('Reply-To wins', () => {
    expect(answerRecipients(mail({ replyTo: [list] }), 'reply', own)).toEqual({ to: [list], cc: [] })
    expect(answerRecipients(mail({ replyTo: [list], cc: [ravi] }), 'replyAll', own)).toEqual({ to: [list], cc: [ravi] })
  })
  test.each([[[['', '']]], [[['Nora', '']]], [[['', 'nora']]], [[['', '@']]]] as [[string, string][]][])('a Reply-To of %j names nobody', replyTo => {
    expect(answerRecipients(mail({ replyTo }), 'reply', own).to).toEqual([jonas])
  })
  test("one's own address in Reply-To is left out unless it is alone", () => {
    const headers = mail({ replyTo: [alice, ravi, list], to: [amelie] })
    expect(answerRecipients(headers, 'reply', own).to).toEqual([ravi, list])
    expect(answerRecipients(headers, 'replyAll', own).to).toEqual([ravi, list, amelie])
    expect(answerRecipients(mail({ replyTo: [alice] }), 'reply', own).to).toEqual([alice])
  })
  test('reply all leaves oneself out, in any account and any case, and names nobody twice', () => {
    const headers = mail({
      to: [['A', 'ALICE@example.org'], amelie],
      cc: [ravi, ['', 'alice@studio.example'], ['again', 'AMELIE@x.example'], jonas],
    })
    expect(answerRecipients(headers, 'replyAll', own)).toEqual({ to: [jonas, amelie], cc: [ravi] })
  })
  test("mail of one's own is answered to those it went to", () => {
    const headers = mail({ from: [alice], to: [jonas, amelie], cc: [ravi] })
    expect(answerRecipients(headers, 'reply', own)).toEqual({ to: [jonas, amelie], cc: [] })
    expect(answerRecipients(headers, 'replyAll', own)).toEqual({ to: [jonas, amelie], cc: [ravi] })
    expect(answerRecipients(mail({ from: [alice], to: [], cc: [ravi] }), 'reply', own).to).toEqual([ravi])
  })
  test('a note to oneself is answered to oneself', () => {
    expect(answerRecipients(mail({ from: [alice], to: [alice] }), 'reply', own).to).toEqual([alice])
  })
  test('a forwarded message goes to nobody yet', () => {
    expect(answerRecipients(mail({}), 'forward', own)).toEqual({ to: [], cc: [] })
  })
  test('people without an address are left out', () => {
    expect(answerRecipients(mail({ to: [['undisclosed', ''], amelie] }), 'replyAll', own).to).toEqual([jonas, amelie])
  })
})

describe('everyone', () => {
  const many = (count: number): [string, string][] => Array.from({ length: count }, (_, i) => ['', `${i}@x.example`])
  const people = (count: number, complete = true) => ({ from: [jonas], to: many(count), cc: [], replyTo: [], complete })
  test('is known by the body, and by a row that surely has them all', () => {
    expect(everyone(mail({ to: many(100), more: { to: 51 } }), { people: people(151) })?.to).toHaveLength(151)
    expect(everyone(mail({ to: many(100), more: { to: 51 } }), null)).toBeNull()
    expect(everyone(mail({ to: many(100) }), {})).toBeNull() // kept by an older program
    expect([isWhole(mail({ to: many(25) })), isWhole(mail({ cc: many(3), more: { cc: 1 } }))]).toEqual([true, false])
    expect(everyone(mail({ cc: [ravi] }), null)).toMatchObject({ cc: [ravi], complete: true })
  })
  test('who cannot all be answered is said', () => {
    const answered = (count: number) => ({ to: many(count), cc: many(3) })
    expect(tooMany(people(1000), answered(1000))).toBeNull()
    expect(tooMany(people(1001), answered(1001))).toMatch(/1,004 people, and a message takes 1,000 in “To”/)
    expect(tooMany(people(5, false), answered(5))).toMatch(/would leave some out/)
  })
})

test.each([
  ['Tickets', 'reply', 'Re: Tickets'],
  ['Re: Tickets', 'reply', 'Re: Tickets'],
  ['RE: AW: Re[2]: Tickets', 'reply', 'Re: Tickets'],
  ['Fwd: Tickets', 'reply', 'Re: Fwd: Tickets'],
  ['Re: Tickets', 'forward', 'Fwd: Re: Tickets'],
  ['WG: Fw: Tickets', 'forward', 'Fwd: Tickets'],
  ['', 'reply', 'Re:'],
  ['Reach: out', 'reply', 'Re: Reach: out'],
  ['a\n\tb', 'reply', 'Re: a b'],
] as const)('the subject of %j, %s', (subject, kind, expected) => {
  expect(answerSubject(subject, kind)).toBe(expected)
})

describe('threading', () => {
  test('References grow by the message answered', () => {
    expect(threading(mail({ messageId: '<c@x>', references: ['<a@x>', '<b@x>'], inReplyTo: '<b@x>' }))).toEqual({
      inReplyTo: '<c@x>',
      references: ['<a@x>', '<b@x>', '<c@x>'],
    })
  })
  test('without References the In-Reply-To counts, where it names one', () => {
    expect(threading(mail({ messageId: '<c@x>', inReplyTo: '<b@x>' })).references).toEqual(['<b@x>', '<c@x>'])
    expect(threading(mail({ messageId: '<c@x>', inReplyTo: '<b@x> <d@x>' })).references).toEqual(['<c@x>'])
  })
  test('a message without an id', () => {
    expect(threading(mail({ references: ['<a@x>'] }))).toEqual({ inReplyTo: null, references: ['<a@x>'] })
  })
  test('what is no id is left out, and a long chain keeps its first and its last', () => {
    const references = Array.from({ length: 300 }, (_, i) => `<${i}@x>`)
    const chain = threading(mail({ messageId: '<last@x>', references: ['broken', ...references] })).references
    expect(chain).toHaveLength(100)
    expect(chain[0]).toBe('<0@x>')
    expect(chain.at(-1)).toBe('<last@x>')
    expect(chain[1]).toBe('<202@x>')
  })
})
