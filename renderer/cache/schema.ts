/** The tables of the cache. cache.html opens the database with a version and is its only writer; windows wait for it (data/database.ts). */
import Dexie, { type Table } from 'dexie'
import type { Folder, FolderId } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import type { PendingChange } from '../../shared/operations.ts'
import {
  type BodyRecord,
  type ColumnsRecord,
  type MarksRecord,
  type MetaRecord,
  type PageRecord,
  type PartRecord,
  type PreviewsRecord,
  type WhereRecord,
  databaseName,
} from '../../shared/model/cache-records.ts'

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
