import { folderRef, storeOf } from '../../../shared/test-support/folders.ts'
import { expect, it } from 'vitest'
import { cacheCalls } from '../../../shared/contract/cache-calls.ts'
import type { Operation } from '../../../shared/operations.ts'
import { createPeer, createTransportPair } from '../../../shared/rpc.ts'
import { CacheLink } from './port.ts'
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
