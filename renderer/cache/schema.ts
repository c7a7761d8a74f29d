/**
 * The tables of the cache (ARCHITECTURE, The cache). cache.html opens the database with `openForWriting` and is its only writer; windows and their workers
 * wait for `cache.ready` and use `openForReading`, which never creates or upgrades anything.
 *
 * Every record has a `format` number: a newer program reads older records, it never refetches a mailbox for them.
 */
import Dexie, { type Table } from 'dexie'
import type { Body, Folder, FolderId, MessageId, Part, Preview } from '../../shared/model/model.ts'
import type { PendingChange } from '../../shared/operations.ts'

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
  format: 1
  /** Bits of `Flag`. */
  flags: Uint16Array
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

export type Database = Dexie & {
  meta: Table<MetaRecord, 'cache'>
  folders: Table<Folder, FolderId>
  columns: Table<ColumnsRecord, [FolderId, number]>
  marks: Table<MarksRecord, [FolderId, number]>
  pages: Table<PageRecord, [FolderId, number]>
  previews: Table<PreviewsRecord, [FolderId, number]>
  bodies: Table<BodyRecord, MessageId>
  parts: Table<PartRecord, [MessageId, string]>
  where: Table<WhereRecord, number>
  changes: Table<PendingChange, string>
}

export const databaseName = 'pillarbox'

/** For cache.html (and its tests in Node) only. */
export function openForWriting(name = databaseName): Database {
  const database = new Dexie(name) as Database
  database.version(1).stores({
    meta: 'key',
    folders: 'id, account',
    columns: '[folder+n]',
    marks: '[folder+n]',
    pages: '[folder+n]',
    previews: '[folder+n]',
    bodies: 'id, usedAt',
    parts: '[id+part]',
    where: 'n',
    changes: 'id',
  })
  return database
}

/** For windows and workers: opens what is there, whatever its version; `open()` fails where there is nothing yet. Use `table('folders')` and so on. */
export function openForReading(name = databaseName): Dexie {
  return new Dexie(name)
}
