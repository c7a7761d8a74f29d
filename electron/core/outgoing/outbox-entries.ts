/**
 * Letters that were sent off, as the journal tells them.
 *
 *   queued -> sending -> sent -> filing {evidence} -> copied {filed | failed}; seen: the person knows whom it did not reach
 *      |         |-> waiting    (not accepted for sure; tried again)
 *      |         |-> refused    -> again | dropped
 *      |         '-> uncertain  -> again | sent
 *      '-> dropped              (a draft again, or thrown away)
 *
 * `sending` is on the disk before the first byte of the message goes out (law 5).
 */
import { z } from 'zod'
import { WireError } from '../../../shared/errors.ts'
import { Answers, LetterId, type LetterState } from '../../../shared/model/outgoing.ts'
import { AccountId } from '../../../shared/model/model.ts'

/** A letter as it was sent off; the message itself is in its folder. */
export const Posted = z.object({
  id: LetterId,
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
export type Posted = z.infer<typeof Posted>

export const Refusal = z.object({ address: z.string(), detail: z.string() })

/** Sent as it was before our copy was put there. */
export const CopyEvidence = z.object({ path: z.string(), uidValidity: z.int(), uidNext: z.int() })
export type CopyEvidence = z.infer<typeof CopyEvidence>

const id = LetterId
const at = z.number()
const refused = z.array(Refusal)

export const PostEntry = z.discriminatedUnion('t', [
  z.object({ t: z.literal('queued'), letter: Posted }),
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
])
export type PostEntry = z.infer<typeof PostEntry>

export interface Post {
  letter: Posted
  state: 'waiting' | 'sending' | 'sent' | 'refused' | 'uncertain'
  /** When it reached its state. */
  at: number
  sendAt: number
  error: WireError | null
  refused: z.infer<typeof refused>
  evidence: CopyEvidence | null
  copy: 'pending' | 'filed' | 'failed' | null
}

export type Posts = Map<LetterId, Post>

/** What a user decides holds only while there is something to decide: of two wishes at once the first counts, and a letter that was found goes out no second time. */
const undecided: ReadonlySet<Post['state']> = new Set(['uncertain', 'refused'])

/** Applies one record. One for a letter that is not there is left out: its beginning was condensed away with its end. */
export function advance(posts: Posts, entry: PostEntry): void {
  if (entry.t === 'queued') {
    const { letter } = entry
    const { at, sendAt } = letter
    posts.delete(letter.id) // sent off anew: at the end of the queue
    posts.set(letter.id, { letter, state: 'waiting', at, sendAt, error: null, refused: [], evidence: null, copy: null })
    return
  }
  const post = posts.get(entry.id)
  if (!post) return
  switch (entry.t) {
    case 'sending':
      Object.assign(post, { state: 'sending', error: null })
      break
    case 'waiting':
      Object.assign(post, { state: 'waiting', error: entry.error })
      break
    case 'sent':
      Object.assign(post, { state: 'sent', at: entry.at, error: null, refused: entry.refused, copy: 'pending' })
      break
    case 'filing':
      post.evidence = entry.evidence
      break
    case 'copied':
      Object.assign(post, { copy: entry.copy, error: entry.error })
      break
    case 'refused':
    case 'uncertain':
      Object.assign(post, { state: entry.t, at: entry.at, error: entry.error, refused: entry.t === 'refused' ? entry.refused : [] })
      break
    case 'again':
      if (!undecided.has(post.state)) break
      Object.assign(post, { state: 'waiting', at: entry.at, sendAt: entry.sendAt, error: null, refused: [] })
      break
    case 'seen':
      post.refused = []
      break
    case 'dropped':
      posts.delete(entry.id)
      break
  }
}

export function isFinished({ state, copy }: Post): boolean {
  return state === 'sent' && copy === 'filed'
}

/** The records that say the same; of letters that have arrived everywhere only the newest. */
export function condense(posts: Posts, keep: number): PostEntry[] {
  const old = [...posts.values()].filter(isFinished).slice(0, -keep || undefined)
  const dropped = new Set(old)
  return [...posts.values()].filter(post => !dropped.has(post)).flatMap(recordsOf)
}

function recordsOf({ letter, state, at, sendAt, error, refused, evidence, copy }: Post): PostEntry[] {
  const { id } = letter
  const records: PostEntry[] = [{ t: 'queued', letter: { ...letter, sendAt } }]
  if (state === 'sending') records.push({ t: 'sending', id })
  if (state === 'waiting' && error) records.push({ t: 'waiting', id, error })
  if (state === 'refused' && error) records.push({ t: 'refused', id, at, error, refused })
  if (state === 'uncertain' && error) records.push({ t: 'uncertain', id, at, error })
  if (state === 'sent') records.push({ t: 'sent', id, at, refused })
  if (evidence) records.push({ t: 'filing', id, evidence })
  if (copy === 'filed' || copy === 'failed') records.push({ t: 'copied', id, copy, error })
  return records
}

export function toLetterState({ letter, state, at, sendAt, error, refused, copy }: Post, now: number): LetterState {
  const { id, account, subject, names, attachments } = letter
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
