/** The engine of one account against a scripted server: what the person is told of it. */
import { storeOf } from '../../../shared/test-support/folders.ts'
import { afterEach, expect, it } from 'vitest'
import { MailError } from '../../../shared/errors.ts'
import { imapAnswers, scripted } from '../accounts/test-support/scripted.ts'
import { createMemoryCache } from '../cache/memory-cache.ts'
import type { Attachment } from '../cache/port.ts'
import { inlineMime } from '../mime/mime.ts'
import { AccountEngine } from './account-engine.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

const header = 'From: a@example.test\r\nSubject: Tides\r\n\r\n'
const answers: Record<string, string> = {
  SELECT: '* 1 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 2] x\r\n* FLAGS ()',
  FETCH: `* 1 FETCH (UID 1 FLAGS () INTERNALDATE " 1-Feb-2026 10:00:00 +0100" RFC822.SIZE 100 BODY[HEADER.FIELDS (SUBJECT)] {${header.length}}\r\n${header})`,
  SEARCH: '* SEARCH 1',
}

/** `folders` are those of the server, with one message each; `storing` is called before rows of one go into the cache. */
async function begin(folders: string[], storing: (path: string) => void) {
  const server = await scripted('* OK ready', line => {
    const [tag, first = '', second = ''] = line.split(' ')
    const list = line.endsWith('""') ? ['""'] : folders // the delimiter alone is asked for first
    const told = first === 'LIST' ? list.map(path => `* LIST () "/" ${path}`).join('\r\n') : answers[first === 'UID' ? second : first]
    return told === undefined ? imapAnswers('secret-words')(line) : `${told}\r\n${tag} OK done`
  })
  cleanups.push(() => server.close())
  const cache = createMemoryCache()
  const paths = new Map<number, string>()
  const port: typeof cache = {
    ...cache,
    folders: async arg => {
      const stored = await cache.folders(arg)
      for (const { id, ref } of stored) paths.set(id, ref.path)
      return stored
    },
    apply: async batch => {
      if (batch.add) storing(paths.get(batch.folder)!)
      return cache.apply(batch)
    },
  }
  const attachment: Attachment = { port, epoch: 'memory', folders: (await cache.attach({ stores: [storeOf('acct1')], operations: [] })).folders }
  const logged: unknown[] = []
  const engine = new AccountEngine({
    account: {
      id: 'acct1',
      name: 'Alice',
      email: 'alice@example.test',
      incoming: { protocol: 'imap', host: '127.0.0.1', port: server.port, security: 'none', user: 'alice', allowPlaintext: true },
      outgoing: null,
      generation: 1,
    },
    password: async () => 'secret-words',
    trust: { optionsFor: () => ({}), verified: () => Promise.resolve() },
    mime: inlineMime,
    attached: async () => attachment,
    cacheProblem: () => null,
    onStatus: () => undefined,
    told: { opening: () => async () => undefined, look: async () => undefined },
    onReady: () => undefined,
    log: (_, error) => void (error && logged.push(error)),
    now: () => 1,
  })
  cleanups.push(() => engine.dispose())
  engine.attach(attachment)
  engine.start()
  return { engine, cache, logged }
}

it.each([
  ['a full disk', new MailError('full', 'cache.full')],
  ['a worker that died', new MailError('internal', 'worker.failed', { reason: 'exit' })],
])('tells of %s, and of success when it is over', async (_, failure) => {
  let failing = true
  const { engine, cache, logged } = await begin(['INBOX', 'Archive'], path => {
    if (failing && path === 'INBOX') throw failure
  })
  await expect.poll(() => cache.rowsOf('Archive').length).toBe(1) // the others go on
  await expect.poll(() => engine.status).toMatchObject({ state: 'refused', error: { kind: failure.kind, code: failure.code } })
  expect(new Set(logged)).toEqual(new Set([failure]))
  const before = logged.length
  engine.checkNow()
  await expect.poll(() => logged.length).toBeGreaterThan(before)
  await expect.poll(() => engine.status.error?.code).toBe(failure.code)
  failing = false
  engine.checkNow()
  await expect.poll(() => engine.status).toMatchObject({ state: 'ready', error: null })
  expect(cache.rowsOf('INBOX')).toHaveLength(1)
})

it('tells no more of a folder that failed once the folder is gone', async () => {
  const folders = ['INBOX', 'Archive']
  const { engine, logged } = await begin(folders, path => {
    if (path === 'Archive') throw new MailError('internal', 'defect', { reason: 'ours' })
  })
  await expect.poll(() => engine.status.error?.params).toEqual({ reason: 'ours' })
  folders.pop()
  engine.checkNow()
  await expect.poll(() => engine.status).toMatchObject({ state: 'ready', error: null })
  expect(logged.length).toBeGreaterThan(0)
})
