import { expect, it } from 'vitest'
import { advance, condense, outboxFormat, type OutboxEntries, type OutboxMessage, type OutboxRecord } from './outbox-entries.ts'

const message = (n: number): OutboxMessage => ({
  ...{ id: `message-000${n}`, account: 'alice0', messageId: `<${n}@example.test>`, from: 'alice@example.test', to: [], bcc: [], size: 1 },
  ...{ answers: null, subject: '', names: [], attachments: 0, at: n, sendAt: n },
})
function read(records: OutboxRecord[]): OutboxEntries {
  const entries: OutboxEntries = new Map()
  for (const record of records) advance(entries, record)
  return entries
}
const states = (entries: OutboxEntries): string[] => [...entries.values()].map(({ state }) => state)

it('a message a record of which cannot be read is uncertain, and stays so when the journal is condensed', () => {
  const entries = read([{ t: 'queued', message: message(1) }, { t: 'queued', message: message(2) }, outboxFormat.unread('message-0001')])
  expect(states(entries)).toEqual(['uncertain', 'waiting'])
  expect(read(condense(entries, 20))).toEqual(entries)
})

it('a record that names nobody may have been about every message before it that is not known to be sent', () => {
  const error = { kind: 'refused' as const, code: 'server.refused' as const, params: { host: 'x.test' }, serverText: 'no' }
  const entries = read([
    ...[1, 2, 3, 4].map((n): OutboxRecord => ({ t: 'queued', message: message(n) })),
    { t: 'sending', id: 'message-0002' },
    { t: 'sending', id: 'message-0003' },
    { t: 'sent', id: 'message-0003', at: 1, refused: [] },
    { t: 'refused', id: 'message-0004', at: 1, error, refused: [] },
    outboxFormat.unread(null),
    { t: 'queued', message: message(5) },
  ])
  expect(states(entries)).toEqual(['uncertain', 'uncertain', 'sent', 'uncertain', 'waiting'])
})

it('what is known after the record that cannot be read holds', () => {
  const entries = read([
    { t: 'queued', message: message(1) },
    outboxFormat.unread('message-0001'),
    { t: 'sent', id: 'message-0001', at: 1, refused: [] },
  ])
  expect(states(entries)).toEqual(['sent'])
})
