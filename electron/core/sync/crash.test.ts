/**
 * Kill it at every step, resume, compare; then run again and expect nothing. Each scenario prepares a server, lets a program learn it, changes the server,
 * and lets a second program bring the cache up to date and perform what waits; that second program dies at each step.
 */
import { keyOf } from '../../../shared/model/folder.ts'
import { folderRef, storeOf } from '../../../shared/test-support/folders.ts'
import { describe, expect, it } from 'vitest'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import { type Folder } from '../../../shared/model/folder.ts'
import { hashText } from '../../../shared/model/hash.ts'
import type { UidSet } from '../../../shared/model/message.ts'
import type { Operation } from '../../../shared/operations.ts'
import { createMemoryCache, type MemoryCache } from '../cache/memory-cache.ts'
import { FakeServer, type FakeFolder, type Method } from '../store/test-support/fake-server.ts'
import { inlineMime } from '../mime/mime.ts'
import type { Entry } from '../operations/entries.ts'
import { eachFolder, renumber, type Whereabouts } from '../operations/locate.ts'
import { OpQueue } from '../operations/queue.ts'
import { applyOutcome } from '../operations/outcome.ts'
import type { Journal } from '../storage/journal.ts'
import { syncFolder } from './folder-sync.ts'
import { Died, Steps } from './test-support/steps.ts'

const account = 'acct1'

/** What outlives the program. */
interface World {
  server: FakeServer
  cache: MemoryCache
  journal: Entry[]
}

interface Scenario {
  name: string
  method: Method
  /** Extensions the server lacks. */
  without?: { move?: false; uidplus?: false }
  /** Before the program that dies: with `learn` the cache learns the server as it is then. */
  prepare(world: World, learn: () => Promise<void>): Promise<void>
  /** Operations the user makes in the program that dies; the same again after it resumes, as an operation not acknowledged is asked again. */
  operations?: Operation[]
}

const markRead = (id: string, uids: number[]): Operation => ({
  kind: 'setFlags',
  id,
  account,
  at: 1,
  messages: uids.map(uid => ({
    account,
    locators: [{ kind: 'uid', folder: folderRef(account, 'INBOX'), uidValidity: 1, uid }],
    messageIdHash: hashText(`<${uid}.1@example.test>`),
    size: 1000 + uid,
    date: 1_700_000_000 + uid,
  })),
  add: flagsOf(Flag.seen),
  remove: flagsOf(0),
})

const incremental = (method: Method): Scenario => ({
  name: `incremental sync by ${method}`,
  method,
  async prepare({ server }, learn) {
    server.inbox.deliver(120)
    await learn()
    server.inbox.setFlags([3, 50, 119], Flag.seen | Flag.flagged)
    server.inbox.expunge([1, 60, 120])
    server.inbox.deliver(5)
  },
})
const setFlags = (method: Method): Scenario => ({
  ...incremental(method),
  name: `set flags, while others change too, by ${method}`,
  operations: [markRead('operation-0001', [2, 3, 60]), markRead('operation-0002', [4])],
})
const methods: Method[] = ['qresync', 'condstore', 'plain']
const transfer = (kind: 'move' | 'copy', id: string, uids: number[]): Operation => ({
  kind,
  id,
  account,
  at: 1,
  messages: markRead('x', uids).messages,
  to: folderRef(account, 'Archive'),
})
const expunge = (id: string, uids: number[]): Operation => ({ kind: 'expunge', id, account, at: 1, messages: markRead('x', uids).messages })
const transfers = (name: string, method: Method, without: Scenario['without'], operations: Operation[]): Scenario => ({
  name: `${name}, by ${method}`,
  method,
  ...(without && { without }),
  async prepare({ server }, learn) {
    server.inbox.deliver(30)
    server.archive.deliver(3)
    await learn()
    server.inbox.expunge([4])
    server.inbox.deliver(1)
  },
  operations,
})
/** What is said of them to the cache comes in two pieces. */
const many = (kind: Operation['kind'], method: Method): Scenario => {
  const messages: UidSet = { folder: folderRef(account, 'INBOX'), uidValidity: 1, uids: [[1, 1050]] }
  const [op] =
    kind === 'setFlags'
      ? [markRead('operation-0001', [])]
      : kind === 'expunge'
        ? [expunge('operation-0001', [])]
        : [transfer(kind, 'operation-0001', [])]
  return {
    name: `${kind} of very many, by ${method}`,
    method,
    async prepare({ server }, learn) {
      server.inbox.deliver(1055)
      await learn()
      server.inbox.expunge([500])
      server.inbox.setFlags([2, 1052], Flag.flagged)
    },
    operations: [{ ...op!, messages }],
  }
}
const scenarios: Scenario[] = [
  ...methods.map((method): Scenario => ({
    name: `first sync by ${method}`,
    method,
    async prepare({ server }) {
      server.inbox.deliver(2300)
      server.inbox.expunge([10, 11, 12, 2200])
    },
  })),
  ...methods.map(incremental),
  ...methods.map(setFlags),
  ...methods.map((method): Scenario => ({
    name: `UIDVALIDITY changed, by ${method}`,
    method,
    async prepare({ server }, learn) {
      server.inbox.deliver(130)
      await learn()
      server.inbox.expunge([7])
      server.inbox.renumber()
      server.inbox.deliver(2)
    },
    operations: [markRead('operation-0003', [5, 6]), transfer('move', 'operation-0004', [8])],
  })),
  ...methods.flatMap(method => [
    transfers('move', method, undefined, [transfer('move', 'operation-0005', [3, 4, 5]), markRead('operation-0006', [6])]),
    transfers('move without MOVE', method, { move: false }, [transfer('move', 'operation-0005', [3, 4, 5])]),
    transfers('move with MOVE but without UIDPLUS', method, { uidplus: false }, [transfer('move', 'operation-0005', [3, 4, 5])]),
    transfers('move without MOVE and UIDPLUS', method, { move: false, uidplus: false }, [transfer('move', 'operation-0005', [3, 4, 5])]),
    transfers('copy', method, undefined, [transfer('copy', 'operation-0007', [3, 4, 5])]),
    transfers('expunge', method, undefined, [expunge('operation-0008', [3, 4, 5])]),
    transfers('mark, move, and mark again what was moved', method, undefined, [
      markRead('operation-0001', [3]),
      transfer('move', 'operation-0002', [3]),
      markRead('operation-0003', [3]),
    ]),
    transfers('move, and mark by its old UID what was moved', method, undefined, [
      transfer('move', 'operation-0001', [3, 5]),
      markRead('operation-0002', [3, 6]),
    ]),
  ]),
  ...[many('setFlags', 'qresync'), many('setFlags', 'plain'), many('move', 'qresync'), many('copy', 'plain'), many('expunge', 'qresync')],
]

/** One life of the program: attaches, syncs, performs operations, syncs again. Throws `Died`. */
async function live({ server, cache, journal }: World, steps: Steps, operations: Operation[] = []): Promise<void> {
  const session = steps.through(server.session())
  const port = steps.through(cache)
  const durable: Journal<Entry> = {
    records: [...journal],
    damaged: 0,
    isLong: false,
    append: async entry => {
      steps.tick()
      journal.push(structuredClone(entry))
      steps.tick()
    },
    compact: async entries => void journal.splice(0, journal.length, ...entries),
    close: async () => undefined,
  }
  const performed = { count: 0 }
  const folders: Folder[] = []
  let died: unknown = null
  const whereabouts: Whereabouts = {
    session,
    resolve: async (refs, elsewhere) => port.resolve({ refs, elsewhere }),
    numbersOf: async op => port.numbersOf({ op }),
    isKnown: ref => folders.some(one => keyOf(one.ref) === keyOf(ref) && one.cursor?.verifiedAt != null),
  }
  const queue: OpQueue = new OpQueue({
    journal: durable,
    perform: (_, work) =>
      work({
        session,
        refOf: path => folderRef(account, path),
        eachFolder: (...args) => eachFolder(whereabouts, ...args),
        renumber: (op, messages) => renumber(whereabouts, op, messages),
        performedOn: () => performed.count++,
      }),
    applyOutcome: (op, result) =>
      applyOutcome(
        { port, folder: ref => folders.find(one => keyOf(one.ref) === keyOf(ref)), asOf: () => performed.count, markDirty: () => undefined },
        op,
        result,
      ),
    announce: op =>
      void port.overlay({ put: [op], drop: [] }).catch((error: unknown) => {
        died = error
      }),
    onState: () => undefined,
    log: () => undefined,
  })
  await port.attach({ stores: [storeOf(account)], operations: queue.operations })
  folders.push(...(await port.folders({ ...storeOf(account), folders: (await session.list()).folders })))
  performed.count = Math.max(...folders.map(({ asOf }) => asOf))
  const sync = async (): Promise<void> => {
    const shared = { session, cache: port, mime: inlineMime, asOf: () => performed.count, now: () => 5, shouldYield: () => false }
    for (const folder of folders) while ((await syncFolder({ ...shared, folder })) === 'yielded');
  }
  await sync()
  const done = new Set(journal.filter(entry => entry.t === 'done').map(entry => entry.id))
  for (const op of operations) if (!done.has(op.id)) await queue.enqueue(op)
  queue.kick(account)
  for (let turn = 0; queue.operations.length > 0 && turn < 200; turn++) {
    await new Promise(resolve => setImmediate(resolve))
    if (died instanceof Died) throw died
    steps.tick() // a queue whose program died does nothing more
  }
  await sync()
}

async function build(scenario: Scenario): Promise<World> {
  const world: World = { server: new FakeServer({ method: scenario.method, ...scenario.without }), cache: createMemoryCache(), journal: [] }
  await scenario.prepare(world, () => live(world, new Steps()))
  return world
}

/** What must be equal. UIDs of the target depend on how often something was tried; what is in it does not. The cache must hold just what the server has. */
function outcome({ server, cache }: World): unknown {
  const folder = (path: string, on: FakeFolder) => {
    const rows = cache.rowsOf(path).map(({ uid, flags, pending }) => ({ uid, flags, pending }))
    expect(
      rows.sort((a, b) => a.uid - b.uid),
      path,
    ).toEqual(on.flags.map(([uid, flags]) => ({ uid, flags, pending: null })))
    return on.messages.map(({ header, flags }) => `${header} ${flags}`).sort()
  }
  return {
    inbox: folder('INBOX', server.inbox),
    archive: folder('Archive', server.archive),
    waiting: (cache.snapshot() as { operations: string[] }).operations,
  }
}

describe('a program that dies at any step', () => {
  it.each(scenarios)(
    '$name',
    async scenario => {
      const whole = await build(scenario)
      const steps = new Steps()
      await live(whole, steps, scenario.operations)
      const want = outcome(whole)
      expect(steps.count).toBeGreaterThan(8)

      for (let dieAt = 1; dieAt <= steps.count; dieAt++) {
        const world = await build(scenario)
        const death = await live(world, new Steps(dieAt), scenario.operations).then(
          () => null,
          (error: unknown) => error,
        )
        if (death !== null && !(death instanceof Died)) throw death
        await live(world, new Steps(), scenario.operations)
        expect(outcome(world), `died at step ${dieAt}`).toEqual(want)
      }

      const [sent, changes, entries] = [whole.server.headersSent, whole.server.changes, whole.journal.length]
      await live(whole, new Steps(), scenario.operations)
      expect(outcome(whole)).toEqual(want)
      expect([whole.server.headersSent, whole.server.changes, whole.journal.length], 'a run with nothing to do').toEqual([sent, changes, entries])
    },
    60_000,
  )
})
