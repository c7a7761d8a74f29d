/**
 * Messages that were sent off, as the journal tells them.
 *
 *   queued -> sending -> sent -> filing {evidence} -> copied {filed | failed}; seen: the person knows whom it did not reach
 *      |         |-> waiting    (not accepted for sure; tried again)
 *      |         |-> refused    -> again | dropped
 *      |         '-> uncertain  -> again | sent
 *      '-> dropped              (a draft again, or thrown away)
 *
 * `sending` is on the disk before the first byte of the message goes out (law 5). Where a record could not be read `unread` stands in its place: it may have been
 * `sending`, so what it was about is uncertain.
 */
import { z } from 'zod'
import { WireError } from '../../../shared/errors.ts'
import { Answers, DraftId, type OutgoingState } from '../../../shared/model/outgoing.ts'
import { FolderRef } from '../../../shared/model/folder.ts'
import { AccountId } from '../../../shared/model/account.ts'
import type { JournalFormat } from '../storage/journal.ts'
import { outboxFromVersion1, outboxFromVersion2 } from './upgrade.ts'

/** A message as it was sent off; the message itself is in its folder. */
export const OutboxMessage = z.object({
  id: DraftId,
  account: AccountId,
  messageId: z.string(),
  from: z.string(),
  /** Everyone it goes to. */
  to: z.array(z.string()),
  bcc: z.array(z.string()),
  /** Bytes of the message. */
  size: z.int(),
  answers: Answers.nullable(),
  /** As lists show it. */
  subject: z.string(),
  names: z.array(z.string()),
  attachments: z.int(),
  at: z.number(),
  sendAt: z.number(),
})
export type OutboxMessage = z.infer<typeof OutboxMessage>

export const Refusal = z.object({ address: z.string(), detail: z.string() })

/** Sent as it was before our copy was put there. */
export const CopyEvidence = z.object({ folder: FolderRef, uidValidity: z.int(), uidNext: z.int() })
export type CopyEvidence = z.infer<typeof CopyEvidence>

const id = DraftId
const at = z.number()
const refused = z.array(Refusal)

export const OutboxRecord = z.discriminatedUnion('t', [
  z.object({ t: z.literal('queued'), message: OutboxMessage }),
  z.object({ t: z.literal('sending'), id }),
  z.object({ t: z.literal('waiting'), id, error: WireError }),
  z.object({ t: z.literal('sent'), id, at, refused }),
  z.object({ t: z.literal('filing'), id, evidence: CopyEvidence }),
  z.object({ t: z.literal('copied'), id, copy: z.enum(['filed', 'failed']), error: WireError.nullable() }),
  z.object({ t: z.literal('refused'), id, at, error: WireError, refused }),
  z.object({ t: z.literal('uncertain'), id, at, error: WireError }),
  z.object({ t: z.literal('again'), id, at, sendAt: z.number() }),
  z.object({ t: z.literal('seen'), id }),
  z.object({ t: z.literal('dropped'), id }),
  /** A record that could not be read; `id` null: nobody knows what it was about, so it may have been any message before it. */
  z.object({ t: z.literal('unread'), id: id.nullable() }),
])
export type OutboxRecord = z.infer<typeof OutboxRecord>

export const outboxFormat: JournalFormat<typeof OutboxRecord> = {
  name: 'outbox.journal',
  version: 3,
  schema: OutboxRecord,
  upgrades: { 1: outboxFromVersion1, 2: outboxFromVersion2 },
  unread: id => ({ t: 'unread', id }),
}

const lostTrack: WireError = { kind: 'internal', code: 'outbox.lostTrack', params: {}, serverText: null }

export interface OutboxEntry {
  message: OutboxMessage
  state: 'waiting' | 'sending' | 'sent' | 'refused' | 'uncertain'
  /** When it reached its state. */
  at: number
  sendAt: number
  error: WireError | null
  refused: z.infer<typeof refused>
  evidence: CopyEvidence | null
  copy: 'pending' | 'filed' | 'failed' | null
}

export type OutboxEntries = Map<DraftId, OutboxEntry>

/** What a user decides holds only while there is something to decide: of two operations at once the first counts, and a message that was found goes out no second time. */
const undecided: ReadonlySet<OutboxEntry['state']> = new Set(['uncertain', 'refused'])

/** Applies one record. One for a message that is not there is left out: its beginning was condensed away with its end. */
export function advance(entries: OutboxEntries, record: OutboxRecord): void {
  if (record.t === 'queued') {
    const { message } = record
    const { at, sendAt } = message
    entries.delete(message.id) // sent off anew: at the end of the queue
    entries.set(message.id, { message, state: 'waiting', at, sendAt, error: null, refused: [], evidence: null, copy: null })
    return
  }
  if (record.t === 'unread') {
    for (const entry of entries.values())
      if (entry.state !== 'sent' && (record.id === null || entry.message.id === record.id))
        Object.assign(entry, { state: 'uncertain', error: lostTrack, refused: [] })
    return
  }
  const entry = entries.get(record.id)
  if (!entry) return
  switch (record.t) {
    case 'sending':
      Object.assign(entry, { state: 'sending', error: null })
      break
    case 'waiting':
      Object.assign(entry, { state: 'waiting', error: record.error })
      break
    case 'sent':
      Object.assign(entry, { state: 'sent', at: record.at, error: null, refused: record.refused, copy: 'pending' })
      break
    case 'filing':
      entry.evidence = record.evidence
      break
    case 'copied':
      Object.assign(entry, { copy: record.copy, error: record.error })
      break
    case 'refused':
    case 'uncertain':
      Object.assign(entry, { state: record.t, at: record.at, error: record.error, refused: record.t === 'refused' ? record.refused : [] })
      break
    case 'again':
      if (!undecided.has(entry.state)) break
      Object.assign(entry, { state: 'waiting', at: record.at, sendAt: record.sendAt, error: null, refused: [] })
      break
    case 'seen':
      entry.refused = []
      break
    case 'dropped':
      entries.delete(record.id)
      break
  }
}

export function isFinished({ state, copy }: OutboxEntry): boolean {
  return state === 'sent' && copy === 'filed'
}

/** The records that say the same; of messages that have arrived everywhere only the newest. */
export function condense(entries: OutboxEntries, keep: number): OutboxRecord[] {
  const old = [...entries.values()].filter(isFinished).slice(0, -keep || undefined)
  const dropped = new Set(old)
  return [...entries.values()].filter(entry => !dropped.has(entry)).flatMap(recordsOf)
}

function recordsOf({ message, state, at, sendAt, error, refused, evidence, copy }: OutboxEntry): OutboxRecord[] {
  const { id } = message
  const records: OutboxRecord[] = [{ t: 'queued', message: { ...message, sendAt } }]
  if (state === 'sending') records.push({ t: 'sending', id })
  if (state === 'waiting' && error) records.push({ t: 'waiting', id, error })
  if (state === 'refused' && error) records.push({ t: 'refused', id, at, error, refused })
  if (state === 'uncertain' && error) records.push({ t: 'uncertain', id, at, error })
  if (state === 'sent') records.push({ t: 'sent', id, at, refused })
  if (evidence) records.push({ t: 'filing', id, evidence })
  if (copy === 'filed' || copy === 'failed') records.push({ t: 'copied', id, copy, error })
  return records
}

export function toOutgoingState({ message, state, at, sendAt, error, refused, copy }: OutboxEntry, now: number): OutgoingState {
  const { id, account, subject, names, attachments } = message
  return {
    id,
    account,
    state,
    subject,
    to: names,
    attachments,
    at,
    sendAt: state === 'waiting' && sendAt > now ? sendAt : null,
    error,
    refused,
    copy: state === 'sent' ? copy : null,
  }
}
