/** Caches of earlier versions, brought up to date where they lie. */
import 'fake-indexeddb/auto'
import Dexie from 'dexie'
import { expect, it } from 'vitest'
import { Flag, flagsOf } from '../../shared/model/flags.ts'
import { folderRef, storeOf } from '../../shared/test-support/folders.ts'
import { createCache } from './cache.ts'
import { openForWriting } from './schema.ts'

/** As version 0.1.0 wrote it: three messages in Inbox, one of them on its way to Archive. */
async function writeVersion1(name: string): Promise<void> {
  const database = new Dexie(name)
  database.version(1).stores({
    ...{ meta: 'key', folders: 'id, account', columns: '[folder+n]', marks: '[folder+n]', pages: '[folder+n]', previews: '[folder+n]' },
    ...{ bodies: 'id, usedAt', parts: '[id+part]', where: 'n', wishes: 'id' },
  })
  await database.open()
  const common = { delimiter: '/', selectable: true, subscribed: true, account: 'acct1', home: 'server', format: 1, server: null, rev: 3, asOf: 0 }
  const cursor = { uidValidity: 7, uidNext: 4, modseq: null, known: [[1, 3]], verifiedAt: 5 }
  const inbox = {
    ...common,
    id: 1,
    path: 'INBOX',
    name: 'Inbox',
    parent: '',
    role: 'inbox',
    cursor,
    messages: 3,
    unread: 2,
    shownUnread: 0,
    slots: 3,
    awaiting: 0,
  }
  const below = { path: 'INBOX/Archive', name: 'Archive', parent: 'INBOX', role: 'archive', cursor: { ...cursor, uidNext: 1, known: [] } }
  const archive = { ...common, ...below, id: 2, messages: 1, unread: 1, shownUnread: 1, slots: 1, awaiting: 1 }
  await database.table('folders').bulkPut([
    { ...inbox, checkedAt: 9 },
    { ...archive, checkedAt: 9 },
  ])
  const row = (uid: number[], id: number[]) => ({
    ...{ n: 0, format: 1, uid: Uint32Array.from(uid), id: Uint32Array.from(id), date: Uint32Array.from(id), size: Uint32Array.from(id) },
    hash: Float64Array.from(id),
  })
  await database.table('columns').bulkPut([
    { folder: 1, ...row([1, 2, 3], [11, 12, 13]) },
    { folder: 2, ...row([0], [13]) },
  ])
  const marks = (flags: number[], state: number[]) => ({
    ...{ n: 0, format: 1, flags: Uint16Array.from(flags), state: Uint8Array.from(state) },
    ...{ thread: Float64Array.from(flags), modseq: Float64Array.from(flags, () => 0) },
  })
  await database.table('marks').bulkPut([
    { folder: 1, ...marks([1, 0, 0], [4, 0, 0]) },
    { folder: 2, ...marks([0], [16]) },
  ])
  await database.table('pages').bulkPut([
    { folder: 1, n: 0, format: 1, json: JSON.stringify([11, 12, 13].map(n => ({ from: [], to: [], subject: `subject ${n}` }))) },
    { folder: 2, n: 0, format: 1, json: JSON.stringify([{ from: [], to: [], subject: 'subject 13' }]) },
  ])
  const at = Uint32Array.from({ length: 14 }, (_, id) => (id >= 11 ? 1 : 0))
  const slot = Uint32Array.from({ length: 14 }, (_, id) => Math.max(0, id - 11))
  await database
    .table('where')
    .put({ n: 0, format: 1, folder: at, slot, hash: Float64Array.from([11, 12, 13]), offset: Uint16Array.from([11, 12, 13]) })
  await database.table('bodies').put({ id: 11, format: 1, body: { sections: [] }, size: 4, usedAt: 1 })
  await database.table('wishes').bulkPut([
    { id: 'wish-0001', kind: 'setFlags', account: 'acct1', at: 1, messages: [12], add: Flag.seen, remove: 0 },
    {
      id: 'wish-0002',
      kind: 'move',
      account: 'acct1',
      at: 2,
      messages: [13],
      add: 0,
      remove: 0,
      placed: [{ folder: 2, slot: 0, source: 1, uid: 3, message: 13 }],
    },
    { id: 'wish-0003', kind: 'erase', account: 'acct1', at: 3, messages: [11], add: 0, remove: 0 },
  ])
  await database.table('meta').put({ key: 'cache', format: 1, epoch: 'the-epoch', nextId: 14, nextFolder: 3 })
  database.close()
}

it('brings version 1 up to date: epoch, local ids, rows, bodies, cursors and what waits stay', async () => {
  await writeVersion1('upgraded')
  const database = openForWriting('upgraded')
  await database.open()
  const cache = createCache(
    database,
    () => undefined,
    () => 1,
  )
  const ref = (uid: number) => ({
    ...{ account: 'acct1', messageIdHash: uid + 10, size: uid + 10, date: uid + 10 },
    locators: [{ kind: 'uid' as const, folder: folderRef('acct1', 'INBOX'), uidValidity: 7, uid }],
  })
  const common = { account: 'acct1', at: 1 }
  const waiting = [
    { ...common, kind: 'setFlags' as const, id: 'wish-0001', messages: [ref(2)], add: flagsOf(Flag.seen), remove: flagsOf(0) },
    { ...common, kind: 'move' as const, id: 'wish-0002', messages: [ref(3)], to: folderRef('acct1', 'INBOX/Archive') },
    { ...common, kind: 'expunge' as const, id: 'wish-0003', messages: [ref(1)] },
  ]
  const { epoch, folders } = await cache['cache.attach']({ stores: [storeOf('acct1')], operations: waiting })
  expect(epoch).toBe('the-epoch')
  expect(folders).toMatchObject([
    { id: 1, ref: folderRef('acct1', 'INBOX'), parent: null, messages: 3, unread: 2, shownUnread: 0, cursor: { known: [[1, 3]], verifiedAt: 5 } },
    { id: 2, ref: folderRef('acct1', 'INBOX/Archive'), parent: folderRef('acct1', 'INBOX'), messages: 1, slots: 1 }, // the row of the move is there once
  ])
  expect(await database.changes.toArray()).toMatchObject([
    { kind: 'setFlags', messages: [12], add: flagsOf(Flag.seen), remove: flagsOf(0) },
    { kind: 'move', messages: [13], rows: [{ folder: 2, slot: 0, message: 13 }] },
    { kind: 'expunge', messages: [11] },
  ])
  expect(await database.bodies.get(11)).toMatchObject({ size: 4 })
  expect(await cache['cache.resolve']({ refs: [ref(1), ref(2)] })).toMatchObject([{ message: 11 }, { message: 12 }])
  const flags = { uids: [2], flags: { bits: [0], keywords: [[0, ['Work']] as [number, string[]]] }, modseqs: null }
  await cache['cache.apply']({ folder: 1, uidValidity: 7, asOf: 1, flags })
  expect((await database.marks.get([1, 0]))!.keywords).toEqual({ 1: [0] })
  database.close()
})
