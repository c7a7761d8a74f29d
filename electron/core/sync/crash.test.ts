/**
 * Kill it at every step, resume, compare; then run again and expect nothing. Each scenario prepares a server, lets a program learn it, changes the server,
 * and lets a second program bring the cache up to date and perform what waits; that second program dies at each step.
 */
import { describe, expect, it } from 'vitest'
import { Flag, hashText } from '../../../shared/model.ts'
import type { Operation } from '../../../shared/ops.ts'
import { createMemoryCache, type MemoryCache } from '../cache/memory-cache.ts'
import { FakeServer, type Method } from '../imap/test-support/fake-server.ts'
import { inlineMime } from '../mime/mime.ts'
import type { Entry } from '../ops/entries.ts'
import { eachFolder } from '../ops/locate.ts'
import { OpQueue } from '../ops/queue.ts'
import type { Journal } from '../vault/journal.ts'
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
  /** Before the program that dies: with `learn` the cache learns the server as it is then. */
  prepare(world: World, learn: () => Promise<void>): Promise<void>
  /** Wishes the user makes in the program that dies; the same again after it resumes, as a wish not acknowledged is asked again. */
  wishes?: Operation[]
}

const markRead = (id: string, uids: number[]): Operation => ({
  kind: 'setFlags',
  id,
  account,
  at: 1,
  messages: uids.map(uid => ({
    account,
    locators: [{ kind: 'imap', folder: 'INBOX', uidValidity: 1, uid }],
    messageIdHash: hashText(`<${uid}.1@example.test>`),
    size: 1000 + uid,
    date: 1_700_000_000 + uid,
  })),
  add: Flag.seen,
  remove: 0,
})

const incremental = (method: Method): Scenario => ({
  name: `incremental sync by ${method}`,
  method,
  async prepare({ server }, learn) {
    server.deliver(120)
    await learn()
    server.setFlags([3, 50, 119], Flag.seen | Flag.flagged)
    server.expunge([1, 60, 120])
    server.deliver(5)
  },
})
const setFlags = (method: Method): Scenario => ({
  ...incremental(method),
  name: `set flags, while others change too, by ${method}`,
  wishes: [markRead('wish-0001', [2, 3, 60]), markRead('wish-0002', [4])],
})
const methods: Method[] = ['qresync', 'condstore', 'plain']
const scenarios: Scenario[] = [
  ...methods.map((method): Scenario => ({
    name: `first sync by ${method}`,
    method,
    async prepare({ server }) {
      server.deliver(2300)
      server.expunge([10, 11, 12, 2200])
    },
  })),
  ...methods.map(incremental),
  ...methods.map(setFlags),
  ...methods.map((method): Scenario => ({
    name: `UIDVALIDITY changed, by ${method}`,
    method,
    async prepare({ server }, learn) {
      server.deliver(130)
      await learn()
      server.expunge([7])
      server.renumber()
      server.deliver(2)
    },
    wishes: [markRead('wish-0003', [5, 6])],
  })),
]

/** One life of the program: attaches, syncs, performs wishes, syncs again. Throws `Died`. */
async function live({ server, cache, journal }: World, steps: Steps, wishes: Operation[] = []): Promise<void> {
  const session = steps.through(server.session())
  const port = steps.through(cache)
  const durable: Journal<Entry> = {
    records: [...journal],
    damaged: 0,
    append: async entry => {
      steps.tick()
      journal.push(structuredClone(entry))
      steps.tick()
    },
    compact: async entries => void journal.splice(0, journal.length, ...entries),
    close: async () => undefined,
  }
  const performed = { count: 0 }
  let died: unknown = null
  const queue: OpQueue = new OpQueue({
    journal: durable,
    perform: (_, work) =>
      work({
        session,
        eachFolder: (refs, run) => eachFolder(session, async all => port.resolve({ refs: all }), refs, run),
        performedOn: () => performed.count++,
      }),
    async settle(op, outcome) {
      const result = outcome?.folders[0]
      if (result && folder.cursor?.uidValidity === result.uidValidity) {
        const { uids, flags, modseqs } = result
        await port.apply({
          folder: folder.id,
          uidValidity: result.uidValidity,
          asOf: performed.count,
          flags: { uids, flags, modseqs },
          settled: [op.id],
        })
      } else await port.overlay({ put: [], drop: [op.id] })
    },
    announce: op =>
      void port.overlay({ put: [op], drop: [] }).catch((error: unknown) => {
        died = error
      }),
    onState: () => undefined,
    log: () => undefined,
  })
  await port.attach({ accounts: [account], wishes: queue.operations })
  const [stored] = await port.folders({ account, folders: (await session.list()).folders })
  const folder = { ...stored! }
  performed.count = folder.asOf
  const sync = async (): Promise<void> => {
    while (
      (await syncFolder({ session, cache: port, mime: inlineMime, folder, asOf: () => performed.count, now: () => 5, shouldYield: () => false })) ===
      'yielded'
    );
  }
  await sync()
  const done = new Set(journal.filter(entry => entry.t === 'done').map(entry => entry.id))
  for (const op of wishes) if (!done.has(op.id)) await queue.enqueue(op)
  queue.kick(account)
  for (let turn = 0; queue.operations.length > 0 && turn < 200; turn++) {
    await new Promise(resolve => setImmediate(resolve))
    if (died instanceof Died) throw died
    steps.tick() // a queue whose program died does nothing more
  }
  await sync()
}

async function build(scenario: Scenario): Promise<World> {
  const world: World = { server: new FakeServer(scenario.method), cache: createMemoryCache(), journal: [] }
  await scenario.prepare(world, () => live(world, new Steps()))
  return world
}

const outcome = ({ server, cache }: World) => ({ server: server.flags, cache: cache.snapshot() })

describe('a program that dies at any step', () => {
  it.each(scenarios)(
    '$name',
    async scenario => {
      const whole = await build(scenario)
      const steps = new Steps()
      await live(whole, steps, scenario.wishes)
      const want = outcome(whole)
      expect(
        whole.cache
          .rowsOf('INBOX')
          .map(({ uid, flags }) => [uid, flags])
          .sort((a, b) => a[0]! - b[0]!),
      ).toEqual(whole.server.flags)
      expect(steps.count).toBeGreaterThan(8)

      for (let dieAt = 1; dieAt <= steps.count; dieAt++) {
        const world = await build(scenario)
        const death = await live(world, new Steps(dieAt), scenario.wishes).then(
          () => null,
          (error: unknown) => error,
        )
        if (death !== null && !(death instanceof Died)) throw death
        await live(world, new Steps(), scenario.wishes)
        expect(outcome(world), `died at step ${dieAt}`).toEqual(want)
      }

      const [sent, stores, entries] = [whole.server.headersSent, whole.server.stores, whole.journal.length]
      await live(whole, new Steps(), scenario.wishes)
      expect(outcome(whole)).toEqual(want)
      expect([whole.server.headersSent, whole.server.stores, whole.journal.length], 'a run with nothing to do').toEqual([sent, stores, entries])
    },
    60_000,
  )
})
