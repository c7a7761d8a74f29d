import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { storeOf } from '../../shared/test-support/folders.ts'
import type { ListedFolder } from '../../shared/model/folder.ts'
import { createCache, type Cache } from './cache.ts'
import { createOpenCache } from './open-cache.ts'
import { openForWriting, type Database } from './schema.ts'

const inbox: ListedFolder = { path: 'INBOX', name: 'Inbox', parent: '', delimiter: '/', role: 'inbox', selectable: true, subscribed: true }
const handshake = { stores: [storeOf('acct1')], operations: [] }
let n = 0
let name: string
let lost: number
let made: Database[]
beforeEach(() => {
  ;[name, lost, made] = [`cache-${n++}`, 0, []]
})
afterEach(async () => {
  for (const database of made) database.close()
})

function cacheOver(change: (database: Database) => void = () => undefined): Cache {
  return createOpenCache({
    makeDatabase() {
      const database = openForWriting(name)
      made.push(database)
      change(database)
      return database
    },
    makeCache: database =>
      createCache(
        database,
        () => undefined,
        () => 0,
      ),
    lost: () => void lost++,
  })
}
const named = (errorName: string): Error => Object.assign(new Error(errorName), { name: errorName })

it('opens when the core attaches, and not before', async () => {
  const cache = cacheOver()
  await expect(cache['cache.folders']({ ...storeOf('acct1'), folders: [inbox] })).rejects.toMatchObject({ kind: 'offline' })
  const { epoch } = await cache['cache.attach'](handshake)
  expect(await cache['cache.folders']({ ...storeOf('acct1'), folders: [inbox] })).toHaveLength(1)
  expect(await cacheOver()['cache.attach'](handshake)).toMatchObject({ epoch, folders: [{ ref: { path: 'INBOX' } }] })
})

it('tells of a database that does not open, and tries again when asked', async () => {
  let fails = 2
  const cache = cacheOver(database => {
    const open = database.open.bind(database)
    database.open = (() => (fails-- > 0 ? Promise.reject(named('UnknownError')) : open())) as never
  })
  for (let i = 0; i < 2; i++) await expect(cache['cache.attach'](handshake)).rejects.toMatchObject({ kind: 'internal', code: 'cache.broken' })
  expect((await cache['cache.attach'](handshake)).folders).toEqual([])
})

it('begins anew where the version or the tables are of another program', async () => {
  await new Promise<void>(resolve => {
    const request = indexedDB.open(name, 9000)
    request.onupgradeneeded = () => void request.result.createObjectStore('folders')
    request.onsuccess = () => {
      request.result.close()
      resolve()
    }
  })
  expect((await cacheOver()['cache.attach'](handshake)).folders).toEqual([])
})

it('trusts nothing it finds in a database that was just made', async () => {
  let times = 0
  const cache = cacheOver(database => {
    // what Chromium does where CURRENT was deleted: a part of the old rows is in the new database
    database.on('populate', transaction => void (times++ === 0 && transaction.table('folders').put({ id: 1, account: 'acct1' })))
  })
  expect((await cache['cache.attach'](handshake)).folders).toEqual([])
  expect(await made[0]!.folders.count()).toBe(0)
})

it('closes and says so when a call fails in the storage; the core attaches again', async () => {
  const cache = cacheOver()
  await cache['cache.attach'](handshake)
  const put = made[0]!.folders.put.bind(made[0]!.folders)
  made[0]!.folders.put = (() => Promise.reject(named('QuotaExceededError'))) as never
  await expect(cache['cache.folders']({ ...storeOf('acct1'), folders: [inbox] })).rejects.toMatchObject({ kind: 'full' })
  made[0]!.folders.put = put
  expect(lost).toBe(1)
  await expect(cache['cache.folders']({ ...storeOf('acct1'), folders: [inbox] })).rejects.toMatchObject({ kind: 'offline' })
  await cache['cache.attach'](handshake)
  expect(await cache['cache.folders']({ ...storeOf('acct1'), folders: [inbox] })).toHaveLength(1)
})

it('stays open where a call fails for another reason', async () => {
  const cache = cacheOver()
  await cache['cache.attach'](handshake)
  await expect(cache['cache.relink']({ folder: 99, uidValidity: 1, finish: false })).rejects.toMatchObject({ kind: 'stale' })
  expect(lost).toBe(0)
})

it('begins anew where what is in it cannot be read at attach, twice', async () => {
  await cacheOver()['cache.attach'](handshake)
  made[0]!.close()
  lost = 0 // that was the test's doing
  const cache = cacheOver(database => {
    const open = database.open.bind(database)
    database.open = (async () => {
      await open()
      if ((await database.meta.count()) > 0) database.meta.get = (() => Promise.reject(named('UnknownError'))) as never
      return database
    }) as never
  })
  for (let i = 0; i < 2; i++) await expect(cache['cache.attach'](handshake)).rejects.toMatchObject({ code: 'cache.unreadable' })
  expect(lost).toBe(0) // who attaches hears of it by the answer
  expect((await cache['cache.attach'](handshake)).folders).toEqual([])
})

it('has the core attach anew where attaching again fails, so that nobody goes on with a closed database', async () => {
  const cache = cacheOver()
  await cache['cache.attach'](handshake)
  made[0]!.meta.get = (() => Promise.reject(named('UnknownError'))) as never
  await expect(cache['cache.attach'](handshake)).rejects.toMatchObject({ code: 'cache.unreadable' })
  expect(lost).toBe(1)
  expect((await cache['cache.attach'](handshake)).folders).toEqual([])
})
