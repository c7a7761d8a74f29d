import { expect, it } from 'vitest'
import { folderRef } from '../../../shared/test-support/folders.ts'
import type { Move } from '../../../shared/operations.ts'
import { countOf, type Ranges } from '../../../shared/ranges.ts'
import { FakeServer } from '../store/test-support/fake-server.ts'
import { advance, condense, entryFormat, type Entry, type Pending, type Refusal } from './entries.ts'
import { OpQueue } from './queue.ts'
import { nothingDone } from './performer.ts'

const ref = (uid: number) => ({
  account: 'alice0',
  locators: [{ kind: 'uid' as const, folder: folderRef('alice0', 'INBOX'), uidValidity: 1, uid }],
  ...{ messageIdHash: uid, size: 10, date: 0 },
})
const move = (n: number): Move => ({
  kind: 'move',
  id: `change-000${n}`,
  account: 'alice0',
  at: n,
  messages: [ref(n)],
  to: folderRef('alice0', 'Archive'),
})

function read(records: Entry[]): { pending: Map<string, Pending>; refusals: Map<string, Refusal> } {
  const [pending, refusals] = [new Map<string, Pending>(), new Map<string, Refusal>()]
  for (const record of records) advance(pending, refusals, record)
  return { pending, refusals }
}

it('an operation a record of which cannot be read counts as begun, and stays so when the journal is condensed', () => {
  const records: Entry[] = [{ t: 'queued', op: move(1) }, { t: 'queued', op: move(2) }, entryFormat.unread('change-0001')]
  const { pending, refusals } = read(records)
  const careful = { state: 'performing', evidence: { uidValidity: 0, uidNext: 1 } }
  expect([...pending.values()]).toMatchObject([careful, { state: 'queued' }])
  expect(read(condense(pending, refusals, 100)).pending).toEqual(pending)
})

it('a record that names nobody may have been about every operation before it, and about none after', () => {
  const { pending } = read([{ t: 'queued', op: move(1) }, { t: 'queued', op: move(2) }, entryFormat.unread(null), { t: 'queued', op: move(3) }])
  expect([...pending.values()].map(({ state }) => state)).toEqual(['performing', 'performing', 'queued'])
})

it('what is known of an operation beside the record that cannot be read holds', () => {
  const evidence = { uidValidity: 7, uidNext: 9 }
  const { pending } = read([
    ...[1, 2, 3].map((n): Entry => ({ t: 'queued', op: move(n) })),
    { t: 'performing', id: 'change-0001', evidence },
    entryFormat.unread('change-0001'),
    entryFormat.unread('change-0002'),
    { t: 'performed', id: 'change-0002', outcome: nothingDone },
    entryFormat.unread('change-0003'),
    { t: 'done', id: 'change-0003' },
  ])
  expect([...pending.values()].map(one => [one.op.id, one.state, one.evidence])).toEqual([
    ['change-0001', 'performing', evidence],
    ['change-0002', 'performed', { uidValidity: 0, uidNext: 1 }],
  ])
})

it('a copy that was made before its record was lost is not made twice', async () => {
  const server = new FakeServer({ method: 'qresync' })
  server.inbox.deliver(1)
  const session = server.session()
  const [first] = await hashes()
  const message = { ...ref(1), ...first! }
  const op = { ...move(1), kind: 'copy' as const, messages: [message] }
  await session.select('INBOX', null)
  await session.copy([[1, 1]], 'Archive')
  const before = server.archive.messages.length
  const done = new Promise<void>(resolve => {
    const queue = new OpQueue({
      journal: {
        records: [{ t: 'queued', op }, entryFormat.unread(op.id)],
        ...{ damaged: 0, isLong: false, append: async () => undefined, compact: async () => undefined, close: async () => undefined },
      },
      perform: (_, work) =>
        work({
          session,
          refOf: path => folderRef('alice0', path),
          renumber: async (_, set) => set,
          eachFolder: async (_, run) => {
            await session.select('INBOX', null)
            const group = { folder: folderRef('alice0', 'INBOX'), uidValidity: 1, uids: [[1, 1]] as Ranges, refs: new Map([[1, message]]) }
            return { found: countOf(await run(group)), missing: [] }
          },
          performedOn: () => undefined,
        }),
      ...{ applyOutcome: async () => resolve(), announce: () => undefined, onState: () => undefined, log: () => undefined },
    })
    queue.kick('alice0')
  })
  await done
  expect(server.archive.messages).toHaveLength(before)

  async function hashes(): Promise<{ messageIdHash: number; size: number }[]> {
    const { toHeaderRow } = await import('../mime/headers.ts')
    await session.select('INBOX', null)
    return (await session.fetchHeaders([[1, 1]])).map(record => ({ messageIdHash: toHeaderRow(record.header).hash, size: record.size }))
  }
})
