/**
 * Records of the operation journal, and what they mean together: which operations wait, and how far each has come.
 *
 *   queued -> performing {evidence} -> performed {outcome} -> done
 *          -> renumbered -> …
 *          -> withdrawn            \-> refused {error} -> withdrawn (seen)
 *
 * Where a record could not be read `unread` stands in its place: what it was about may have been begun, so it is taken for `performing`, with the most careful evidence.
 */
import { z } from 'zod'
import { WireError } from '../../../shared/errors.ts'
import { FolderRef } from '../../../shared/model/folder.ts'
import { UidSet } from '../../../shared/model/message.ts'
import { OpId, Operation } from '../../../shared/operations.ts'
import { countOf, Ranges, UidRuns } from '../../../shared/ranges.ts'
import { FlagRuns, lengthOf, NumberRuns } from '../../../shared/runs.ts'
import type { JournalFormat } from '../storage/journal.ts'
import { fromVersion1, fromVersion2 } from './upgrade.ts'

const place = { folder: FolderRef, uidValidity: z.int() }

/**
 * What the server had after the operation, by folder: applied to the cache as often as it takes, never performed again. A million messages take a line: UIDs are
 * ranges, and what is said of each of them is runs in their ascending order.
 */
export const Outcome = z.object({
  /** Flags as the server now has them. `modseqs`: what each row is at least as new as, see `flagsNow`; null without CONDSTORE. */
  folders: z.array(
    z
      .object({ ...place, uids: Ranges, flags: FlagRuns, modseqs: NumberRuns.nullable() })
      .refine(({ uids, flags }) => lengthOf(flags) === countOf(uids), { path: ['flags'] })
      .refine(({ uids, modseqs }) => modseqs === null || lengthOf(modseqs) === countOf(uids), { path: ['modseqs'] }),
  ),
  /** Messages that went to another folder; `toUids` in the order of `uids`, null where the server did not tell. */
  transfers: z
    .array(
      z
        .object({ ...place, uids: Ranges, moves: z.boolean(), to: FolderRef, toUidValidity: z.int().nullable(), toUids: UidRuns.nullable() })
        .refine(({ uids, toUids }) => toUids === null || countOf(toUids) === countOf(uids), { path: ['toUids'] }),
    )
    .default([]),
  /** Messages that are no more. */
  expunged: z.array(z.object({ ...place, uids: Ranges })).default([]),
})
export type Outcome = z.infer<typeof Outcome>

/** What was known before the first effect: the target of a move or copy, so that recovery can tell what arrived since. */
export const Evidence = z.object({ uidValidity: z.int(), uidNext: z.int() }).nullable()
export type Evidence = z.infer<typeof Evidence>

export const Entry = z.discriminatedUnion('t', [
  z.object({ t: z.literal('queued'), op: Operation }),
  z.object({ t: z.literal('renumbered'), id: OpId, messages: UidSet }),
  z.object({ t: z.literal('performing'), id: OpId, evidence: Evidence.default(null) }),
  z.object({ t: z.literal('performed'), id: OpId, outcome: Outcome }),
  z.object({ t: z.literal('done'), id: OpId }),
  z.object({ t: z.literal('withdrawn'), id: OpId }),
  z.object({ t: z.literal('refused'), id: OpId, error: WireError }),
  /** A record that could not be read; `id` null: nobody knows what it was about, so it may have been any operation before it. */
  z.object({ t: z.literal('unread'), id: OpId.nullable() }),
])
export type Entry = z.infer<typeof Entry>

export const entryFormat: JournalFormat<typeof Entry> = {
  name: 'operations.journal',
  version: 3,
  schema: Entry,
  upgrades: { 1: fromVersion1, 2: fromVersion2 },
  unread: id => ({ t: 'unread', id }),
}

/** Of a target no UIDVALIDITY of which is known everything is looked at, so nothing is put there twice. */
const carefulEvidence: Evidence = { uidValidity: 0, uidNext: 1 }

export interface Pending {
  op: Operation
  state: 'queued' | 'performing' | 'performed'
  evidence: Evidence
  outcome: Outcome | null
}

/** What the server would not do, shown until the person has seen it (law 4). */
export interface Refusal {
  op: Operation
  error: WireError
}

/** Applies one record. A record for an operation that is not there is left out: its beginning was compacted away with its end. */
export function advance(pending: Map<OpId, Pending>, refusals: Map<OpId, Refusal>, entry: Entry): void {
  if (entry.t === 'queued') {
    pending.set(entry.op.id, { op: entry.op, state: 'queued', evidence: null, outcome: null })
    return
  }
  if (entry.t === 'unread') {
    for (const one of pending.values())
      if (one.state === 'queued' && (entry.id === null || one.op.id === entry.id))
        Object.assign(one, { state: 'performing', evidence: carefulEvidence })
    return
  }
  if (entry.t === 'withdrawn') refusals.delete(entry.id)
  const one = pending.get(entry.id)
  if (!one) return
  if (entry.t === 'refused') refusals.set(entry.id, { op: one.op, error: entry.error })
  switch (entry.t) {
    case 'renumbered':
      one.op = { ...one.op, messages: entry.messages }
      break
    case 'performing':
      one.state = 'performing'
      one.evidence = entry.evidence
      break
    case 'performed':
      one.state = 'performed'
      one.outcome = entry.outcome
      break
    case 'done':
    case 'withdrawn':
    case 'refused':
      pending.delete(entry.id)
      break
  }
}

/** The records that say the same and no more; of refusals only the newest. */
export function condense(pending: Map<OpId, Pending>, refusals: Map<OpId, Refusal>, keep: number): Entry[] {
  const refused = [...refusals.values()].slice(-keep).flatMap(({ op, error }): Entry[] => [
    { t: 'queued', op },
    { t: 'refused', id: op.id, error },
  ])
  const waiting = [...pending.values()].flatMap(({ op, state, evidence, outcome }): Entry[] => [
    { t: 'queued', op },
    ...(state === 'performing' ? [{ t: 'performing' as const, id: op.id, evidence }] : []),
    ...(state === 'performed' && outcome ? [{ t: 'performed' as const, id: op.id, outcome }] : []),
  ])
  return [...refused, ...waiting]
}
