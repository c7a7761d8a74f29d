/** A program as far as new mail is concerned: the real sync, queue of operations and record of what was told, on a server and a cache in memory. For tests that end it anywhere. */
import { keyOf, type Folder } from '../../../../shared/model/folder.ts'
import type { NewMail } from '../../../../shared/model/new-mail.ts'
import type { Operation } from '../../../../shared/operations.ts'
import { folderRef, storeOf } from '../../../../shared/test-support/folders.ts'
import { createMemoryCache, type MemoryCache } from '../../cache/memory-cache.ts'
import { inlineMime } from '../../mime/mime.ts'
import type { Entry } from '../../operations/entries.ts'
import { eachFolder, renumber, type Whereabouts } from '../../operations/locate.ts'
import { applyOutcome } from '../../operations/outcome.ts'
import { OpQueue } from '../../operations/queue.ts'
import type { Journal } from '../../storage/journal.ts'
import type { MailStore } from '../../store/mail-store.ts'
import { FakeServer, type FakeServerOptions } from '../../store/test-support/fake-server.ts'
import { syncFolder } from '../folder-sync.ts'
import { Told } from '../told.ts'
import type { ToldEntry } from '../told-records.ts'
import { Steps } from './steps.ts'

export const account = 'acct1'
export const inbox = folderRef(account, 'INBOX')

/** What outlives the program. */
export interface World {
  server: FakeServer
  cache: MemoryCache
  operations: Entry[]
  told: ToldEntry[]
  /** Subjects, as the person saw them; of several messages their number. */
  shown: string[]
}

export function createWorld(options: FakeServerOptions): World {
  return { server: new FakeServer(options), cache: createMemoryCache(), operations: [], told: [], shown: [] }
}

export interface ProgramOptions {
  steps?: Steps
  /** Rejects where there is no window. */
  show?(newMail: NewMail): Promise<void>
  /** The connection operations use. */
  operate?(session: MailStore): MailStore
  shouldYield?(): boolean
}

function journalIn<R>(records: R[], steps: Steps): Journal<R> & { isFull: boolean } {
  return {
    records: [...records],
    damaged: 0,
    isLong: false,
    isFull: false,
    async append(record) {
      steps.tick()
      if (this.isFull) throw new Error('the disk is full')
      records.push(structuredClone(record))
      steps.tick()
    },
    compact: async all => void records.splice(0, records.length, ...all),
    close: async () => undefined,
  }
}

export async function startProgram(world: World, { steps = new Steps(), show, operate = session => session, shouldYield }: ProgramOptions = {}) {
  const { server, shown } = world
  const session = steps.through(server.session())
  const port = steps.through(world.cache)
  const journal = journalIn(world.told, steps)
  const folders: Folder[] = []
  const again: string[] = []
  const told = new Told({
    journal,
    show: async newMail => {
      await show?.(newMail)
      steps.tick()
      shown.push(newMail.uid === null ? `${newMail.count} messages` : newMail.subject)
      steps.tick()
    },
    again: ({ path }) => void again.push(path),
    log: () => undefined,
  })
  const find = (key: string): Folder | undefined => folders.find(one => keyOf(one.ref) === key)
  const performed = { count: 0 }
  const operating = operate(session)
  const whereabouts: Whereabouts = {
    session: operating,
    resolve: async (refs, elsewhere) => port.resolve({ refs, elsewhere }),
    numbersOf: async op => port.numbersOf({ op }),
    isKnown: () => true,
  }
  const queue: OpQueue = new OpQueue({
    journal: journalIn(world.operations, steps),
    perform: (_, work) =>
      work({
        session: operating,
        refOf: path => folderRef(account, path),
        eachFolder: (...args) => eachFolder(whereabouts, ...args),
        renumber: (op, messages) => renumber(whereabouts, op, messages),
        performedOn: () => performed.count++,
      }),
    async applyOutcome(op, outcome) {
      await told.performed(op, outcome)
      await applyOutcome({ port, folder: ref => find(keyOf(ref)), asOf: () => performed.count, markDirty: () => undefined }, op, outcome)
    },
    announce(op) {
      told.expect(op)
      port.overlay({ put: [op], drop: [] }).catch(() => undefined) // the next step finds that the program died
    },
    onState: state => told.follow(state),
    log: () => undefined,
  })
  for (const op of queue.operations) told.expect(op)
  for (const state of queue.states) told.follow(state)
  await port.attach({ stores: [storeOf(account)], operations: queue.operations })
  folders.push(...(await port.folders({ ...storeOf(account), folders: (await session.list()).folders })))
  performed.count = Math.max(...folders.map(({ asOf }) => asOf))

  /** Brings one folder up to date and tells what came; once: also where there is more to do. */
  async function syncOnce(path: string): Promise<boolean> {
    const folder = find(keyOf(folderRef(account, path)))!
    const shared = { session, cache: port, mime: inlineMime, asOf: () => performed.count, now: () => 5, shouldYield: shouldYield ?? (() => false) }
    const result = await syncFolder({ ...shared, folder, opening: () => told.opening(folder.ref) })
    await told.look({ folder, cache: port, result })
    steps.tick() // one whose telling died does nothing more
    return result !== 'yielded'
  }
  return {
    told,
    queue,
    journal,
    /** Folders whose sync was asked for. */
    again,
    syncOnce,
    async sync(path = 'INBOX'): Promise<void> {
      while (!(await syncOnce(path)));
    },
    /** Until nothing waits. */
    async settle(): Promise<void> {
      queue.kick(account)
      for (let turn = 0; queue.operations.length > 0 && turn < 200; turn++) {
        await new Promise(resolve => setImmediate(resolve))
        steps.tick()
      }
    },
    async perform(op: Operation): Promise<void> {
      await queue.enqueue(op)
      await this.settle()
    },
  }
}
