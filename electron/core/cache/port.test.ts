import { folderRef, storeOf } from '../../../shared/test-support/folders.ts'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { cacheCalls } from '../../../shared/contract/cache-calls.ts'
import type { Operation } from '../../../shared/operations.ts'
import { createPeer, createTransportPair } from '../../../shared/rpc.ts'
import { MailError } from '../../../shared/errors.ts'
import { CacheLink, type CacheProblem } from './port.ts'
import { createMemoryCache } from './memory-cache.ts'

it('learns what the page has now, and takes an operation that ended meanwhile out of its overlay', async () => {
  const cache = createMemoryCache()
  const overlays: unknown[] = []
  const handlers = Object.fromEntries(
    Object.keys(cacheCalls).map(name => [
      name,
      (arg: never) => {
        if (name === 'cache.overlay') overlays.push(arg)
        return (cache as unknown as Record<string, (arg: never) => unknown>)[name.slice('cache.'.length)]!(arg)
      },
    ]),
  )
  const [theirs, ours] = createTransportPair()
  createPeer(theirs, { serves: cacheCalls, handlers: handlers as never, calls: {}, emits: {}, hears: {}, on: {} })
  const operation: Operation = {
    kind: 'expunge',
    id: 'op-000001',
    account: 'acct1',
    at: 1,
    messages: [
      {
        account: 'acct1',
        locators: [{ kind: 'uid', folder: folderRef('acct1', 'INBOX'), uidValidity: 1, uid: 1 }],
        messageIdHash: 1,
        size: 1,
        date: 1,
      },
    ],
  }
  const operations: Operation[] = []
  const link = new CacheLink({
    handshake: () => ({ stores: [storeOf('acct1')], operations }),
    onAttached: () => undefined,
    onDetached: () => undefined,
  })
  expect(await link.renew()).toBeNull()
  await link.attach(ours)
  expect(link.current!.folders).toEqual([])
  await link.current!.port.folders({
    ...storeOf('acct1'),
    folders: [{ path: 'INBOX', name: 'Inbox', parent: '', delimiter: '/', role: 'inbox', selectable: true, subscribed: true }],
  })
  operations.push(operation)
  expect((await link.renew())!.folders.map(({ ref }) => ref.path)).toEqual(['INBOX'])
  expect(link.current!.folders).toHaveLength(1)
  link.ended('op-000002')
  link.ended('op-000001')
  link.ended('op-000001')
  await expect.poll(() => overlays).toEqual([{ put: [], drop: ['op-000001'] }])
})

describe('a page whose database does not open', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  function stage(fails: () => Error | null) {
    let isRoom = true
    const [tries, problems, removed]: [number[], (CacheProblem | null)[], number[]] = [[], [], []]
    const link = new CacheLink({
      handshake: () => ({ stores: [], operations: [] }),
      onAttached: () => undefined,
      onDetached: () => undefined,
      onProblem: problem => void problems.push(problem),
      hasRoom: async () => isRoom,
      removeFiles: async () => void removed.push(tries.length),
    })
    const connect = () => {
      const [theirs, ours, close] = createTransportPair()
      const attach = (): { epoch: string; folders: [] } => {
        tries.push(Date.now())
        const error = fails()
        if (error) throw error
        return { epoch: 'x', folders: [] }
      }
      const { 'cache.attach': call } = cacheCalls
      createPeer(theirs, { serves: { 'cache.attach': call }, handlers: { 'cache.attach': attach }, calls: {}, emits: {}, hears: {}, on: {} })
      return { attached: link.attach(ours), close }
    }
    return { link, tries, problems, removed, connect, setRoom: (room: boolean) => (isRoom = room) }
  }
  const broken = () => new MailError('internal', 'cache.broken', { reason: 'x' })

  it('is attached to again and again; its files are removed where there is room', async () => {
    const one = stage(() => (one.removed.length === 0 ? broken() : null))
    const { attached } = one.connect()
    await vi.runAllTimersAsync()
    await attached
    expect(one.link.current).not.toBeNull()
    expect([one.tries.length, one.removed, one.problems]).toEqual([3, [2], ['damaged', null]])
  })

  it('is let alone while the disk is full', async () => {
    const one = stage(() => null)
    one.setRoom(false)
    const { attached } = one.connect()
    await vi.advanceTimersByTimeAsync(60_000)
    expect([one.tries, one.problems, one.link.current]).toEqual([[], ['full'], null])
    one.setRoom(true)
    await vi.advanceTimersByTimeAsync(5000)
    await attached
    expect([one.tries.length, one.problems, one.removed]).toEqual([1, ['full', null], []])
  })

  it('that opens and cannot be read is left to the page, which has its files open', async () => {
    const one = stage(() => (one.tries.length < 5 ? new MailError('internal', 'cache.unreadable', { reason: 'x' }) : null))
    const { attached } = one.connect()
    await vi.runAllTimersAsync()
    await attached
    expect([one.tries.length, one.removed, one.problems]).toEqual([5, [], ['damaged', null]])
  })

  it('whose error is no damage keeps its files', async () => {
    const one = stage(() => (one.tries.length < 6 ? new MailError('internal', 'defect', { reason: 'ours' }) : null))
    const { attached } = one.connect()
    await vi.runAllTimersAsync()
    await attached
    expect([one.tries.length, one.removed, one.problems]).toEqual([6, [], []])
  })

  it('is waited for longer each time it attaches and soon goes', async () => {
    const one = stage(() => null)
    const waits: number[] = []
    for (let i = 0; i < 4; i++) {
      const before = Date.now()
      const { attached, close } = one.connect()
      await vi.advanceTimersByTimeAsync(30_000)
      await attached
      waits.push(one.tries.at(-1)! - before)
      close()
    }
    expect(waits).toEqual([0, 500, 1000, 2000])
  })

  it('that goes meanwhile is waited for no more', async () => {
    const one = stage(broken)
    const first = one.connect()
    await vi.advanceTimersByTimeAsync(100)
    first.close()
    await vi.advanceTimersByTimeAsync(60_000)
    await first.attached
    expect(one.tries).toHaveLength(1)
  })
})
