import { folderRef, storeOf } from '../../../shared/test-support/folders.ts'
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Notice } from '../../../shared/batch.ts'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import { type Folder } from '../../../shared/model/folder.ts'
import { hashText } from '../../../shared/model/hash.ts'
import type { PendingChange } from '../../../shared/operations.ts'
import { createCache, type Cache } from '../../cache/cache.ts'
import { openForWriting, type Database } from '../../cache/schema.ts'
import { databaseName } from '../../../shared/model/cache-records.ts'
import { createReader } from '../database.ts'
import { setLocale } from '../words/locale.ts'
import type { FromWorker, ListView, Resolved, Watch } from './list-protocol.ts'
import { createListService, type ListService } from './list-service.ts'

const account = 'alice'
let database: Database
let cache: Cache
let service: ListService
let inbox: Folder
let sent: FromWorker[]
const reader = createReader()

beforeEach(async () => {
  sent = []
  service = createListService(
    reader,
    message => sent.push(message),
    () => 2_000_000_000_000,
  )
  database = openForWriting()
  await database.open()
  cache = createCache(
    database,
    notice => service.notice(JSON.parse(JSON.stringify(notice)) as Notice),
    () => 0,
  )
  await cache['cache.attach']({ stores: [storeOf(account)], operations: [] })
  const folder = { path: 'INBOX', name: 'INBOX', parent: '', delimiter: '/', role: 'inbox' as const, selectable: true, subscribed: true }
  inbox = (await cache['cache.folders']({ ...storeOf(account), folders: [folder] }))[0]!
})
afterEach(async () => {
  setLocale('en-GB')
  reader.close()
  database.close()
  await new Promise(resolve => (indexedDB.deleteDatabase(databaseName).onsuccess = resolve))
})

function batch(uids: number[]) {
  const headers = uids.map(uid => ({ from: [['Alice', 'alice@example.org']], to: [], subject: `subject ${uid}` }))
  return {
    folder: inbox.id,
    uidValidity: 7,
    asOf: 0,
    add: {
      uids,
      dates: uids.map(uid => 1_900_000_000 + uid),
      sizes: uids.map(() => 100),
      hashes: uids.map(uid => hashText(`<${uid}>`)),
      threads: uids.map(() => 1),
      flags: { bits: uids.map(() => 0), keywords: [] },
      modseqs: null,
      pages: [JSON.stringify(headers)],
    },
    cursor: { uidValidity: 7, uidNext: Math.max(...uids) + 1, modseq: null, known: [], verifiedAt: null },
  }
}

async function viewWhere(test: (view: ListView) => boolean): Promise<ListView> {
  for (let tries = 0; tries < 200; tries++) {
    const view = sent.findLast(message => message.kind === 'view')
    if (view?.kind === 'view' && test(view.view)) return view.view
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  throw new Error(`no such view; the last was ${JSON.stringify(sent.at(-1))}`)
}

function look(change: Partial<Watch> = {}): void {
  service.receive({ kind: 'watch', watch: { ticket: 1, folder: inbox.id, filter: 'all', from: 0, to: 20, focus: null, ...change } })
}

const readOne = (id: number): PendingChange => ({
  id: 'change-0001',
  kind: 'setFlags',
  account,
  at: 1,
  messages: [id],
  add: flagsOf(Flag.seen),
  remove: flagsOf(0),
})

test('new rows, flags and snippets arrive as deltas, in an open view', async () => {
  await cache['cache.apply'](batch([1, 2, 3]))
  look()
  expect((await viewWhere(view => view.count === 3)).rows.map(row => row.headers.subject)).toEqual(['subject 3', 'subject 2', 'subject 1'])
  await cache['cache.apply'](batch([4]))
  expect((await viewWhere(view => view.count === 4)).rows[0]!.headers.subject).toBe('subject 4')
  await cache['cache.apply']({
    folder: inbox.id,
    uidValidity: 7,
    asOf: 0,
    flags: { uids: [2], flags: { bits: [Flag.seen], keywords: [] }, modseqs: null },
  })
  expect((await viewWhere(view => view.unread === 3)).rows[2]!.flags).toBe(Flag.seen)
  await cache['cache.putPreviews']({ folder: inbox.id, uidValidity: 7, uids: [4], previews: [{ snippet: 'Dear all', attachments: [] }] })
  expect((await viewWhere(view => view.rows[0]!.snippet !== '')).rows[0]!.previewed).toBe(true)
  await cache['cache.apply']({ folder: inbox.id, uidValidity: 7, asOf: 0, gone: [[3, 3]] })
  expect((await viewWhere(view => view.count === 3)).rows.map(row => row.uid)).toEqual([4, 2, 1])
})

test('a gap in rev loads the folder again', async () => {
  await cache['cache.apply'](batch([1]))
  look()
  await viewWhere(view => view.count === 1)
  const real = service.notice
  service.notice = () => undefined
  await cache['cache.apply'](batch([2]))
  service.notice = real
  await cache['cache.apply'](batch([3]))
  expect((await viewWhere(view => view.count === 3)).rev).toBe(3)
})

test('a change of this window shows at once, waits, and is finished or taken back', async () => {
  await cache['cache.apply'](batch([1, 2]))
  look()
  const id = (await viewWhere(view => view.count === 2)).rows[0]!.id
  service.receive({ kind: 'saving', change: readOne(id) })
  expect((await viewWhere(view => view.unread === 1)).rows[0]!.waiting).toBe(true)
  service.receive({ kind: 'dropped', id: 'change-0001' })
  expect((await viewWhere(view => view.unread === 2)).rows[0]!.waiting).toBe(false)
  service.receive({ kind: 'saving', change: readOne(id) })
  await viewWhere(view => view.unread === 1)
  const flags = { uids: [2], flags: { bits: [Flag.seen], keywords: [] }, modseqs: null }
  await cache['cache.apply']({ folder: inbox.id, uidValidity: 7, asOf: 1, flags, finished: ['change-0001'] })
  expect((await viewWhere(view => view.unread === 1 && !view.rows[0]!.waiting)).rows[0]!.flags).toBe(Flag.seen)
  service.receive({ kind: 'saving', change: readOne(id) })
  look({ ticket: 2 })
  expect((await viewWhere(view => view.ticket === 2)).rows[0]!.waiting).toBe(false)
})

test('names messages by reference once the folder has a cursor', async () => {
  look()
  await viewWhere(view => view.count === 0)
  await cache['cache.apply'](batch([5]))
  const view = await viewWhere(view => view.count === 1)
  service.receive({ kind: 'call', id: 9, name: 'resolve', arg: { folder: inbox.id, ids: [view.rows[0]!.id, 999] } })
  for (let tries = 0; tries < 100 && !sent.some(message => message.kind === 'answer'); tries++) await new Promise(resolve => setTimeout(resolve, 5))
  const answer = sent.find(message => message.kind === 'answer')
  const resolved = (answer?.kind === 'answer' ? answer.result : null) as Resolved
  expect(resolved.ids).toEqual([view.rows[0]!.id])
  expect(resolved).toMatchObject({ folder: folderRef(account, 'INBOX'), uidValidity: 7, uids: [5] })
})

test('dates over the rows are written as the window says', async () => {
  service.receive({ kind: 'locale', locale: 'ja-JP' })
  await cache['cache.apply'](batch([1]))
  look()
  expect((await viewWhere(view => view.count === 1)).bands).toEqual([{ label: '2030年', row: 0 }])
})

test('a cache that begins anew is read anew', async () => {
  await cache['cache.apply'](batch([1, 2]))
  look()
  await viewWhere(view => view.count === 2)
  await cache['cache.attach']({ stores: [storeOf(account)], operations: [] })
  await cache['cache.apply'](batch([3]))
  expect((await viewWhere(view => view.count === 3)).total).toBe(3)
})
