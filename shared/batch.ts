/**
 * What crosses between the core and the cache page, and the notices the cache page gives to windows. Bulk data are strings and flat arrays of numbers.
 *
 * A batch may arrive twice (the acknowledgement may be lost): rows are identified by UID within a UIDVALIDITY, so the second time changes nothing.
 */
import { z } from 'zod'
import { FlagList } from './model/flags.ts'
import { Cursor, FolderId, FolderRef } from './model/folder.ts'
import { MessageId } from './model/message.ts'
import { OpId, PendingChange } from './operations.ts'
import { Ranges, Uid } from './ranges.ts'
import { FlagRuns } from './runs.ts'

/** Slots of one `columns` and one `marks` record. */
export const blockSlots = 4096
/** Slots of one `pages` and one `previews` record. */
export const pageSlots = 250

const numbers = z.array(z.number())

/** New rows in order of arrival. All arrays have one entry a row; `pages` together hold that many `HeaderRow`s as JSON arrays. */
export const NewRows = z.object({
  uids: z.array(Uid),
  /** INTERNALDATE, seconds. */
  dates: numbers,
  /** RFC822.SIZE, bytes. */
  sizes: numbers,
  /** `hashText` of Message-ID, 0 where there is none. */
  hashes: numbers,
  /** `hashText` of the first of References, In-Reply-To, Message-ID: equal within a conversation. */
  threads: numbers,
  flags: FlagList,
  /** MODSEQ, or null without CONDSTORE. */
  modseqs: numbers.nullable(),
  pages: z.array(z.string()),
})
export type NewRows = z.infer<typeof NewRows>

export const FlagChanges = z.object({ uids: z.array(Uid), flags: FlagList, modseqs: numbers.nullable() })
export type FlagChanges = z.infer<typeof FlagChanges>

/** One transaction of the cache. `uidValidity` must be the folder's, else the batch is refused as `gone`. */
export const Batch = z.object({
  folder: FolderId,
  uidValidity: z.int().min(0),
  /** Number of the last operation performed on this folder when the fetch began: older flags never overwrite newer ones. */
  asOf: z.int().min(0),
  add: NewRows.optional(),
  flags: FlagChanges.optional(),
  /** Removed for certain: VANISHED, or a reconcile that passed law 3. */
  gone: Ranges.optional(),
  cursor: Cursor.optional(),
  server: z.object({ messages: z.int().min(0), unseen: z.int().min(0).nullable() }).optional(),
  checkedAt: z.number().optional(),
  finished: z.array(OpId).optional(),
  /** One of many that bring what one operation left, and not the last: what is shown stays as it is, the overlay says the same; the last one counts. */
  more: z.boolean().optional(),
})
export type Batch = z.infer<typeof Batch>
/** `slots`: where the next row goes; `messages`: rows alive; `awaiting`: rows still to be adopted. */
export const Applied = z.object({ rev: z.int(), slots: z.int(), messages: z.int(), awaiting: z.int() })
export type Applied = z.infer<typeof Applied>

/** A move or copy the server has performed, one folder at a time and some messages at a time. */
export const Transfer = z.object({
  /** The change, taken out of the overlay with the last transfer of it; null: more follow, and what is shown stays as it is until then. */
  finished: OpId.nullable(),
  op: OpId,
  from: FolderId,
  uidValidity: z.int().min(0),
  uids: z.array(Uid),
  /** False for a copy: the rows stay where they are. */
  moves: z.boolean(),
  to: FolderId.nullable(),
  toUidValidity: z.int().nullable(),
  /** From COPYUID, in the order of `uids`; null where the server does not tell. */
  toUids: z.array(Uid).nullable(),
  asOf: z.int().min(0),
})
export type Transfer = z.infer<typeof Transfer>

/** The server's full listing of a folder: UIDs below `uidNext` and, in the same ascending order, their flags (null: UIDs only). */
export const Listing = z.object({
  folder: FolderId,
  uidValidity: z.int().min(0),
  asOf: z.int().min(0),
  uids: Ranges,
  /** The listing ends below this UID: a row at or above it is newer than the listing, and stays. */
  uidNext: Uid,
  flags: FlagRuns.nullable(),
  /** True where the listing may be trusted to be all there is: its size equals EXISTS and the server does not truncate. Only then are rows removed (law 3). */
  complete: z.boolean(),
})
export type Listing = z.infer<typeof Listing>
export const Difference = z.object({ missing: Ranges, gone: z.int(), changed: z.int() })
export type Difference = z.infer<typeof Difference>

/** Told to all windows after each commit, over BroadcastChannel `noticeChannel`. Slots are positions in `columns`/`marks`; `flags` and `state` stand as now stored. */
export interface RowsNotice {
  kind: 'rows'
  folder: FolderId
  /** The folder's new `rev`; a gap means: load again. */
  rev: number
  /** First slot and number of slots appended; their columns and marks are stored. */
  added: { from: number; count: number } | null
  /** Slots whose marks changed, with the new values. */
  changed: { slots: number[]; flags: number[]; state: number[] }
  /** The folder must be loaded again (compaction, relink). */
  reload: boolean
  /** Operations that left the overlay with this commit. */
  finished: OpId[]
}
/** Operations that joined or left the overlay without a change of rows. */
export interface ChangesNotice {
  kind: 'changes'
  put: PendingChange[]
  dropped: OpId[]
}
/** Snippets or structures of these slots are now stored. */
export interface PreviewsNotice {
  kind: 'previews'
  folder: FolderId
  slots: number[]
}
/** The cache began anew, or the cache page was restarted: load everything again. */
export interface EpochNotice {
  kind: 'epoch'
  epoch: string
}
export type Notice = RowsNotice | ChangesNotice | PreviewsNotice | EpochNotice
export const noticeChannel = 'pillarbox-notices'

/** Bits of `marks.state`. `pending`: put here by a waiting move or copy, no UID yet. */
export const State = { dead: 1, attachments: 2, offline: 4, previewed: 8, pending: 16 } as const

/** A place of a message, as the cache knows it now. */
export const Location = z.object({ message: MessageId, folder: FolderId, ref: FolderRef, uidValidity: z.int(), uid: z.int().min(0) })
export type Location = z.infer<typeof Location>
