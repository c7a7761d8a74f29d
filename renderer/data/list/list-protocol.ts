/** What crosses between a window and its list worker. */
import type { FolderId, FolderRef } from '../../../shared/model/folder.ts'
import type { HeaderRow, MessageId } from '../../../shared/model/message.ts'
import type { OpId, PendingChange } from '../../../shared/operations.ts'
import type { Band } from './bands.ts'
import type { Filter } from './list-model.ts'

export type { Band, Filter }

/** One row as shown. */
export interface Row {
  id: MessageId
  uid: number
  /** INTERNALDATE, seconds. */
  date: number
  /** RFC822.SIZE, bytes. */
  size: number
  /** Bits of `Flag`, changes projected. */
  flags: number
  attachments: boolean
  /** Readable without a connection. */
  offline: boolean
  /** A change on it has not reached the server. */
  waiting: boolean
  /** The pass that brings snippet and structure has been here. */
  previewed: boolean
  headers: HeaderRow
  snippet: string
}

/** What the window looks at; a new one replaces the last. */
export interface Watch {
  /** Given by the window, returned in each view, so that late answers are known. */
  ticket: number
  folder: FolderId
  filter: Filter
  /** Rows wanted: from, below to. */
  from: number
  to: number
  /** The message the keyboard stands on or the reader shows. It stays in the view though it stops matching. */
  focus: MessageId | null
}

/** Everything shown of a list, consistent at one moment. Sent after each `watch` and each change. */
export interface ListView {
  ticket: number
  folder: FolderId
  filter: Filter
  rev: number
  /** Rows through the filter. */
  count: number
  /** Living rows of the folder. */
  total: number
  unread: number
  bands: Band[]
  from: number
  rows: Row[]
  focus: { id: MessageId; index: number; row: Row | null } | null
}

/**
 * What names messages of one folder beyond an epoch, and the flags they are shown with: flat arrays with one entry a message, as there may be a million. `uids` 0: on its way here,
 * found by its identity. Messages that cannot be named yet are left out.
 */
export interface Resolved {
  folder: FolderRef
  uidValidity: number
  ids: MessageId[]
  uids: number[]
  /** `hashText` of Message-ID. */
  hashes: number[]
  sizes: number[]
  /** INTERNALDATE, seconds. */
  dates: number[]
  /** Bits. */
  flags: number[]
}

/** What a window may ask its list worker. All answers are promises. */
export interface ListCalls {
  /** Ids of the rows from, below to. */
  ids(arg: { folder: FolderId; from: number; to: number }): Uint32Array
  indexOf(arg: { folder: FolderId; id: MessageId }): number
  /** Null where no row of the view has this UID. */
  findUid(arg: { folder: FolderId; uid: number }): { id: MessageId; index: number } | null
  resolve(arg: { folder: FolderId; ids: MessageId[] }): Resolved
}

export type ToWorker =
  /** Comes first: dates over the rows are written so. */
  | { kind: 'locale'; locale: string }
  | { kind: 'watch'; watch: Watch }
  /** A change of this window, before it is kept anywhere. */
  | { kind: 'saving'; change: PendingChange }
  /** The change was refused, or ended without the cache having seen it. */
  | { kind: 'dropped'; id: OpId }
  /** The filter was chosen again: rows that no longer match go. */
  | { kind: 'refresh' }
  | { [N in keyof ListCalls]: { kind: 'call'; id: number; name: N; arg: Parameters<ListCalls[N]>[0] } }[keyof ListCalls]

export type FromWorker =
  | { kind: 'view'; view: ListView }
  | { kind: 'answer'; id: number; result: unknown }
  | { kind: 'failed'; id: number; message: string }
  /** Reading failed and is tried again; the view stands as it was. */
  | { kind: 'broken'; message: string }
