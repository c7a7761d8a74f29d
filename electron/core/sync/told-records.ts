/**
 * What is kept of a folder whose new mail is told: how far it was told, and what is no news although it comes late. Pure; told.ts keeps it.
 *
 *   a SELECT answered    nothing was kept: what is there now is no news
 *                        numbered anew: neither is that, and UIDs kept before mean nothing
 *   an operation of ours has put messages there: their UIDs are passed over, where the server tells them; else what has their Message-ID; else, of messages
 *                        nobody can tell from others, everything that came by the next SELECT
 *   news was told        all below the cursor's UIDNEXT is
 */
import { z } from 'zod'
import type { cacheCalls } from '../../../shared/contract/cache-calls.ts'
import type { ResultOf } from '../../../shared/contract/call.ts'
import { AccountId } from '../../../shared/model/account.ts'
import { Flag } from '../../../shared/model/flags.ts'
import { FolderRef, type Cursor } from '../../../shared/model/folder.ts'
import { contains, Ranges, subtract, union } from '../../../shared/ranges.ts'
import type { JournalFormat } from '../storage/journal.ts'
import type { Selected } from '../store/mail-store.ts'

export const ToldFolder = z.object({
  folder: FolderRef,
  uidValidity: z.int().min(0),
  /** What is below was told, or was there before. */
  uidNext: z.int().min(1),
  /** Of Message-IDs, newest last: told, or put there by operations of ours. */
  hashes: z.array(z.int()),
  /** UIDs from `uidNext` on that operations of ours put there. */
  skip: Ranges,
  /** From this UID on operations of ours have put something nobody can tell from news; null: nothing, or a SELECT has shown where it ends. */
  blind: z.int().min(1).nullable(),
})
export type ToldFolder = z.infer<typeof ToldFolder>

export const ToldEntry = z.discriminatedUnion('t', [
  /** In place of an earlier one of the folder. */
  ToldFolder.extend({ t: z.literal('folder') }),
  /** The account went. */
  z.object({ t: z.literal('forgotten'), account: AccountId }),
  /** A record that could not be read: the one before it holds. */
  z.object({ t: z.literal('unread') }),
])
export type ToldEntry = z.infer<typeof ToldEntry>

export const toldFormat: JournalFormat<typeof ToldEntry> = {
  name: 'told.journal',
  version: 1,
  schema: ToldEntry,
  upgrades: {},
  unread: () => ({ t: 'unread' }),
}

/** A record is written whole: so many take 17 kB. */
export const mostHashes = 1000

/** Newest last, each once. */
function addHashes(kept: number[], added: Iterable<number>): number[] {
  const all = new Set(kept)
  for (const hash of added) {
    if (hash === 0) continue
    all.delete(hash)
    all.add(hash)
  }
  return [...all].slice(-mostHashes)
}

/** The UIDs from one to below another; none where that is not above. */
function between(from: number, below: number): Ranges {
  return below > from ? [[from, below - 1]] : []
}

/**
 * After SELECT; null where nothing can be said yet. `cursor`: what the cache has, before this sync. `isLater`: SELECT was sent after the last operation of ours
 * was performed, so its answer shows what that put there.
 */
export function atSelect(
  folder: FolderRef,
  record: ToldFolder | null,
  { uidValidity, uidNext, exists }: Pick<Selected, 'uidValidity' | 'uidNext' | 'exists'>,
  cursor: Cursor | null,
  isLater: boolean,
): ToldFolder | null {
  if (uidNext <= 1 && exists > 0) return record // a server that gives no UIDNEXT
  if (record === null) {
    const isKnown = cursor !== null && cursor.uidValidity === uidValidity && cursor.uidNext > 1
    return { folder, uidValidity, uidNext: isKnown ? cursor.uidNext : uidNext, hashes: [], skip: [], blind: null }
  }
  if (record.uidValidity !== uidValidity) return { ...record, uidValidity, uidNext, skip: [], blind: null }
  if (record.blind === null || !isLater) return record
  return { ...record, skip: union(record.skip, between(Math.max(record.blind, record.uidNext), uidNext)), blind: null }
}

export interface Arrived {
  /** UIDs the server told, of this UIDVALIDITY. */
  uids: Ranges
  uidValidity: number
  hashes: number[]
  /** From where on there may be others; null: there are none. */
  blind: number | null
}

/** After an operation of ours. */
export function afterOperation(record: ToldFolder, { uids, uidValidity, hashes, blind }: Arrived): ToldFolder {
  const skip = uidValidity === record.uidValidity ? subtract(union(record.skip, uids), between(1, record.uidNext)) : record.skip
  const from = blind === null ? record.blind : Math.max(record.uidNext, Math.min(blind, record.blind ?? blind))
  return { ...record, hashes: addHashes(record.hashes, hashes), skip, blind: from }
}

/** All below `uidNext` was told; `hashes` of it oldest first. */
export function afterTelling(record: ToldFolder, uidNext: number, hashes: number[]): ToldFolder {
  return { ...record, uidNext, hashes: addHashes(record.hashes, hashes), skip: subtract(record.skip, between(1, uidNext)) }
}

export type NewRow = ResultOf<typeof cacheCalls, 'cache.newest'>[number]

/** What is to be told of these rows: unread, not told before under another UID, and not ours; of two with one Message-ID the first. */
export function newsIn(record: ToldFolder, rows: NewRow[], isOurs: (hash: number) => boolean): NewRow[] {
  const told = new Set(record.hashes)
  return rows.filter(({ uid, hash, bits }) => {
    if (bits & (Flag.seen | Flag.deleted) || contains(record.skip, uid)) return false
    if (hash === 0) return true
    if (told.has(hash) || isOurs(hash)) return false
    told.add(hash)
    return true
  })
}
