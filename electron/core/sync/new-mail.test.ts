import { folderRef, storeOf } from '../../../shared/test-support/folders.ts'
import { expect, it } from 'vitest'
import { Flag } from '../../../shared/model/flags.ts'
import { hashText } from '../../../shared/model/hash.ts'
import { createMemoryCache } from '../cache/memory-cache.ts'
import { FakeServer, type Method } from '../store/test-support/fake-server.ts'
import { inlineMime } from '../mime/mime.ts'
import { newMailFacts, OwnMessages, type NewMessage } from './new-mail.ts'
import { syncFolder } from './folder-sync.ts'

const from = (name: string, subject: string): NewMessage => ({ uid: 7, headers: { from: [[name, `${name}@example.test`]], to: [], subject } })

it('tells of one message by its sender and subject, and counts several', () => {
  const bob: [string, string] = ['Bob', 'Bob@example.test']
  expect(newMailFacts([from('Bob', 'Roses')])).toEqual({ count: 1, uid: 7, subject: 'Roses', senders: [bob], more: false })
  expect(newMailFacts([{ uid: 7, headers: { from: [], to: [], subject: '' } }])).toMatchObject({ subject: '', senders: [['', '']] })
  const several = newMailFacts([from('Bob', 'a'), from('Eve', 'b'), from('Bob', 'c')])
  expect(several).toEqual({ count: 3, uid: null, subject: '', senders: [bob, ['Eve', 'Eve@example.test']], more: false })
  expect(newMailFacts(['A', 'B', 'C', 'D'].map(name => from(name, 'x')))).toMatchObject({ count: 4, senders: { length: 3 }, more: true })
})

it.each<Method>(['qresync', 'condstore', 'plain'])(
  'tells of new unread mail, never of a first sync, read mail or old mail found late (%s)',
  async method => {
    const server = new FakeServer({ method })
    const cache = createMemoryCache()
    const told: string[][] = []
    const sync = async (): Promise<void> => {
      const session = server.session()
      await cache.attach({ stores: [storeOf('acct1')], operations: [] })
      const folders = await cache.folders({ ...storeOf('acct1'), folders: (await session.list()).folders })
      const folder = folders.find(({ ref }) => ref.path === 'INBOX')!
      const shared = { session, cache, mime: inlineMime, asOf: () => 0, now: () => 5, shouldYield: () => false }
      const onNewMail = (newMail: NewMessage[]): void => void told.push(newMail.map(({ headers }) => headers.subject))
      while ((await syncFolder({ ...shared, folder, onNewMail })) === 'yielded');
    }
    server.inbox.deliver(2300)
    await sync()
    expect(told).toEqual([])
    server.inbox.deliver(2)
    server.inbox.setFlags([2302], Flag.seen)
    await sync()
    expect(told).toEqual([['message 2301']])
    server.inbox.setFlags([5], Flag.flagged)
    await sync()
    expect(told).toHaveLength(1)
  },
)

it('does not tell of mail that this program moved into Inbox itself', async () => {
  const server = new FakeServer({ method: 'qresync' })
  const cache = createMemoryCache()
  const told: string[][] = []
  const own = new OwnMessages()
  const sync = async (): Promise<void> => {
    const session = server.session()
    await cache.attach({ stores: [storeOf('acct1')], operations: [] })
    const folders = await cache.folders({ ...storeOf('acct1'), folders: (await session.list()).folders })
    const folder = folders.find(({ ref }) => ref.path === 'INBOX')!
    const shared = { session, cache, mime: inlineMime, asOf: () => 0, now: () => 5, shouldYield: () => false }
    const onNewMail = (newMail: NewMessage[]): void => void told.push(newMail.map(({ headers }) => headers.subject))
    while ((await syncFolder({ ...shared, folder, onNewMail, isOurs: hash => own.has('acct1', hash) })) === 'yielded');
  }
  server.inbox.deliver(3)
  await sync()
  server.inbox.deliver(2)
  const header = server.inbox.messages.at(-1)!.header
  const hash = hashText(/^Message-ID: (.*)$/im.exec(header)![1]!.trim())
  const ref = {
    account: 'acct1',
    locators: [{ kind: 'uid' as const, folder: folderRef('acct1', 'Archive'), uidValidity: 1, uid: 1 }],
    size: 1,
    date: 1,
  }
  own.add({ kind: 'move', id: 'op-000001', account: 'acct1', at: 1, to: folderRef('acct1', 'INBOX'), messages: [{ ...ref, messageIdHash: hash }] })
  own.add({
    kind: 'move',
    id: 'op-000002',
    account: 'acct1',
    at: 1,
    to: folderRef('acct1', 'Archive'),
    messages: [{ ...ref, messageIdHash: hash + 1 }],
  })
  await sync()
  expect(told).toEqual([['message 4']])
  expect(own.has('acct2', hash)).toBe(false)
})
