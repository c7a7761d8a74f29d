import type { MessageRef } from '../../shared/model/message.ts'
import { toFlagList } from '../../shared/model/flags.ts'
import { storeOf } from '../../shared/test-support/folders.ts'
import 'fake-indexeddb/auto'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { createMemoryCache } from '../../electron/core/cache/memory-cache.ts'
import { portOver, type CachePort } from '../../electron/core/cache/port.ts'
import { account, cacheContract, cursor, listed, markRead, moveTo, refTo, rows } from '../../electron/core/cache/test-support/contract-suite.ts'
import type { Notice } from '../../shared/batch.ts'
import type { cacheCalls } from '../../shared/contract/cache-calls.ts'
import type { Operation } from '../../shared/operations.ts'
import { fromUids } from '../../shared/ranges.ts'
import { createCache } from './cache.ts'
import { openForWriting, type Database } from './schema.ts'
import { snapshotOf } from './test-support/snapshot.ts'

let opened = 0
const databases: Database[] = []
async function openReal(notices: Notice[] = []): Promise<{ port: CachePort; database: Database }> {
  const database = openForWriting(`test-${++opened}`)
  databases.push(database)
  await database.open()
  const handlers = createCache(
    database,
    notice => notices.push(notice),
    () => 0,
  )
  const port = portOver((name, arg) => Promise.resolve(handlers[name as keyof typeof cacheCalls](arg as never)) as Promise<never>)
  return { port, database }
}
afterAll(() => databases.forEach(database => database.close()))

cacheContract('memory', { describe, it }, async () => createMemoryCache())
cacheContract('Dexie on fake-indexeddb', { describe, it }, async () => (await openReal()).port)

describe('the tables', () => {
  const upTo = (n: number, from = 1): number[] => Array.from({ length: n }, (_, i) => from + i)

  it('fill pages across batches of any size as if all had come at once', async () => {
    const { port, database } = await openReal()
    await port.attach({ stores: [storeOf(account)], operations: [] })
    const [inbox] = await port.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox')] })
    const batch = { folder: inbox!.id, uidValidity: 7, asOf: 0 }
    for (const [from, count] of [
      [1, 250],
      [251, 1],
      [252, 600],
      [852, 148],
      [1000, 4000],
    ] as const)
      await port.apply({ ...batch, add: rows(upTo(count, from)), cursor: cursor(from + count) })
    const snapshot = (await snapshotOf(database)) as { folders: { rows: { uid: number; header: { subject: string } }[] }[] }
    expect(snapshot.folders[0]!.rows.map(row => row.header.subject)).toEqual(upTo(4999).map(n => `subject ${n}`))
  })

  it('are compacted when over half is dead; local ids and headers stay', async () => {
    const notices: Notice[] = []
    const { port, database } = await openReal(notices)
    await port.attach({ stores: [storeOf(account)], operations: [] })
    const [inbox] = await port.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox')] })
    const batch = { folder: inbox!.id, uidValidity: 7, asOf: 0 }
    await port.apply({ ...batch, add: rows(upTo(5000)), cursor: cursor(5001) })
    const before = await port.resolve({ refs: [refTo(4900)] })
    expect(await port.apply({ ...batch, gone: [[1, 4500]] })).toMatchObject({ slots: 500 })
    expect(notices.at(-1)).toMatchObject({ reload: true })
    expect(await port.resolve({ refs: [refTo(4900)] })).toEqual(before)
    const snapshot = (await snapshotOf(database)) as { folders: { rows: { header: { subject: string } }[] }[] }
    expect(snapshot.folders[0]!.rows.map(row => row.header.subject)).toEqual(upTo(500, 4501).map(n => `subject ${n}`))
    expect(await database.columns.count()).toBe(1)
  })

  it('serve many folders and many operations: a transaction outlives any number of them', async () => {
    const { port, database } = await openReal()
    await port.attach({ stores: [storeOf(account)], operations: [] })
    const names = Array.from({ length: 150 }, (_, i) => listed(`Folder ${i}`))
    const [inbox, ...others] = await port.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox'), ...names] })
    await port.apply({ folder: inbox!.id, uidValidity: 7, asOf: 0, add: rows(upTo(300)), cursor: cursor(301) })
    for (const { id } of others) await port.apply({ folder: id, uidValidity: 7, asOf: 0, cursor: cursor(1) })
    for (let i = 1; i <= 3; i++) await port.overlay({ put: [markRead(`mark-000${i}`, [i])], drop: [] })
    expect(await port.resolve({ refs: [refTo(1), refTo(2)] })).toMatchObject([{ uid: 1 }, { uid: 2 }])
    const operations = upTo(250).map(i => (i % 2 ? markRead(`change-${1000 + i}`, [i]) : moveTo(`change-${1000 + i}`, [i], 'Folder 3')))
    await port.attach({ stores: [storeOf(account)], operations })
    expect(await database.changes.count()).toBe(250)
    await port.attach({ stores: [storeOf(account)], operations: operations.slice(0, 3) })
    expect(await database.changes.count()).toBe(3)
  })

  /** Four messages in Projects, each with a body and a picture; an Archive, and Inbox. */
  async function withBodies() {
    const { port, database } = await openReal()
    await port.attach({ stores: [storeOf(account)], operations: [] })
    const all = [listed('INBOX', 'inbox'), listed('Projects'), listed('Archive', 'archive')]
    const [, projects, archive] = await port.folders({ ...storeOf(account), folders: all })
    await port.apply({ folder: projects!.id, uidValidity: 7, asOf: 0, add: rows(upTo(4)), cursor: cursor(5) })
    await port.apply({ folder: archive!.id, uidValidity: 7, asOf: 0, cursor: cursor(1) })
    const part = { part: '2', type: 'image/png', size: 3 }
    for (const location of await port.resolve({ refs: upTo(4).map(n => refTo(n, 'Projects')) })) {
      await port.putBody({ message: location!.message, body: { sections: [], attachments: [], inline: [], truncated: false, headers: [] }, size: 0 })
      await port.putParts({ message: location!.message, parts: [{ part, base64: 'AAAA' }] })
    }
    const op: Operation = { ...moveTo('move-0001', []), messages: [refTo(1, 'Projects'), refTo(2, 'Projects')] }
    const step = { op: op.id, finished: op.id, uidValidity: 7, moves: true, toUidValidity: 7, asOf: 1 }
    return {
      port,
      op,
      perform: () => port.transfer({ ...step, from: projects!.id, uids: [1, 2], to: archive!.id, toUids: [1, 2] }),
      /** Another client deletes a folder. */
      drop: (path: string) => port.folders({ ...storeOf(account), folders: all.filter(one => one.path !== path) }),
      /** Local ids with a body, which are those with a picture. */
      kept: async () => {
        const ids = await database.bodies.orderBy('id').primaryKeys()
        expect((await database.parts.toArray()).map(({ id }) => id)).toEqual(ids)
        return ids
      },
    }
  }

  it('keep what was fetched of a message that was moved when its old folder goes', async () => {
    const { port, op, perform, drop, kept } = await withBodies()
    await port.overlay({ put: [op], drop: [] })
    await perform()
    await drop('Projects')
    expect(await kept()).toEqual([1, 2])
    await drop('Archive')
    expect(await kept()).toEqual([])
  })

  it.each([
    ['old', 'Projects', []],
    ['new', 'Archive', [1, 2, 3, 4]],
  ])('keep what was fetched of a message whose move waits when its %s folder goes, until the move is refused', async (_, path, left) => {
    const { port, op, drop, kept } = await withBodies()
    await port.overlay({ put: [op], drop: [] })
    await drop(path)
    expect((await kept()).slice(0, 2)).toEqual([1, 2])
    await port.overlay({ put: [], drop: [op.id] })
    expect(await kept()).toEqual(left)
  })

  it('keep nothing of an account that goes while a move waits', async () => {
    const { port, op, kept } = await withBodies()
    await port.overlay({ put: [op], drop: [] })
    await port.attach({ stores: [], operations: [] })
    expect(await kept()).toEqual([])
  })

  it('hold what the memory cache holds, after any sequence of calls', async () => {
    const numbers = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 12 })
    const keywords = fc.constantFrom<string[]>([], [], ['Work'], ['$Later', 'Work'])
    const step = fc.oneof(
      fc.record({ do: fc.constant('add' as const), numbers, keywords, flags: fc.integer({ min: 0, max: 7 }), asOf: fc.integer({ min: 0, max: 3 }) }),
      fc.record({
        do: fc.constant('flags' as const),
        numbers,
        keywords,
        flags: fc.integer({ min: 0, max: 7 }),
        asOf: fc.integer({ min: 0, max: 3 }),
      }),
      fc.record({ do: fc.constant('gone' as const), numbers }),
      fc.record({ do: fc.constant('change' as const), numbers }),
      fc.record({
        do: fc.constant('move' as const),
        numbers,
        kind: fc.constantFrom('move' as const, 'copy' as const),
        then: fc.constantFrom('wait' as const, 'told' as const, 'untold' as const, 'refused' as const),
        /** One piece for all where 0; else messages a piece. */
        piece: fc.integer({ min: 0, max: 2 }),
        /** Of the pieces only so many come. */
        pieces: fc.constantFrom<number[]>(1, 2, 100),
      }),
      fc.record({ do: fc.constant('relink' as const), uidValidity: fc.integer({ min: 7, max: 8 }), finish: fc.boolean() }),
    )
    const move = { do: 'move' as const, numbers: [1], kind: 'move' as const, piece: 0, pieces: 100 }
    const movedTwice = [
      { do: 'add' as const, numbers: [1], keywords: ['Work'], flags: 0, asOf: 0 },
      { ...move, then: 'wait' as const },
      { ...move, then: 'refused' as const },
    ]
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 14 }), async steps => {
        const real = await openReal()
        const memory = createMemoryCache()
        for (const cache of [real.port, memory]) {
          await cache.attach({ stores: [storeOf(account)], operations: [] })
          const [inbox, archive] = await cache.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox'), listed('Archive', 'archive')] })
          for (const { id } of [inbox!, archive!]) await cache.apply({ folder: id, uidValidity: 7, asOf: 0, cursor: cursor(1) })
          let nextUid = 100
          let uidValidity = 7
          for (const [n, one] of steps.entries()) {
            const batch = { folder: inbox!.id, uidValidity, asOf: 'asOf' in one ? one.asOf : 0 }
            if (one.do === 'add')
              await cache.apply({ ...batch, add: rows(one.numbers, { flags: one.flags, keywords: one.keywords }), cursor: cursor(41, uidValidity) })
            if (one.do === 'flags')
              await cache.apply({
                ...batch,
                flags: { uids: one.numbers, flags: toFlagList(one.numbers.map(() => ({ bits: one.flags, keywords: one.keywords }))), modseqs: null },
              })
            if (one.do === 'gone') await cache.apply({ ...batch, gone: fromUids(one.numbers) })
            if (one.do === 'change') await cache.overlay({ put: [markRead(`change-000${n}`, one.numbers)], drop: [] })
            if (one.do === 'move') {
              const op = moveTo(`move-000${n}`, one.numbers, 'Archive', one.kind)
              await cache.overlay({ put: [op], drop: [] })
              const here = (await cache.resolve({ refs: op.messages as MessageRef[] })).filter(location => location?.folder === inbox!.id)
              const uids = here.map(location => location!.uid)
              // the core waits until every message has a UID before it performs a move
              const performed = uids.length > 0 && uids.every(uid => uid > 0) && (one.then === 'told' || one.then === 'untold')
              if (!performed && one.then !== 'wait') await cache.overlay({ put: [], drop: [op.id] })
              const told = [...new Set(uids)].map(uid => [uid, nextUid++] as const)
              const size = one.piece || told.length
              for (let i = 0; performed && i < told.length && i / size < one.pieces; i += size) {
                const piece = told.slice(i, i + size)
                await cache.transfer({
                  op: op.id,
                  finished: i + size >= told.length ? op.id : null,
                  from: inbox!.id,
                  uidValidity,
                  uids: piece.map(([uid]) => uid),
                  moves: one.kind === 'move',
                  to: archive!.id,
                  toUidValidity: 7,
                  toUids: one.then === 'told' ? piece.map(([, to]) => to) : null,
                  asOf: 0,
                })
              }
              if (performed && one.pieces === 2) await cache.overlay({ put: [], drop: [op.id] })
            }
            if (one.do === 'relink') {
              if (!one.finish) uidValidity = one.uidValidity
              await cache.relink({ folder: inbox!.id, uidValidity: one.uidValidity, finish: one.finish })
            }
          }
        }
        expect(await snapshotOf(real.database)).toEqual(memory.snapshot())
        const counted = async (cache: CachePort) =>
          (await cache.folders({ ...storeOf(account), folders: [] })).map(({ ref, messages, unread, shownUnread, awaiting }) => [
            ref.path,
            messages,
            unread,
            shownUnread,
            awaiting,
          ])
        expect(await counted(real.port)).toEqual(await counted(memory))
        await real.database.delete()
      }),
      { numRuns: 150, examples: [[movedTwice]] },
    )
  })
})
