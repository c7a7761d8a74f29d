import { keyOf } from '../../../shared/model/folder.ts'
import { storeOf } from '../../../shared/test-support/folders.ts'
import { expect, it } from 'vitest'
import { MailError } from '../../../shared/errors.ts'
import { createMemoryCache } from '../cache/memory-cache.ts'
import { account, cursor, listed, rows } from '../cache/test-support/contract-suite.ts'
import { FakeServer } from '../store/test-support/fake-server.ts'
import type { MailStore } from '../store/mail-store.ts'
import { uidsOf } from '../../../shared/ranges.ts'
import { inlineMime } from '../mime/mime.ts'
import { Prefetch, type PrefetchPlan } from './prefetch.ts'

async function begin(
  change: (session: MailStore) => void = () => undefined,
  previews = true,
): Promise<{ ahead: Prefetch; plan: PrefetchPlan; asked: number[][]; uidValidity: (now: number) => void }> {
  const server = new FakeServer({ method: 'qresync' })
  server.inbox.uidValidity = 7
  const cache = createMemoryCache()
  await cache.attach({ stores: [storeOf(account)], operations: [] })
  const [inbox] = await cache.folders({ ...storeOf(account), folders: [listed('INBOX', 'inbox')] })
  const numbers = Array.from({ length: 600 }, (_, i) => i + 1)
  const { messages, slots, awaiting } = await cache.apply({ folder: inbox!.id, uidValidity: 7, asOf: 0, add: rows(numbers), cursor: cursor(601) })
  const asked: number[][] = []
  const session: MailStore = {
    ...server.session(),
    fetchStructures: async uids => {
      asked.push([uids[0]![0], uids.at(-1)![1]])
      const from = uids[0]![0]
      return new Map(Array.from({ length: uids.at(-1)![1] - from + 1 }, (_, i) => [from + i, { part: '1', type: 'text/plain', size: 3 }]))
    },
    fetchParts: async uids =>
      new Map(Array.from({ length: uids.at(-1)![1] - uids[0]![0] + 1 }, (_, i) => [uids[0]![0] + i, new Map([['1', Buffer.from('abc')]])])),
  }
  change(session)
  const ahead = new Prefetch({ mime: inlineMime, log: () => undefined, run: work => work(session) })
  const folder = { id: inbox!.id, ref: inbox!.ref, cursor: cursor(601), messages, slots, awaiting }
  const uidValidity = (now: number): void => void (server.inbox.uidValidity = now)
  const port: typeof cache = { ...cache, ...(!previews && { withoutPreview: async () => [] }) }
  return { ahead, plan: { port, folders: [folder], bodiesToo: new Set([keyOf(inbox!.ref)]) }, asked, uidValidity }
}

async function untilDone(ahead: Prefetch, plan: PrefetchPlan): Promise<number> {
  let steps = 0
  while ((await ahead.step(plan)) && steps < 100) steps++
  return steps
}

it('fetches previews of all and bodies of the newest, in chunks, newest first, and then nothing', async () => {
  const { ahead, plan, asked } = await begin()
  expect(await untilDone(ahead, plan)).toBe(3 + 20)
  expect(asked[0]).toEqual([351, 600])
  expect(asked[3]).toEqual([576, 600])
  expect(await untilDone(ahead, plan)).toBe(0)
  ahead.changed(keyOf(plan.folders[0]!.ref))
  expect(await untilDone(ahead, plan)).toBe(0) // all is there
})

it('does not try for ever what cannot be read', async () => {
  const { ahead, plan, asked } = await begin(session => {
    session.fetchStructures = () => Promise.reject(new MailError('limit', 'server.unbounded', { host: 'x.test' }))
  })
  expect(await untilDone(ahead, plan)).toBe(0)
  expect(asked).toEqual([])
})

it('leaves a folder alone that was renumbered', async () => {
  const { ahead, plan, asked, uidValidity } = await begin()
  uidValidity(8)
  await untilDone(ahead, plan)
  expect(asked).toEqual([])
})

const textOf = (uid: number, size: number, part = '1') => [uid, { part, type: 'text/plain', size }] as const

it('keeps what came before a cut, and asks for none of it again', async () => {
  const fetched: number[] = []
  let calls = 0
  const { ahead, plan } = await begin(session => {
    session.fetchStructures = async uids => new Map([...uidsOf(uids)].map(uid => textOf(uid, 3, uid % 2 ? '1' : '2'))) // asked for apart
    session.fetchParts = async uids => {
      if (++calls === 2) throw new MailError('offline', 'connection.lost', { host: 'x.test' })
      fetched.push(...uidsOf(uids))
      return new Map([...uidsOf(uids)].map(uid => [uid, new Map([[uid % 2 ? '1' : '2', Buffer.from('abc')]])]))
    }
  }, false)
  await expect(ahead.step(plan)).rejects.toMatchObject({ kind: 'offline' })
  const missing = await plan.port.withoutBody({ folder: plan.folders[0]!.id, among: 500, limit: 500 })
  expect(missing).toHaveLength(500 - fetched.length)
  ahead.changed(keyOf(plan.folders[0]!.ref)) // the folder is synced when the connection is back
  expect(await ahead.step(plan)).toBe(true)
  expect(fetched.length).toBeGreaterThan(25)
  expect(new Set(fetched).size).toBe(fetched.length)
})

it('fetches no more at once than a slow line gives in a while', async () => {
  const perStep: number[] = []
  const atOnce: number[] = []
  const { ahead, plan } = await begin(session => {
    session.fetchStructures = async uids => new Map([...uidsOf(uids)].map(uid => textOf(uid, 50_000)))
    session.fetchParts = async uids => {
      atOnce.push([...uidsOf(uids)].length)
      perStep[perStep.length - 1]! += [...uidsOf(uids)].length
      return new Map([...uidsOf(uids)].map(uid => [uid, new Map([['1', Buffer.alloc(50_000, 'a')]])]))
    }
  }, false)
  for (let steps = 0; steps < 1000; steps++) {
    perStep.push(0)
    if (!(await ahead.step(plan))) break
  }
  expect(perStep.reduce((sum, count) => sum + count)).toBe(500)
  expect(Math.max(...perStep) * 50_000).toBeLessThan(400_000)
  expect(Math.max(...atOnce) * 50_000).toBeLessThan(200_000)
})

it('fetches a message that is larger than that alone', async () => {
  const atOnce: number[][] = []
  const { ahead, plan } = await begin(session => {
    session.fetchStructures = async uids => new Map([...uidsOf(uids)].map(uid => textOf(uid, 1_000_000)))
    session.fetchParts = async uids => {
      atOnce.push([...uidsOf(uids)])
      return new Map([...uidsOf(uids)].map(uid => [uid, new Map([['1', Buffer.alloc(1_000_000, 'a')]])]))
    }
  }, false)
  await ahead.step(plan)
  await ahead.step(plan)
  expect(atOnce.map(({ length }) => length)).toEqual([1, 1])
})
