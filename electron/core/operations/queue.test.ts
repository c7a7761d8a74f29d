import { flagsOf } from '../../../shared/model/flags.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import { expect, it } from 'vitest'
import { MailError } from '../../../shared/errors.ts'
import type { OpState, Operation } from '../../../shared/operations.ts'
import { countOf } from '../../../shared/ranges.ts'
import { FakeServer } from '../store/test-support/fake-server.ts'
import type { Journal } from '../storage/journal.ts'
import type { Entry } from './entries.ts'
import type { PerformContext } from './performer.ts'
import { OpQueue, type OpQueueOptions } from './queue.ts'

const account = 'acct1'
const read = (id: string): Operation => ({
  kind: 'setFlags',
  id,
  account,
  at: 1,
  messages: [
    { account, locators: [{ kind: 'uid', folder: folderRef(account, 'INBOX'), uidValidity: 1, uid: 1 }], messageIdHash: 1, size: 1, date: 1 },
  ],
  add: flagsOf(1),
  remove: flagsOf(0),
})

const inbox = folderRef(account, 'INBOX')
const context: Omit<PerformContext, 'session'> = {
  refOf: path => folderRef(account, path),
  eachFolder: async (_, run) => ({ found: countOf(await run({ folder: inbox, uidValidity: 1, uids: [[1, 1]], refs: null })), missing: [] }),
  renumber: async (_, messages) => messages,
  performedOn: () => undefined,
}

function begin(change: Partial<OpQueueOptions> = {}) {
  const written: Entry[] = []
  const states: OpState[] = []
  const server = new FakeServer({ method: 'qresync' })
  server.inbox.deliver(1)
  const session = server.session()
  const journal: Journal<Entry> = {
    records: [],
    damaged: 0,
    isLong: false,
    append: async entry => {
      written.push(entry)
    },
    compact: async entries => void written.splice(0, written.length, ...entries),
    close: async () => undefined,
  }
  const queue = new OpQueue({
    journal,
    perform: (_, work) => work({ session, ...context }),
    applyOutcome: async () => undefined,
    announce: () => undefined,
    onState: state => states.push(state),
    log: () => undefined,
    ...change,
  })
  return { queue, written, states, server, session }
}
const pause = () => new Promise(resolve => setTimeout(resolve, 20))

it('does not perform an operation that was taken back while it waited for the connection', async () => {
  const doors: (() => void)[] = []
  const opened = new Promise<void>(resolve => doors.push(resolve))
  const { queue, written, server, session } = begin({
    perform: async (_, work) => {
      await opened
      return work({ session, ...context })
    },
  })
  await queue.enqueue(read('operation-0001'))
  expect(await queue.withdraw('operation-0001')).toBe(true)
  doors[0]!()
  await pause()
  expect(written.map(({ t }) => t)).toEqual(['queued', 'withdrawn'])
  expect(server.changes).toBe(0)
})

it('goes on with the next operation while a performed one waits for a cache', async () => {
  const { queue, server, states } = begin({ applyOutcome: () => new Promise(() => undefined) })
  await queue.enqueue(read('operation-0001'))
  await queue.enqueue(read('operation-0002'))
  await pause()
  expect(server.changes).toBe(2)
  expect(states.filter(({ state }) => state === 'performed')).toHaveLength(2)
  expect(queue.operations).toHaveLength(2) // both are still in the overlay
})

it('puts what was performed into the cache in that order: what a large one has still to tell is older than what the next one has', async () => {
  const applied: string[] = []
  const gates = new Map<string, () => void>()
  const { queue, states } = begin({
    applyOutcome: async ({ id }) => {
      applied.push(id)
      await new Promise<void>(resolve => gates.set(id, resolve))
    },
  })
  await queue.enqueue(read('operation-0001'))
  await queue.enqueue(read('operation-0002'))
  await pause()
  expect([applied, states.filter(({ state }) => state === 'performed').length]).toEqual([['operation-0001'], 2])
  gates.get('operation-0001')!()
  await pause()
  expect([applied, states.at(-1)]).toMatchObject([['operation-0001', 'operation-0002'], { id: 'operation-0001', state: 'done' }])
})

it('tells a refusal and keeps the others', async () => {
  let calls = 0
  const { queue, states } = begin({
    perform: async () => {
      if (++calls === 1) throw new MailError('refused', 'store.flags', { host: 'localhost' })
      return { folders: [], transfers: [], expunged: [] } as never
    },
  })
  await queue.enqueue(read('operation-0001'))
  await queue.enqueue(read('operation-0002'))
  await pause()
  expect(states.find(({ state }) => state === 'refused')).toMatchObject({ id: 'operation-0001', error: { code: 'store.flags' } })
  expect(states.at(-1)).toMatchObject({ id: 'operation-0002', state: 'done' })
})

it('keeps a refusal over restarts until it was seen', async () => {
  const refuse = async (): Promise<never> => Promise.reject(new MailError('refused', 'server.refused', { host: 'localhost' }, { serverText: 'no' }))
  const { queue, written } = begin({ perform: refuse })
  await queue.enqueue(read('operation-0001'))
  await pause()
  expect(queue.states).toMatchObject([{ id: 'operation-0001', state: 'refused', error: { code: 'server.refused', serverText: 'no' } }])
  const records = [...written]
  const again = begin({
    journal: {
      records,
      damaged: 0,
      isLong: false,
      append: async entry => void records.push(entry),
      compact: async () => undefined,
      close: async () => undefined,
    },
  })
  expect(again.queue.operations, 'nothing waits').toEqual([])
  expect(again.queue.states).toMatchObject([{ state: 'refused' }])
  expect(await again.queue.withdraw('operation-0001')).toBe(true)
  expect(again.queue.states).toEqual([])
  expect(
    begin({
      journal: { records, damaged: 0, isLong: false, append: async () => undefined, compact: async () => undefined, close: async () => undefined },
    }).queue.states,
  ).toEqual([])
})
