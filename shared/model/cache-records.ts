/**
 * Records of the cache (ARCHITECTURE, The cache): what its page writes and windows read. Every record has a `format` number: a newer program reads older records,
 * it never refetches a mailbox for them.
 */
import type { FolderId } from './folder.ts'
import type { Body, MessageId, Part, Preview } from './message.ts'

/** Immutable once full: slots of a folder in order of arrival. Arrays are as long as the block is full, at most `blockSlots`. */
export interface ColumnsRecord {
  folder: FolderId
  n: number
  format: 1
  /** 0 while the UID is not known (a move waits for COPYUID, a relink for adoption). */
  uid: Uint32Array
  id: Uint32Array
  /** INTERNALDATE, seconds. */
  date: Uint32Array
  /** RFC822.SIZE, bytes. */
  size: Uint32Array
  /** `hashText` of Message-ID. */
  hash: Float64Array
}

/** Mutable: the same slots. */
export interface MarksRecord {
  folder: FolderId
  n: number
  format: 1 | 2
  /** Bits of `Flag`. */
  flags: Uint16Array
  /** Further keywords, of the slots that have some: by the number in this block, rising indexes into the folder's `keywords`. Absent in format 1. */
  keywords?: Record<number, number[]>
  /** Bits of `State`. */
  state: Uint8Array
  /** `hashText` of the first message of the conversation. */
  thread: Float64Array
  /** 0 without CONDSTORE. */
  modseq: Float64Array
}

/** Headers of `pageSlots` slots: a JSON array of `HeaderRow`. */
export interface PageRecord {
  folder: FolderId
  n: number
  format: 1
  json: string
}

/** Snippets and attachments of `pageSlots` slots; sparse. */
export interface PreviewsRecord {
  folder: FolderId
  n: number
  format: 1
  items: Record<number, Preview>
}

/** Block n: locations of local ids n * blockSlots + i; and a run of Message-ID hashes, sorted, with the offsets they belong to. */
export interface WhereRecord {
  n: number
  format: 1
  folder: Uint32Array
  slot: Uint32Array
  hash: Float64Array
  offset: Uint16Array
}

export interface BodyRecord {
  id: MessageId
  format: 1
  body: Body
  size: number
  /** ms; for the disk budget. */
  usedAt: number
}

export interface PartRecord {
  id: MessageId
  part: string
  format: 1
  info: Part
  bytes: Uint8Array
  usedAt: number
}

export interface MetaRecord {
  key: 'cache'
  format: 1
  epoch: string
  nextId: number
  nextFolder: number
}

export const databaseName = 'pillarbox'
