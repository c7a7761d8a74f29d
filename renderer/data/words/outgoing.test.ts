import { expect, test } from 'vitest'
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { outgoingName, outgoingStateInWords, refusalLines, speaksOfAttachment, toInWords, waitingMessages } from './outgoing.ts'

const now = new Date(2026, 10, 20, 10, 43).getTime()

function message(change: Partial<OutgoingState>): OutgoingState {
  return {
    id: 'message-0001',
    account: 'abcd',
    state: 'draft',
    subject: 'Tickets',
    to: ['Jonas'],
    attachments: 0,
    at: now,
    sendAt: null,
    error: null,
    refused: [],
    copy: null,
    ...change,
  }
}

test.each([
  [[], 'nobody yet'],
  [['Jonas'], 'Jonas'],
  [['Jonas', 'Amélie'], 'Jonas and Amélie'],
  [['Jonas', 'Amélie', 'Ravi'], 'Jonas and 2 others'],
])('to %j', (to, words) => {
  expect(toInWords(to)).toBe(words)
})

test('rows are named', () => {
  expect(outgoingName(message({ attachments: 2 }), false, now)).toBe('to Jonas, Tickets, 10:43, attachments')
  expect(outgoingName(message({ state: 'waiting', subject: ' ' }), true, now)).toBe('to Jonas, (no subject), 10:43, waiting for connection')
})

const serverRefused = {
  kind: 'refused' as const,
  code: 'server.refused' as const,
  params: { host: 'mail.x.example' },
  serverText: '550 no such user',
}

test('states in words', () => {
  const words = (change: Partial<OutgoingState>, offline = false) => outgoingStateInWords(message(change), offline, now)
  expect(words({ state: 'waiting', sendAt: now + 5000 }, true)).toBe('sending in a moment')
  expect(words({ state: 'waiting', sendAt: now - 5000 })).toBe('waiting')
  expect(words({ state: 'refused', error: { kind: 'refused', code: 'envelope.invalid', params: {}, serverText: null } })).toBe(
    'refused: The message has no valid sender or recipient',
  )
  expect(words({ state: 'refused', error: serverRefused })).toBe('refused by mail.x.example: 550 no such user')
  expect(words({ state: 'uncertain' })).toContain('we do not know whether it went out')
  expect(words({ state: 'sent', refused: [{ address: 'a@b', detail: '550 no such user' }] })).toBe('sent, but not to everybody')
})

test('refusals name recipients, or give the server its word', () => {
  expect(refusalLines(message({ refused: [{ address: 'a@b', detail: '550 no such user' }] }))).toEqual(['a@b: 550 no such user'])
  expect(refusalLines(message({ error: { kind: 'refused', code: 'envelope.invalid', params: {}, serverText: '554 spam' } }))).toEqual(['554 spam'])
})

test('nothing the reason says already is said again, but for whom it is, where there are more', () => {
  const refused = [{ address: 'a@b', detail: '550 no such user' }]
  const error = serverRefused
  expect(refusalLines(message({ refused, error }))).toEqual([])
  expect(refusalLines(message({ error }))).toEqual([])
  expect(refusalLines(message({ refused, error, to: ['a@b', 'c@d'] }))).toEqual(['a@b: 550 no such user'])
})

test('messages that are only held are not waiting', () => {
  const outgoing = [
    message({}),
    message({ state: 'waiting', sendAt: now + 1 }),
    message({ state: 'waiting', sendAt: now - 1 }),
    message({ state: 'sending' }),
  ]
  expect(waitingMessages(outgoing, now)).toBe(2)
})

test.each([
  ['The plans are attached.', true],
  ['Im Anhang die Pläne', true],
  ['see attachment', true],
  ['I am attached_to you', false],
  ['Yes.\n> The plans are attached.', false],
  ['', false],
])('%j speaks of an attachment: %s', (text, expected) => {
  expect(speaksOfAttachment(text)).toBe(expected)
})
