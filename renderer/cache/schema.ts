/** The tables of the cache. cache.html opens the database with a version and is its only writer; windows wait for it (data/database.ts). */
import Dexie, { type Table } from 'dexie'
import type { Folder, FolderId } from '../../shared/model/folder.ts'
import type { MessageId } from '../../shared/model/message.ts'
import type { PendingChange } from '../../shared/operations.ts'
import { fromVersion1 } from './upgrades.ts'
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

const tables = {
  meta: 'key',
  columns: '[folder+n]',
  marks: '[folder+n]',
  pages: '[folder+n]',
  previews: '[folder+n]',
  bodies: 'id, usedAt',
  parts: '[id+part]',
  where: 'n',
}

/** For cache.html (and its tests in Node) only. Versions stay for ever: a cache of any of them is brought up to date where it lies, nothing is fetched again. */
export function openForWriting(name = databaseName): Database {
  const database = new Dexie(name) as Database
  database.version(1).stores({ ...tables, folders: 'id, account', wishes: 'id' })
  database
    .version(2)
    .stores({ ...tables, folders: 'id, [ref.account+ref.store]', changes: 'id', wishes: null })
    .upgrade(fromVersion1)
  return database
}
