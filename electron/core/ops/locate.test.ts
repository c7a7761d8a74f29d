/** What becomes of wishes whose messages, or whose folders, are no longer where they were: on a server and a cache in memory. */
import { expect, it } from 'vitest'
import { Flag, hashText, type Folder, type MessageRef } from '../../../shared/model.ts'
import type { OpState, Operation } from '../../../shared/ops.ts'
import { createMemoryCache } from '../cache/memory-cache.ts'
import { FakeServer } from '../imap/test-support/fake-server.ts'
import { inlineMime } from '../mime/mime.ts'
import { syncFolder } from '../sync/folder-sync.ts'
import type { Journal } from '../vault/journal.ts'
import type { Entry } from './entries.ts'
import { eachFolder } from './locate.ts'
import { OpQueue } from './queue.ts'
import { settle } from './settle.ts'

const account = 'acct1'
const ref = (path: string, uid: number): MessageRef => ({
  account,
  locators: [{ kind: 'imap', folder: path, uidValidity: 1, uid }],
  messageIdHash: hashText(`<${uid}.1@example.test>`),
  size: 1000 + uid,
  date: 1_700_000_000 + uid,
})
const flag = (id: string, messages: MessageRef[], add: number = Flag.seen, remove = 0): Operation => ({
  kind: 'setFlags',
  id,
  account,
  at: 1,
  messages,
  add,
  remove,
})
const take = (kind: 'move' | 'copy', id: string, messages: MessageRef[], to = 'Archive'): Operation => ({ kind, id, account, at: 1, messages, to })
const erase = (id: string, messages: MessageRef[]): Operation => ({ kind: 'erase', id, account, at: 1, messages })

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
    const listed = await cache.folders({ account, folders: (await session.list()).folders })
    folders.splice(0, folders.length, ...listed)
    const shared = { session, cache, mime: inlineMime, asOf: () => performed, now: () => 5, shouldYield: () => false }
    for (const folder of folders) await syncFolder({ ...shared, folder })
  }
  const journal: Journal<Entry> = {
    records,
    damaged: 0,
    append: async () => undefined,
    compact: async () => undefined,
    close: async () => undefined,
  }
  const queue = new OpQueue({
    journal,
    perform: (_, work) =>
      work({
        session,
        eachFolder: (refs, run) =>
          eachFolder(
            {
              session,
              resolve: all => cache.resolve({ refs: all }),
              isKnown: path => folders.every(one => one.path !== path || one.cursor !== null),
            },
            refs,
            run,
          ),
        performedOn: () => performed++,
      }),
    settle: (op, outcome) =>
      settle({ port: cache, folder: path => folders.find(one => one.path === path), asOf: () => performed, markDirty: () => undefined }, op, outcome),
    announce: op => void cache.overlay({ put: [op], drop: [] }),
    onState: state => states.push(state),
    log: () => undefined,
  })
  await cache.attach({ accounts: [account], wishes: [] })
  await sync()
  const ended = async (id: string): Promise<OpState> => {
    const end = (): OpState | undefined => states.find(one => one.id === id && (one.state === 'done' || one.state === 'refused'))
    await expect.poll(end).toBeDefined()
    return end()!
  }
  /** Makes a wish and waits for its end. */
  async function wish(op: Operation): Promise<OpState> {
    await queue.enqueue(op)
    return ended(op.id)
  }
  return { server, session, cache, queue, sync, wish, ended }
}

const withProjects = { prepare: (server: FakeServer): void => server.create('Projects').deliver(3) }

it.each([
  ['deleted', null],
  ['renamed', 'Plans'],
])('refuses a wish on a folder that was %s elsewhere', async (_, to) => {
  const { server, wish, sync } = await begin(withProjects)
  server.rename('Projects', to)
  const refused = (what: string) => ({
    state: 'refused',
    error: { kind: 'gone', message: `The folder Projects is no longer there; nothing was ${what}.` },
  })
  expect(await wish(flag('wish-0001', [ref('Projects', 1)]))).toMatchObject(refused('changed'))
  expect(await wish(take('move', 'wish-0002', [ref('Projects', 1)]))).toMatchObject(refused('moved'))
  await sync() // the cache drops the folder too
  expect(await wish(take('copy', 'wish-0003', [ref('Projects', 1)]))).toMatchObject(refused('copied'))
  expect(await wish(erase('wish-0004', [ref('Projects', 1)]))).toMatchObject({ state: 'done' })
  expect(server.changes).toBe(0)
})

it('does what can be done of a wish on several folders, of which one is gone', async () => {
  const { server, wish } = await begin({ prepare: on => (on.inbox.deliver(5), on.create('Projects').deliver(3)) })
  server.rename('Projects', null)
  expect(await wish(flag('wish-0001', [ref('Projects', 1), ref('INBOX', 5)]))).toMatchObject({ state: 'done' })
  expect(server.inbox.flags).toContainEqual([5, Flag.seen])
})

it('counts a wish on messages that another client expunged as done', async () => {
  const { server, wish } = await begin({ prepare: on => on.inbox.deliver(3) })
  server.inbox.expunge([2])
  expect(await wish(flag('wish-0001', [ref('INBOX', 2)]))).toMatchObject({ state: 'done' })
  expect(await wish(take('move', 'wish-0002', [ref('INBOX', 2)]))).toMatchObject({ state: 'done' })
})

it.each([
  ['move', {}],
  ['move', { move: false }],
  ['copy', {}],
] as const)('knows that a %s was performed in an earlier life, though its folder is gone since (%o)', async (kind, without) => {
  const op = take(kind, 'wish-0001', [ref('Projects', 1)])
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
  const op = take('move', 'wish-0001', [ref('Projects', 1)])
  const records: Entry[] = [
    { t: 'queued', op },
    { t: 'performing', id: op.id, evidence: { uidValidity: 1, uidNext: 1 } },
  ]
  const { queue, ended } = await begin({ records })
  queue.kick(account)
  expect(await ended(op.id)).toMatchObject({ state: 'refused' })
})
