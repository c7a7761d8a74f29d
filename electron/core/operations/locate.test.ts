/** What becomes of operations whose messages, or whose folders, are no longer where they were: on a server and a cache in memory. */
import { keyOf } from '../../../shared/model/folder.ts'
import { folderRef, storeOf } from '../../../shared/test-support/folders.ts'
import { expect, it } from 'vitest'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import { type Folder } from '../../../shared/model/folder.ts'
import { hashText } from '../../../shared/model/hash.ts'
import type { MessageRef, MessageSet, UidSet } from '../../../shared/model/message.ts'
import type { OpState, Operation } from '../../../shared/operations.ts'
import { createMemoryCache } from '../cache/memory-cache.ts'
import { FakeFolder, FakeServer } from '../store/test-support/fake-server.ts'
import { Outbox } from '../outgoing/outbox.ts'
import { inlineMime } from '../mime/mime.ts'
import { syncFolder } from '../sync/folder-sync.ts'
import type { Journal } from '../storage/journal.ts'
import type { Entry } from './entries.ts'
import { eachFolder, renumber, type Whereabouts } from './locate.ts'
import { OpQueue } from './queue.ts'
import { applyOutcome } from './outcome.ts'

const account = 'acct1'
const ref = (path: string, uid: number): MessageRef => ({
  account,
  locators: [{ kind: 'uid', folder: folderRef(account, path), uidValidity: 1, uid }],
  messageIdHash: hashText(`<${uid}.1@example.test>`),
  size: 1000 + uid,
  date: 1_700_000_000 + uid,
})
const flag = (id: string, messages: MessageSet, add: number = Flag.seen, remove = 0): Operation => ({
  kind: 'setFlags',
  id,
  account,
  at: 1,
  messages,
  add: flagsOf(add),
  remove: flagsOf(remove),
})
const take = (kind: 'move' | 'copy', id: string, messages: MessageSet, to = 'Archive'): Operation => ({
  ...{ kind, id, account, at: 1, messages },
  to: folderRef(account, to),
})
const expunge = (id: string, messages: MessageSet): Operation => ({ kind: 'expunge', id, account, at: 1, messages })

/** A program that knows the server as it is after `prepare`. `records`: its journal, from an earlier life. */
async function begin({ records = [] as Entry[], without = {}, prepare = (_: FakeServer): void => undefined } = {}) {
  const server = new FakeServer({ method: 'qresync', ...without })
  prepare(server)
  const cache = createMemoryCache()
  const session = server.session()
  const states: OpState[] = []
  const folders: Folder[] = []
  let performed = 0
  async function sync(): Promise<void> {
    const listed = await cache.folders({ ...storeOf(account), folders: (await session.list()).folders })
    folders.splice(0, folders.length, ...listed)
    const shared = { session, cache, mime: inlineMime, asOf: () => performed, now: () => 5, shouldYield: () => false }
    for (const folder of folders) await syncFolder({ ...shared, folder })
  }
  const journal: Journal<Entry> = {
    records,
    damaged: 0,
    isLong: false,
    append: async () => undefined,
    compact: async () => undefined,
    close: async () => undefined,
  }
  const whereabouts: Whereabouts = {
    session,
    resolve: (refs, elsewhere) => cache.resolve({ refs, elsewhere }),
    numbersOf: op => cache.numbersOf({ op }),
    isKnown: ref => folders.every(one => keyOf(one.ref) !== keyOf(ref) || one.cursor !== null),
  }
  const queue = new OpQueue({
    journal,
    perform: (_, work) =>
      work({
        session,
        refOf: path => folderRef(account, path),
        eachFolder: (...args) => eachFolder(whereabouts, ...args),
        renumber: (op, messages) => renumber(whereabouts, op, messages),
        performedOn: () => performed++,
      }),
    applyOutcome: (op, outcome) =>
      applyOutcome(
        { port: cache, folder: ref => folders.find(one => keyOf(one.ref) === keyOf(ref)), asOf: () => performed, markDirty: () => undefined },
        op,
        outcome,
      ),
    announce: op => void cache.overlay({ put: [op], drop: [] }),
    onState: state => states.push(state),
    log: () => undefined,
  })
  await cache.attach({ stores: [storeOf(account)], operations: [] })
  await sync()
  const ended = async (id: string): Promise<OpState> => {
    const end = (): OpState | undefined => states.find(one => one.id === id && (one.state === 'done' || one.state === 'refused'))
    await expect.poll(end).toBeDefined()
    return end()!
  }
  /** Makes an operation and waits for its end. */
  async function operation(op: Operation): Promise<OpState> {
    await queue.enqueue(op)
    return ended(op.id)
  }
  return { server, session, cache, queue, sync, operation, ended }
}

const withProjects = { prepare: (server: FakeServer): void => server.create('Projects').deliver(3) }

it.each([
  ['deleted', null],
  ['renamed', 'Plans'],
])('refuses an operation on a folder that was %s elsewhere', async (_, to) => {
  const { server, operation, sync } = await begin(withProjects)
  server.rename('Projects', to)
  const refused = (what: string) => ({
    state: 'refused',
    error: { kind: 'gone', code: `operation.folderGone.${what}`, params: { folder: 'Projects' } },
  })
  expect(await operation(flag('operation-0001', [ref('Projects', 1)]))).toMatchObject(refused('changed'))
  expect(await operation(take('move', 'operation-0002', [ref('Projects', 1)]))).toMatchObject(refused('moved'))
  await sync() // the cache drops the folder too
  expect(await operation(take('copy', 'operation-0003', [ref('Projects', 1)]))).toMatchObject(refused('copied'))
  expect(await operation(expunge('operation-0004', [ref('Projects', 1)]))).toMatchObject({ state: 'done' })
  expect(server.changes).toBe(0)
})

it('does what can be done of an operation on several folders, of which one is gone', async () => {
  const { server, operation } = await begin({ prepare: on => (on.inbox.deliver(5), on.create('Projects').deliver(3)) })
  server.rename('Projects', null)
  expect(await operation(flag('operation-0001', [ref('Projects', 1), ref('INBOX', 5)]))).toMatchObject({ state: 'done' })
  expect(server.inbox.flags).toContainEqual([5, Flag.seen])
})

it('counts an operation on messages that another client expunged as done', async () => {
  const { server, operation } = await begin({ prepare: on => on.inbox.deliver(3) })
  server.inbox.expunge([2])
  expect(await operation(flag('operation-0001', [ref('INBOX', 2)]))).toMatchObject({ state: 'done' })
  expect(await operation(take('move', 'operation-0002', [ref('INBOX', 2)]))).toMatchObject({ state: 'done' })
})

it.each([
  ['move', {}],
  ['move', { move: false }],
  ['copy', {}],
] as const)('knows that a %s was performed in an earlier life, though its folder is gone since (%o)', async (kind, without) => {
  const op = take(kind, 'operation-0001', [ref('Projects', 1)])
  const records: Entry[] = [
    { t: 'queued', op },
    { t: 'performing', id: op.id, evidence: { uidValidity: 1, uidNext: 1 } },
  ]
  const life = await begin({
    records,
    without,
    prepare: server => {
      const projects = server.create('Projects')
      projects.deliver(1)
      server.archive.add(projects.messages[0]!)
      server.rename('Projects', null)
    },
  })
  life.queue.kick(account)
  expect(await life.ended(op.id)).toMatchObject({ state: 'done' })
  expect(life.server.archive.messages).toHaveLength(1)
})

it('knows that a move was not performed in an earlier life, and that its folder is gone', async () => {
  const op = take('move', 'operation-0001', [ref('Projects', 1)])
  const records: Entry[] = [
    { t: 'queued', op },
    { t: 'performing', id: op.id, evidence: { uidValidity: 1, uidNext: 1 } },
  ]
  const { queue, ended } = await begin({ records })
  queue.kick(account)
  expect(await ended(op.id)).toMatchObject({ state: 'refused' })
})

it('marks a message that was moved since, wherever it is', async () => {
  const { server, operation } = await begin({ prepare: on => (on.inbox.deliver(6), on.archive.deliver(2)) })
  await operation(take('move', 'operation-0001', [ref('INBOX', 3), ref('INBOX', 4)]))
  expect(await operation(flag('operation-0002', [ref('INBOX', 3), ref('INBOX', 5)], Flag.answered))).toMatchObject({ state: 'done' })
  expect(server.archive.flags).toEqual([
    [1, 0],
    [2, 0],
    [3, Flag.answered],
    [4, 0],
  ])
  expect(server.inbox.flags).toContainEqual([5, Flag.answered])
})

it('marks the message that was answered, then archived while the message was held back', async () => {
  const { server, queue, operation } = await begin({ prepare: on => on.inbox.deliver(3) })
  const outbox = await Outbox.open({
    journal: { records: [], damaged: 0, isLong: false, append: async () => undefined, compact: async () => undefined, close: async () => undefined },
    files: { readMessage: async () => Buffer.from('Message-ID: <reply@example.test>\r\n\r\n'), remove: async () => undefined },
    submit: async (_, begin) => {
      await begin()
      return { kind: 'accepted', refused: [] }
    },
    perform: (_, work) => work(server.session(), path => folderRef(account, path)),
    enqueue: op => queue.enqueue(op),
    filesItself: () => false,
    onFiled: () => undefined,
    onState: () => undefined,
    log: () => undefined,
    now: Date.now,
  })
  const message = { id: 'message-0001', account, messageId: '<reply@example.test>', from: 'alice@example.test', to: ['bob@example.test'], bcc: [] }
  const answers = { kind: 'reply' as const, ref: ref('INBOX', 2), inReplyTo: null, references: [] }
  await outbox.add({ ...message, size: 10, answers, subject: 'Re: Tides', names: ['Bob'], attachments: 0, at: Date.now(), sendAt: Date.now() + 300 })
  await operation(take('move', 'operation-0001', [ref('INBOX', 2)]))
  expect(server.archive.flags).toEqual([[1, 0]])
  await expect.poll(() => server.archive.flags).toEqual([[1, Flag.answered]])
  await outbox.stop()
})

it('marks a message again that was moved there and back', async () => {
  const { server, cache, operation } = await begin({ prepare: on => on.inbox.deliver(3) })
  await operation(flag('operation-0001', [ref('INBOX', 2)]))
  await operation(take('move', 'operation-0002', [ref('INBOX', 2)]))
  const there = { ...ref('Archive', 1), messageIdHash: ref('INBOX', 2).messageIdHash, size: 1002 }
  await operation(take('move', 'operation-0003', [there], 'INBOX'))
  await operation(flag('operation-0004', [ref('INBOX', 2)], 0, Flag.seen)) // the first is taken back
  expect(server.inbox.flags).toEqual([
    [1, 0],
    [3, 0],
    [4, 0],
  ])
  expect(cache.rowsOf('INBOX').every(({ flags }) => flags === 0)).toBe(true)
})

it('marks a message in a folder that was renamed, once the new name is known', async () => {
  let projects = new FakeFolder()
  const { server, operation, sync } = await begin({ prepare: on => (projects = on.create('Projects')).deliver(3) })
  server.rename('Projects', 'Plans')
  await sync()
  expect(await operation(flag('operation-0001', [ref('Projects', 2)]))).toMatchObject({ state: 'done' })
  expect(projects.flags).toContainEqual([2, Flag.seen])
})

it('waits where the server has not told the new UID yet', async () => {
  const { server, queue, sync, operation, ended } = await begin({ without: { uidplus: false }, prepare: on => on.inbox.deliver(3) })
  await operation(take('move', 'operation-0001', [ref('INBOX', 3)]))
  await queue.enqueue(flag('operation-0002', [ref('INBOX', 3)]))
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(queue.operations).toHaveLength(1)
  await sync()
  queue.kick(account)
  expect(await ended('operation-0002')).toMatchObject({ state: 'done' })
  expect(server.archive.flags).toEqual([[1, Flag.seen]])
})

it('never waits for an operation that comes later, nor moves what is in a folder nobody named', async () => {
  const { server, queue, operation, ended } = await begin({ prepare: on => on.inbox.deliver(3) })
  server.inbox.expunge([3]) // elsewhere; the cache does not know
  await Promise.all([queue.enqueue(flag('operation-0001', [ref('INBOX', 3)])), queue.enqueue(take('copy', 'operation-0002', [ref('INBOX', 3)]))])
  expect([await ended('operation-0001'), await ended('operation-0002')]).toMatchObject([{ state: 'done' }, { state: 'done' }])
  await operation(take('move', 'operation-0003', [ref('INBOX', 2)]))
  await operation(take('move', 'operation-0004', [ref('INBOX', 2)], 'INBOX'))
  expect(server.archive.messages).toHaveLength(1)
})

it('asks the server nothing more where all is as it was', async () => {
  const { session, operation } = await begin({ prepare: on => on.inbox.deliver(3) })
  const asked: string[] = []
  for (const name of ['select', 'storeFlags', 'fetchFlags'] as const) {
    const real = session[name] as (...args: unknown[]) => Promise<never>
    session[name] = (...args: unknown[]) => (asked.push(name), real(...args))
  }
  await operation(flag('operation-0001', [ref('INBOX', 2)]))
  expect(asked).toEqual(['select', 'storeFlags', 'fetchFlags'])
})

const set = (path: string, uids: [number, number][]): UidSet => ({ folder: folderRef(account, path), uidValidity: 1, uids })

it('performs an operation on a set of UIDs, whatever of it is still there', async () => {
  const { server, operation } = await begin({ prepare: on => on.inbox.deliver(500) })
  server.inbox.expunge([7])
  expect(await operation(flag('operation-0001', set('INBOX', [[1, 400]])))).toMatchObject({ state: 'done', count: 400 })
  expect(server.inbox.flags.filter(([, bits]) => bits === Flag.seen)).toHaveLength(399)
  expect(await operation(take('move', 'operation-0002', set('INBOX', [[390, 410]])))).toMatchObject({ state: 'done' })
  expect(server.archive.messages).toHaveLength(21)
  expect(await operation(expunge('operation-0003', set('INBOX', [[1, 100]])))).toMatchObject({ state: 'done' })
  expect(server.inbox.messages).toHaveLength(500 - 1 - 21 - 99)
})

it('numbers a set anew that waited while the server renumbered its folder', async () => {
  const { server, queue, sync, ended } = await begin({ prepare: on => on.inbox.deliver(20) })
  server.inbox.renumber()
  await queue.enqueue(flag('operation-0001', set('INBOX', [[5, 8]])))
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(queue.operations).toHaveLength(1) // the cache has not matched the messages yet
  await sync()
  queue.kick(account)
  expect(await ended('operation-0001')).toMatchObject({ state: 'done' })
  const read = server.inbox.messages.filter(({ flags }) => flags.bits === Flag.seen).map(({ header }) => /Subject: (.*)/.exec(header)![1])
  expect(read).toEqual(['message 5', 'message 6', 'message 7', 'message 8'])
})

it('refuses a set that was renumbered where nobody knows any more which messages it named', async () => {
  const { server, operation } = await begin({ prepare: on => (on.inbox.deliver(20), (on.inbox.uidValidity = 2)) })
  expect(await operation(flag('operation-0001', set('INBOX', [[5, 8]])))).toMatchObject({ state: 'refused', error: { kind: 'gone' } })
  expect(server.changes).toBe(0)
})

it('copies what a set names once, though the program died in the middle, on a server without MOVE', async () => {
  const op = take('move', 'operation-0001', set('INBOX', [[1, 6]]))
  const records: Entry[] = [
    { t: 'queued', op },
    { t: 'performing', id: op.id, evidence: { uidValidity: 1, uidNext: 1 } },
  ]
  const life = await begin({
    records,
    without: { move: false },
    prepare: server => {
      server.inbox.deliver(6)
      for (const message of server.inbox.messages.slice(0, 4)) server.archive.add(message) // copied in an earlier life
    },
  })
  life.queue.kick(account)
  expect(await life.ended(op.id)).toMatchObject({ state: 'done' })
  expect(life.server.archive.subjects).toEqual([1, 2, 3, 4, 5, 6].map(n => `message ${n}`))
  expect(life.server.inbox.messages).toHaveLength(0)
})
