/** Folders: how they are named, how far they are known, and what the cache keeps of them. */
import { z } from 'zod'
import { Ranges } from '../ranges.ts'
import { AccountId } from './account.ts'

/** Given by the cache, stable within one epoch. */
export const FolderId = z.int().min(1).max(0xffffffff)
export type FolderId = z.infer<typeof FolderId>

/** A store of an account: what keeps the mail, and the account's generation it belongs to. After a switch of the protocol records of another generation are not read. */
export const StoreId = z.string().regex(/^(imap|vault)-\d{1,6}$/)
export type StoreId = z.infer<typeof StoreId>
export const StoreRef = z.object({ account: AccountId, store: StoreId })
export type StoreRef = z.infer<typeof StoreRef>

/** Names a folder beyond one epoch of the cache. `path` is decoded Unicode and means nothing without its store. */
export const FolderRef = StoreRef.extend({ path: z.string().min(1).max(1000) })
export type FolderRef = z.infer<typeof FolderRef>

/** Equal for one folder, and for no other: an account and a store have no slash. */
export function keyOf({ account, store, path }: FolderRef): string {
  return `${account}/${store}/${path}`
}

/** Of the store of an account over IMAP. */
export function imapStoreId(generation: number): StoreId {
  return `imap-${generation}`
}

/** Special use of a folder (RFC 6154). */
export const Role = z.enum(['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', 'all', 'flagged', 'none'])
export type Role = z.infer<typeof Role>

/**
 * How far a folder is known. Stored in the same transaction as the rows it describes (law 2). `modseq` is HIGHESTMODSEQ as decimal text (63 bits, RFC 7162) or
 * null without CONDSTORE; `known` are the UIDs whose rows are stored or known to be absent; `verifiedAt` (ms) is the last full UID reconcile.
 */
export const Cursor = z.object({
  uidValidity: z.int().min(0),
  uidNext: z.int().min(1),
  modseq: z.string().regex(/^\d+$/).nullable(),
  known: Ranges,
  verifiedAt: z.number().nullable(),
})
export type Cursor = z.infer<typeof Cursor>

/** A folder as its store lists it. `path` is decoded Unicode; `parent` is the path of the folder above, '' at the root. */
export const ListedFolder = z.object({
  path: z.string().min(1),
  name: z.string(),
  parent: z.string(),
  delimiter: z.string(),
  role: Role,
  selectable: z.boolean(),
  subscribed: z.boolean(),
})
export type ListedFolder = z.infer<typeof ListedFolder>

/** A record of the cache's `folders` table; also what windows see. */
export const Folder = ListedFolder.omit({ path: true, parent: true }).extend({
  id: FolderId,
  ref: FolderRef,
  /** The folder above; null at the root. It may be listed nowhere. */
  parent: FolderRef.nullable(),
  format: z.int(),
  cursor: Cursor.nullable(),
  /** Keywords of its messages, in the order they were first seen; `marks` hold indexes into it. */
  keywords: z.array(z.string()),
  /** Rows that are known and alive. */
  messages: z.int(),
  /** Unread among the known rows, as the server has them. */
  unread: z.int(),
  /** `unread` with all waiting operations projected: what windows show. */
  shownUnread: z.int(),
  /** Last STATUS or SELECT answer; null before the first. */
  server: z.object({ messages: z.int(), unseen: z.int().nullable() }).nullable(),
  /** Slots in use, dead ones included. */
  slots: z.int(),
  /** Rows that wait to be adopted by identity after UIDVALIDITY changed. */
  awaiting: z.int(),
  /** Goes up by one with each change of rows. */
  rev: z.int(),
  /** Number of the newest operation whose effect on this folder is contained. */
  asOf: z.int(),
  /** When the folder was last compared with the server (ms). */
  checkedAt: z.number().nullable(),
})
export type Folder = z.infer<typeof Folder>
