/** From what older versions wrote in the journal of operations to what this one reads. The values are unknown: what is not as expected is passed on, and judged by the schema. */
import { z } from 'zod'
import { FlagList, readFlagList } from '../../../shared/model/flags.ts'
import { fromUids, pairUids, Uid } from '../../../shared/ranges.ts'
import { putFlags, putNumber, type FlagRuns, type NumberRuns } from '../../../shared/runs.ts'
import { isObject, type Accounts } from '../storage/records.ts'
import { errorFrom } from '../storage/version-2.ts'
import { each, flagsFrom, folderFrom, messageRefFrom, placeFrom } from '../storage/version-1.ts'

/** Version 1 called an expunge an erase. */
const kinds: Record<string, string> = { erase: 'expunge' }

export function fromVersion1(old: unknown, accounts: Accounts): unknown {
  if (!isObject(old)) return old
  const { op, outcome } = old
  if (isObject(op) && typeof op.id === 'string' && typeof op.account === 'string') accounts.set(op.id, op.account)
  return {
    ...old,
    ...(isObject(op) && { op: operation(op) }),
    ...(isObject(outcome) && { outcome: outcomeOf(outcome, accounts.get(String(old.id))) }),
  }
}

function operation(old: Record<string, unknown>): Record<string, unknown> {
  return {
    ...old,
    kind: typeof old.kind === 'string' ? (kinds[old.kind] ?? old.kind) : old.kind,
    messages: each(old.messages, messageRefFrom),
    ...('to' in old && { to: folderFrom(old.to, old.account) }),
    ...('add' in old && { add: flagsFrom(old.add) }),
    ...('remove' in old && { remove: flagsFrom(old.remove) }),
  }
}

function outcomeOf({ folders, transfers, erased, ...others }: Record<string, unknown>, account: string | undefined): Record<string, unknown> {
  return {
    ...others,
    folders: each(folders, one => {
      const place = placeFrom(one, account)
      return isObject(place) && Array.isArray(place.flags) ? { ...place, flags: { bits: place.flags, keywords: [] } } : place
    }),
    transfers: each(transfers, one => {
      const place = placeFrom(one, account)
      return isObject(place) ? { ...place, to: folderFrom(place.to, account) } : place
    }),
    expunged: each(erased, one => placeFrom(one, account)),
  }
}

/** Errors were sentences; outcomes listed UIDs, and what is said of each, one by one. */
export function fromVersion2(old: unknown): unknown {
  if (!isObject(old)) return old
  const { outcome } = old
  return { ...old, ...('error' in old && { error: errorFrom(old.error) }), ...(isObject(outcome) && { outcome: compacted(outcome) }) }
}

function compacted({ folders, transfers, expunged, ...others }: Record<string, unknown>): Record<string, unknown> {
  return {
    ...others,
    folders: each(folders, flagsOf),
    ...(transfers !== undefined && { transfers: each(transfers, targetsOf) }),
    ...(expunged !== undefined && {
      expunged: each(expunged, one => (isObject(one) && isUids(one.uids) ? { ...one, uids: fromUids(one.uids) } : one)),
    }),
  }
}

/** What is said of a message twice was said last. */
function flagsOf(old: unknown): unknown {
  const listed = OldFlags.safeParse(old)
  if (!listed.success) return old
  const { uids, flags, modseqs, ...others } = listed.data
  if (flags.bits.length !== uids.length || (modseqs && modseqs.length !== uids.length)) return old
  const flagsAt = readFlagList(flags)
  const [runs, modseqRuns]: [FlagRuns, NumberRuns] = [[], []]
  for (const [, i] of [...new Map(uids.map((uid, i) => [uid, i]))].sort((a, b) => a[0] - b[0])) {
    putFlags(runs, flagsAt(i))
    if (modseqs) putNumber(modseqRuns, modseqs[i]!)
  }
  return { ...others, uids: fromUids(uids), flags: runs, modseqs: modseqs && modseqRuns }
}

function targetsOf(old: unknown): unknown {
  if (!isObject(old) || !isUids(old.uids)) return old
  const { uids, toUids } = old
  if (toUids === null) return { ...old, uids: fromUids(uids) }
  if (!isUids(toUids) || toUids.length !== uids.length) return old
  const { from, to } = pairUids(new Map(uids.map((uid, i) => [uid, toUids[i]!])))
  return { ...old, uids: from, toUids: to }
}

const Uids = z.array(Uid)
const isUids = (value: unknown): value is number[] => Uids.safeParse(value).success
const OldFlags = z.looseObject({ uids: Uids, flags: FlagList, modseqs: z.array(z.number()).nullable() })
