/** What every implementation of `CachePort` must do. Run on the memory cache, on fake-indexeddb, and in cache.html inside Chromium. */
import { folderRef, storeOf } from '../../../../shared/test-support/folders.ts'
import assert from 'node:assert/strict'
import type { Batch, NewRows } from '../../../../shared/batch.ts'
import { Flag, flagsOf, toFlagList } from '../../../../shared/model/flags.ts'
import { type Cursor, type Folder, type ListedFolder } from '../../../../shared/model/folder.ts'
import { hashText } from '../../../../shared/model/hash.ts'
import { type MessageRef } from '../../../../shared/model/message.ts'
import type { Operation } from '../../../../shared/operations.ts'
import type { CachePort } from '../port.ts'

export const account = 'acct1'
export const listed = (path: string, role: ListedFolder['role'] = 'none'): ListedFolder => ({
  path,
  name: path,
  parent: '',
  delimiter: '/',
  role,
  selectable: true,
  subscribed: true,
})
export const messageId = (n: number): string => `<m${n}@example.test>`

/** Rows for these UIDs; message n has UID `uidOf(n)`. */
export function rows(
  numbers: number[],
  { flags = 0, keywords = [] as string[], modseq = null as number | null, uidOf = (n: number) => n } = {},
): NewRows {
  const pages: string[] = []
  for (let i = 0; i < numbers.length; i += 250)
    pages.push(
      JSON.stringify(
        numbers.slice(i, i + 250).map(n => ({ from: [['A', 'a@example.test']], to: [], subject: `subject ${n}`, messageId: messageId(n) })),
      ),
    )
  return {
    uids: numbers.map(uidOf),
    dates: numbers.map(n => 1_700_000_000 + n),
    sizes: numbers.map(n => 1000 + n),
    hashes: numbers.map(n => hashText(messageId(n))),
    threads: numbers.map(n => hashText(messageId(n))),
    flags: toFlagList(numbers.map(() => ({ bits: flags, keywords }))),
    modseqs: modseq === null ? null : numbers.map(() => modseq),
    pages,
  }
}
export const cursor = (uidNext: number, uidValidity = 7): Cursor => ({
  uidValidity,
  uidNext,
  modseq: null,
  known: uidNext > 1 ? [[1, uidNext - 1]] : [],
  verifiedAt: null,
})
export const refTo = (n: number, path = 'INBOX', uidValidity = 7): MessageRef => ({
  account,
  locators: [{ kind: 'uid', folder: folderRef(account, path), uidValidity, uid: n }],
  messageIdHash: hashText(messageId(n)),
  size: 1000 + n,
  date: 1_700_000_000 + n,
})
export const markRead = (id: string, numbers: number[], at = 1): Operation => ({
  kind: 'setFlags',
  id,
  account,
  at,
  messages: numbers.map(n => refTo(n)),
  add: flagsOf(Flag.seen),
  remove: flagsOf(0),
})
export const moveTo = (id: string, numbers: number[], to = 'Archive', kind: 'move' | 'copy' = 'move'): Operation => ({
  kind,
  id,
  account,
  at: 1,
  messages: numbers.map(n => refTo(n)),
  to: folderRef(account, to),
})
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1)

/** Every property of `wanted` is there, nested ones too; there may be more. */
function matches(actual: unknown, wanted: object): void {
  const cut = (value: unknown, like: unknown): unknown =>
    typeof like === 'object' && like !== null && !Array.isArray(like) && typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(like).map(([key, one]) => [key, cut((value as Record<string, unknown>)[key], one)]))
      : value
  assert.deepEqual(cut(actual, wanted), wanted)
}

/** Runs on any test runner: `describe` and `it` are the runner's. */
export function cacheContract(
  name: string,
  { describe, it }: { describe(name: string, body: () => void): void; it(name: string, body: () => Promise<void>): void },
  open: () => Promise<CachePort>,
): void {
  async function start(): Promise<{ cache: CachePort; inbox: number; batch: (rest: Partial<Batch>) => Batch; folder: () => Promise<Folder> }> {
    const cache = await open()
    await cache.attach({ stores: [storeOf(account)], operations: [] })
    const [inbox] = await cache.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox'), listed('Archive', 'archive')] })
    const folder = async () => (await cache.attach({ stores: [storeOf(account)], operations: [] })).folders.find(one => one.ref.path === 'INBOX')!
    return { cache, inbox: inbox!.id, batch: rest => ({ folder: inbox!.id, uidValidity: 7, asOf: 0, ...rest }), folder }
  }

  describe(`cache contract: ${name}`, () => {
    it('stores rows and cursor together, and a batch that arrives twice changes nothing', async () => {
      const { cache, batch, folder } = await start()
      const once = batch({ add: rows(upTo(600)), cursor: cursor(601) })
      assert.equal((await cache.apply(once)).slots, 600)
      assert.equal((await cache.apply(once)).slots, 600)
      matches(await folder(), { messages: 600, unread: 600, shownUnread: 600, cursor: cursor(601) })
    })

    it('refuses a batch of another UIDVALIDITY, and pages that do not fit the rows', async () => {
      const { cache, batch, folder } = await start()
      await cache.apply(batch({ add: rows([1]), cursor: cursor(2) }))
      await assert.rejects(cache.apply(batch({ uidValidity: 8, add: rows([2]) })), { kind: 'stale' })
      await assert.rejects(cache.apply(batch({ add: { ...rows([2, 3]), pages: rows([2]).pages } })), { kind: 'invalid' })
      assert.equal((await folder()).messages, 1)
    })

    it('never lets a lower MODSEQ overwrite a higher one', async () => {
      const { cache, batch, folder } = await start()
      await cache.apply(batch({ add: rows([1], { modseq: 50 }), cursor: cursor(2) }))
      await cache.apply(batch({ flags: { uids: [1], flags: { bits: [Flag.seen], keywords: [] }, modseqs: [60] } }))
      await cache.apply(batch({ flags: { uids: [1], flags: { bits: [0], keywords: [] }, modseqs: [55] } }))
      assert.equal((await folder()).unread, 0)
    })

    it('keeps every keyword, by the name it first had', async () => {
      const { cache, batch, folder } = await start()
      await cache.apply(batch({ add: rows([1, 2], { keywords: ['Work', '$Later'] }), cursor: cursor(3) }))
      await cache.apply(batch({ flags: { uids: [2], flags: { bits: [Flag.seen], keywords: [[0, ['work']]] }, modseqs: null } }))
      matches(await folder(), { messages: 2, unread: 1 })
      const change = await cache.compare({
        ...listing(2),
        flags: [
          [1, 0, ['Work', '$Later']],
          [1, Flag.seen, ['Work']],
        ],
      })
      assert.equal(change.changed, 0)
      assert.equal(
        (
          await cache.compare({
            ...listing(2),
            flags: [
              [1, 0, ['Work']],
              [1, Flag.seen, ['Work']],
            ],
          })
        ).changed,
        1,
      )

      function listing(count: number) {
        return { ...batch({}), uids: [[1, count]] as [number, number][], uidNext: count + 1, complete: true }
      }
    })

    it('knows what a set of UIDs names, and how they are numbered after the server did so anew', async () => {
      const { cache, inbox, batch } = await start()
      const shown = async () => (await cache.folders({ ...storeOf(account), folders: [] }))[0]!.shownUnread
      await cache.apply(batch({ add: rows(upTo(300)), cursor: cursor(301) }))
      const set: Operation = { ...markRead('set-00001', [1]), messages: { folder: folderRef(account, 'INBOX'), uidValidity: 7, uids: [[1, 200]] } }
      await cache.overlay({ put: [set], drop: [] })
      assert.equal(await shown(), 100)
      assert.deepEqual(await cache.numbersOf({ op: 'set-00001' }), { uidValidity: 7, uids: [[1, 200]], awaiting: 0 })
      await cache.relink({ folder: inbox, uidValidity: 8, finish: false })
      matches(await cache.numbersOf({ op: 'set-00001' }), { uidValidity: 8, uids: [], awaiting: 200 })
      await cache.apply({ ...batch({ add: rows(upTo(300), { uidOf: n => n + 1000 }) }), uidValidity: 8, cursor: cursor(1301, 8) })
      assert.deepEqual(await cache.numbersOf({ op: 'set-00001' }), { uidValidity: 8, uids: [[1001, 1200]], awaiting: 0 })
      assert.equal(await shown(), 100)
      const few: Operation = { ...set, id: 'set-00003', messages: { folder: folderRef(account, 'INBOX'), uidValidity: 8, uids: [[1201, 1202]] } }
      await cache.overlay({ put: [few], drop: [] })
      await cache.apply({ ...batch({ gone: [[1201, 1202]] }), uidValidity: 8 })
      assert.equal(await cache.numbersOf({ op: 'set-00003' }), null) // none of them is left
      const stale: Operation = { ...set, id: 'set-00002' } // its UIDs mean nothing any more
      await cache.overlay({ put: [stale], drop: ['set-00001', 'set-00003'] })
      assert.equal(await shown(), 298)
      assert.equal(await cache.numbersOf({ op: 'set-00002' }), null)
    })

    it('without MODSEQ, ignores flags fetched before the last operation', async () => {
      const { cache, batch, folder } = await start()
      await cache.apply(batch({ add: rows([1]), cursor: cursor(2) }))
      await cache.apply(batch({ asOf: 3, flags: { uids: [1], flags: { bits: [Flag.seen], keywords: [] }, modseqs: null } }))
      await cache.apply(batch({ asOf: 2, flags: { uids: [1], flags: { bits: [0], keywords: [] }, modseqs: null } }))
      assert.equal((await folder()).unread, 0)
      await cache.apply(batch({ asOf: 3, flags: { uids: [1], flags: { bits: [0], keywords: [] }, modseqs: null } }))
      assert.equal((await folder()).unread, 1)
    })

    it('removes rows only with evidence', async () => {
      const { cache, batch, folder, inbox } = await start()
      await cache.apply(batch({ add: rows(upTo(10)), cursor: cursor(11) }))
      const listing = { folder: inbox, uidValidity: 7, asOf: 0, uids: [[1, 4]] as [number, number][], uidNext: 11, flags: null }
      assert.deepEqual(await cache.compare({ ...listing, complete: false }), { missing: [], gone: 0, changed: 0 })
      assert.equal((await folder()).messages, 10)
      assert.deepEqual(await cache.compare({ ...listing, complete: true }), { missing: [], gone: 6, changed: 0 })
      await cache.apply(batch({ gone: [[2, 3]] }))
      matches(await folder(), { messages: 2, unread: 2 })
    })

    it('compares a listing: flags are taken, missing UIDs are named', async () => {
      const { cache, batch, folder, inbox } = await start()
      await cache.apply(batch({ add: rows([1, 2, 5]), cursor: cursor(6) }))
      const difference = await cache.compare({
        folder: inbox,
        uidValidity: 7,
        asOf: 0,
        uids: [[1, 5]],
        uidNext: 6,
        flags: [
          [2, Flag.seen, []],
          [3, 0, []],
        ],
        complete: true,
      })
      assert.deepEqual(difference, { missing: [[3, 4]], gone: 0, changed: 2 })
      assert.equal((await folder()).unread, 1)
    })

    it('keeps identity through a change of UIDVALIDITY', async () => {
      const { cache, batch, folder, inbox } = await start()
      await cache.apply(batch({ add: rows([1, 2, 3]), cursor: cursor(4) }))
      const before = (await cache.resolve({ refs: [refTo(1), refTo(2), refTo(3)] })).map(location => location?.message)
      matches(await cache.relink({ folder: inbox, uidValidity: 8, finish: false }), { awaiting: 3 })
      matches(await cache.relink({ folder: inbox, uidValidity: 8, finish: false }), { awaiting: 3 })
      const again = await cache.apply(batch({ uidValidity: 8, add: rows([2, 3, 4], { uidOf: n => n + 100 }), cursor: cursor(105, 8) }))
      matches(again, { awaiting: 1, slots: 4 })
      await cache.relink({ folder: inbox, uidValidity: 8, finish: true })
      matches(await folder(), { messages: 3, awaiting: 0 })
      const after = await cache.resolve({ refs: [refTo(1), refTo(2), refTo(3)] })
      assert.deepEqual(
        after.map(location => location?.message),
        [undefined, before[1], before[2]],
      )
      matches(after[1], { uid: 102, uidValidity: 8 })
    })

    it('projects waiting changes onto the unread count until they are finished', async () => {
      const { cache, batch } = await start()
      await cache.apply(batch({ add: rows(upTo(5)), cursor: cursor(6) }))
      const shown = async () => (await cache.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox'), listed('Archive', 'archive')] }))[0]!
      await cache.overlay({ put: [markRead('change-0001', [1, 2])], drop: [] })
      matches(await shown(), { unread: 5, shownUnread: 3 })
      await cache.apply(batch({ asOf: 1, flags: { uids: [1, 2], flags: { bits: [1, 1], keywords: [] }, modseqs: null }, finished: ['change-0001'] }))
      matches(await shown(), { unread: 3, shownUnread: 3 })
      await cache.overlay({ put: [markRead('change-0002', [3])], drop: [] })
      await cache.overlay({ put: [], drop: ['change-0002'] })
      matches(await shown(), { unread: 3, shownUnread: 3 })
    })

    it('takes the overlay from the handshake and drops folders of accounts that are gone', async () => {
      const { cache, batch } = await start()
      await cache.apply(batch({ add: rows(upTo(5)), cursor: cursor(6) }))
      const { folders } = await cache.attach({ stores: [storeOf(account)], operations: [markRead('change-0003', [1, 2, 3])] })
      matches(
        folders.find(one => one.ref.path === 'INBOX'),
        { shownUnread: 2 },
      )
      assert.deepEqual((await cache.attach({ stores: [storeOf('other1')], operations: [] })).folders, [])
    })

    it('removes a folder only when the list can be trusted', async () => {
      const { cache } = await start()
      assert.equal((await cache.folders({ ...storeOf(account), folders: [] })).length, 2)
      assert.equal((await cache.folders({ ...storeOf(account), folders: [listed('Archive', 'archive')] })).length, 2)
      assert.equal((await cache.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox')] })).length, 1)
    })

    it('knows which rows lack a preview, newest UIDs first', async () => {
      const { cache, batch, inbox } = await start()
      await cache.apply(batch({ add: rows(upTo(300)), cursor: cursor(301) }))
      assert.deepEqual(await cache.withoutPreview({ folder: inbox, limit: 10 }), [[291, 300]])
      await cache.putPreviews({
        folder: inbox,
        uidValidity: 7,
        uids: [300, 299],
        previews: [
          { snippet: 'a', attachments: [] },
          { snippet: 'b', attachments: [] },
        ],
      })
      assert.deepEqual(await cache.withoutPreview({ folder: inbox, limit: 10 }), [[289, 298]])
    })

    it('tells what the newest of some UIDs brought, newest first', async () => {
      const { cache, batch, inbox } = await start()
      const newest = async (from: number, to: number, { uidValidity = 7, limit = 1000 } = {}) =>
        (await cache.newest({ folder: inbox, uidValidity, uids: [from, to], limit })).map(({ uid, bits, header }) => [uid, bits, header.subject])
      assert.deepEqual(await newest(1, 10), [], 'not known yet')
      await cache.apply(batch({ add: rows(upTo(300).reverse()), cursor: cursor(301) }))
      await cache.apply(batch({ add: rows([301, 303], { flags: Flag.seen }), cursor: cursor(304) }))
      await cache.apply(batch({ add: rows([302]), gone: [[300, 300]] }))
      assert.deepEqual(await newest(299, 303), [
        [303, Flag.seen, 'subject 303'],
        [302, 0, 'subject 302'],
        [301, Flag.seen, 'subject 301'],
        [299, 0, 'subject 299'],
      ])
      assert.deepEqual(await newest(302, 0xffffffff), [
        [303, Flag.seen, 'subject 303'],
        [302, 0, 'subject 302'],
      ])
      assert.deepEqual(await newest(1, 2), [
        [2, 0, 'subject 2'],
        [1, 0, 'subject 1'],
      ])
      assert.deepEqual(await newest(1, 303, { limit: 1 }), [[303, Flag.seen, 'subject 303']])
      assert.deepEqual(await newest(1, 0xffffffff, { limit: 1 }), [[303, Flag.seen, 'subject 303']])
      assert.deepEqual(await newest(1, 303, { uidValidity: 8 }), [])
      const [one] = await cache.newest({ folder: inbox, uidValidity: 7, uids: [303, 303], limit: 1 })
      assert.deepEqual(one, {
        uid: 303,
        hash: hashText(messageId(303)),
        bits: Flag.seen,
        header: { from: [['A', 'a@example.test']], subject: 'subject 303' },
      })
      await cache.relink({ folder: inbox, uidValidity: 8, finish: false })
      assert.deepEqual(await newest(1, 0xffffffff, { uidValidity: 8 }), [], 'rows that wait to be adopted have no UID')
    })

    it('knows which of the newest rows have no body', async () => {
      const { cache, batch, inbox } = await start()
      await cache.apply(batch({ add: rows(upTo(30)), cursor: cursor(31) }))
      const [newest] = await cache.withoutBody({ folder: inbox, among: 10, limit: 3 })
      assert.equal(newest?.uid, 30)
      await cache.putBody({ message: newest!.message, body: { sections: [], attachments: [], inline: [], truncated: false, headers: [] }, size: 0 })
      assert.deepEqual(
        (await cache.withoutBody({ folder: inbox, among: 10, limit: 100 })).map(({ uid }) => uid),
        [29, 28, 27, 26, 25, 24, 23, 22, 21],
      )
    })

    async function bothFolders(cache: CachePort): Promise<[inbox: Folder, archive: Folder]> {
      const folders = await cache.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox'), listed('Archive', 'archive')] })
      return [folders.find(one => one.ref.path === 'INBOX')!, folders.find(one => one.ref.path === 'Archive')!]
    }
    const step = { op: 'move-0001', finished: 'move-0001', uidValidity: 7, moves: true, toUidValidity: 7, asOf: 1 }

    it('shows a move at once in both folders, and keeps the local id when the server tells the new UID', async () => {
      const { cache, batch, inbox } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([1, 2, 3]), cursor: cursor(4) }))
      await cache.apply({ ...batch({ add: rows([50]), cursor: cursor(51) }), folder: archive.id })
      const [before] = await cache.resolve({ refs: [refTo(2)] })
      await cache.overlay({ put: [moveTo('move-0001', [1, 2])], drop: [] })
      matches(await bothFolders(cache), { 0: { messages: 3, shownUnread: 1 }, 1: { messages: 3, shownUnread: 3, awaiting: 2 } })
      await cache.transfer({ ...step, from: inbox, uids: [1, 2], to: archive.id, toUids: [60, 61] })
      matches(await bothFolders(cache), { 0: { messages: 1, unread: 1, shownUnread: 1 }, 1: { messages: 3, shownUnread: 3, awaiting: 0 } })
      matches((await cache.resolve({ refs: [refTo(2, 'Archive')] }))[0]!, { message: before!.message, folder: archive.id, uid: 61 })
      assert.deepEqual(await cache.resolve({ refs: [refTo(2)] }), [null], 'never in a folder the reference does not name')
      // the target's own sync brings the same rows: nothing is doubled
      await cache.apply({ ...batch({ add: rows([1, 2], { uidOf: n => n + 59 }), cursor: cursor(62) }), folder: archive.id })
      matches(await bothFolders(cache), { 1: { messages: 3 } })
    })

    it('gives each message that is moved its own UID where the source was numbered anew while the move waited', async () => {
      const { cache, batch, inbox } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([3, 4, 5]), cursor: cursor(6) }))
      await cache.apply({ ...batch({ cursor: cursor(1) }), folder: archive.id })
      await cache.overlay({ put: [moveTo('move-0001', [3, 4, 5])], drop: [] })
      await cache.relink({ folder: inbox, uidValidity: 8, finish: false })
      await cache.apply(batch({ uidValidity: 8, add: rows([3, 4, 5], { uidOf: n => n - 2 }), cursor: cursor(4, 8) }))
      await cache.relink({ folder: inbox, uidValidity: 8, finish: true })
      await cache.transfer({ ...step, from: inbox, uidValidity: 8, uids: [1, 2, 3], to: archive.id, toUids: [50, 51, 52] })
      const there = await cache.resolve({ refs: [3, 4, 5].map(n => refTo(n, 'Archive')) })
      assert.deepEqual(
        there.map(location => location?.uid),
        [50, 51, 52],
      )
    })

    it('shows a move that comes in pieces as it was until the last of them', async () => {
      const { cache, batch, inbox } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([1, 2, 3, 4]), cursor: cursor(5) }))
      await cache.apply({ ...batch({ cursor: cursor(1) }), folder: archive.id })
      await cache.overlay({ put: [moveTo('move-0001', [1, 2, 3])], drop: [] })
      const shown = [{ shownUnread: 1 }, { shownUnread: 3, messages: 3 }]
      matches(await bothFolders(cache), { ...shown })
      const piece = { ...step, finished: null, from: inbox, to: archive.id }
      for (const uids of [[1], [1], [2]]) {
        await cache.transfer({ ...piece, uids, toUids: uids.map(uid => uid + 60) }) // one of them twice
        matches(await bothFolders(cache), { ...shown })
      }
      matches(await bothFolders(cache), { 0: { messages: 2, unread: 2 }, 1: { awaiting: 1 } })
      matches((await cache.resolve({ refs: [refTo(2)], elsewhere: true }))[0]!, { folder: archive.id, uid: 62 })
      await cache.apply({ ...batch({ add: rows([1, 2], { uidOf: n => n + 60 }), cursor: cursor(63) }), folder: archive.id })
      matches(await bothFolders(cache), { ...shown })
      await cache.apply({ ...batch({ add: rows([3], { uidOf: n => n + 60 }), cursor: cursor(64) }), folder: archive.id }) // before its piece
      matches(await bothFolders(cache), { ...shown })
      await cache.transfer({ ...step, from: inbox, to: archive.id, uids: [3], toUids: [63] })
      matches(await bothFolders(cache), { 0: { messages: 1, unread: 1, shownUnread: 1 }, 1: { messages: 3, unread: 3, shownUnread: 3, awaiting: 0 } })
      await cache.overlay({ put: [{ ...moveTo('move-0002', [], 'INBOX'), messages: [1, 2, 3].map(n => refTo(n, 'Archive')) }], drop: [] })
      matches(await bothFolders(cache), { 0: { shownUnread: 4 }, 1: { shownUnread: 0 } })
    })

    it('shows flags that come in pieces as they were until the last of them', async () => {
      const { cache, batch } = await start()
      const shown = async () => (await bothFolders(cache))[0]
      await cache.apply(batch({ add: rows([1, 2, 3]), cursor: cursor(4) }))
      await cache.overlay({ put: [markRead('change-0001', [1, 2])], drop: [] })
      const read = (uid: number) => ({ uids: [uid], flags: { bits: [1], keywords: [] }, modseqs: null })
      await cache.apply(batch({ asOf: 1, flags: read(1), more: true }))
      matches(await shown(), { unread: 2, shownUnread: 1 })
      await cache.apply(batch({ asOf: 1, flags: read(2), finished: ['change-0001'] }))
      matches(await shown(), { unread: 1, shownUnread: 1 })
    })

    it('finds a message that is not where its locator says, in any folder of its account, where that is asked for', async () => {
      const { cache, batch, inbox } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([1, 2, 3]), cursor: cursor(4) }))
      await cache.apply({ ...batch({ add: rows([50]), cursor: cursor(51) }), folder: archive.id })
      const [before] = await cache.resolve({ refs: [refTo(2)] })
      const elsewhere = async (n: number) => (await cache.resolve({ refs: [refTo(n)], elsewhere: true }))[0]!
      assert.equal(await elsewhere(2), null, 'it is where its locator says, and nowhere else')
      await cache.overlay({ put: [moveTo('move-0001', [2]), moveTo('copy-0001', [3], 'Archive', 'copy')], drop: [] })
      assert.deepEqual([await elsewhere(2), await elsewhere(3)], [null, null], 'what waits is nowhere yet')
      await cache.transfer({ ...step, from: inbox, uids: [2], to: archive.id, toUids: [60] })
      matches(await elsewhere(2), { message: before!.message, folder: archive.id, ref: folderRef(account, 'Archive'), uid: 60 })
      assert.deepEqual(await cache.resolve({ refs: [refTo(2)] }), [null])
      assert.deepEqual(await cache.resolve({ refs: [{ ...refTo(2), account: 'acct2' }], elsewhere: true }), [null])
      assert.deepEqual(await cache.resolve({ refs: [{ ...refTo(2), size: 1 }], elsewhere: true }), [null])
      // under another UID in the folder it names, and before the copy that came later
      await cache.apply(batch({ add: rows([2], { uidOf: () => 9 }), cursor: cursor(10) }))
      matches(await elsewhere(2), { folder: archive.id, uid: 60 })
      await cache.apply({ ...batch({ gone: [[60, 60]] }), folder: archive.id })
      matches(await elsewhere(2), { folder: inbox, uid: 9 })
    })

    it('tells that a message was moved whose UID is not known yet', async () => {
      const { cache, batch, inbox } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([1, 2]), cursor: cursor(3) }))
      await cache.apply({ ...batch({ cursor: cursor(1) }), folder: archive.id })
      await cache.overlay({ put: [moveTo('move-0001', [2])], drop: [] })
      await cache.transfer({ ...step, from: inbox, uids: [2], to: archive.id, toUids: null })
      matches((await cache.resolve({ refs: [refTo(2)], elsewhere: true }))[0]!, { folder: archive.id, uid: 0 })
    })

    it('lets the target adopt moved rows where the server does not tell their UIDs, and drops what it does not have', async () => {
      const { cache, batch, inbox } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([1, 2, 3]), cursor: cursor(4) }))
      await cache.apply({ ...batch({ cursor: cursor(1) }), folder: archive.id })
      await cache.overlay({ put: [moveTo('move-0001', [1, 2])], drop: [] })
      await cache.transfer({ ...step, from: inbox, uids: [1, 2], to: archive.id, toUids: null })
      await cache.apply({ ...batch({ add: rows([1], { uidOf: () => 9 }), cursor: cursor(10) }), folder: archive.id })
      matches(await bothFolders(cache), { 1: { messages: 2, awaiting: 1 } })
      await cache.relink({ folder: archive.id, uidValidity: 7, finish: true })
      matches(await bothFolders(cache), { 1: { messages: 1, awaiting: 0 } })
    })

    it('takes a refused move back, and never drops a row whose move still waits', async () => {
      const { cache, batch } = await start()
      const [, archive] = await bothFolders(cache)
      await cache.apply(batch({ add: rows([1, 2]), cursor: cursor(3) }))
      await cache.apply({ ...batch({ cursor: cursor(1) }), folder: archive.id })
      await cache.overlay({ put: [moveTo('move-0001', [1]), moveTo('copy-0001', [2], 'Archive', 'copy')], drop: [] })
      await cache.relink({ folder: archive.id, uidValidity: 7, finish: true })
      matches(await bothFolders(cache), { 0: { shownUnread: 1 }, 1: { messages: 2, awaiting: 2 } })
      await cache.overlay({ put: [], drop: ['move-0001', 'copy-0001'] })
      matches(await bothFolders(cache), { 0: { messages: 2, shownUnread: 2 }, 1: { messages: 0, shownUnread: 0, awaiting: 0 } })
    })
  })
}
