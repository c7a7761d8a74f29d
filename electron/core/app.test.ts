import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { factWords } from '../../renderer/data/words/errors.ts'
import { newMailWords } from '../../renderer/data/words/new-mail.ts'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { Submission } from '../../e2e/servers/submission.ts'
import { cacheCalls } from '../../shared/contract/cache-calls.ts'
import type { Handlers } from '../../shared/contract/call.ts'
import { coreCalls, windowCalls } from '../../shared/contract/core-calls.ts'
import { coreEvents } from '../../shared/contract/core-events.ts'
import { folderRef } from '../../shared/test-support/folders.ts'
import { createPeer, createTransportPair } from '../../shared/rpc.ts'
import { imapAnswers, scripted } from './accounts/test-support/scripted.ts'
import { createApp, type App } from './app.ts'
import { createMemoryCache, type MemoryCache } from './cache/memory-cache.ts'
import type { Desktop, Host, Page } from './host.ts'
import { inlineMime } from './mime/mime.ts'

let folder: string
let app: App | null = null
let onPage: (page: Page) => void = () => undefined
const opened: { draft?: string }[] = []
let focused = 0
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-app-'))))
afterEach(async () => {
  await app?.stop()
  app = null
  opened.length = 0
  await rm(folder, { recursive: true, force: true })
})

async function start(compose?: string, desktop: Desktop | null = null): Promise<App> {
  const host: Host = {
    ...{ name: 'node', dataFolder: folder, downloadsFolder: folder, missingFeatures: [] },
    onPage: listener => void (onPage = listener),
    onLastWindowClosed: () => undefined,
    openWindow: async options => void opened.push(options),
    focusWindow: async () => void focused++,
    openUrl: async () => undefined,
    collectGarbage: async () => undefined,
    removeCacheFiles: async () => undefined,
    screenshot: () => Promise.reject(new Error('there is no window')),
    onNetworkChange: () => undefined,
    keyStore: async () => null,
    desktop,
    onMailto: () => undefined,
    stop: async () => undefined,
  }
  app = await createApp(host, { version: 'test', mime: inlineMime, writeLog: () => undefined, ...(compose !== undefined && { compose }) })
  return app
}

/** The cache page, as the core sees it. */
function openCachePage(cache: MemoryCache): void {
  const [theirs, ours] = createTransportPair()
  onPage({ kind: 'cache', transport: theirs, restart: () => false })
  const names = Object.keys(cacheCalls) as (keyof typeof cacheCalls)[]
  const handlers = Object.fromEntries(names.map(name => [name, cache[name.slice('cache.'.length) as keyof MemoryCache]]))
  createPeer(ours, { serves: cacheCalls, handlers: handlers as unknown as Handlers<typeof cacheCalls>, calls: {}, emits: {}, hears: {}, on: {} })
}

/** A window, as the core sees it. */
function openWindow() {
  const [theirs, ours] = createTransportPair()
  const told: string[] = []
  const states: string[] = []
  const silent = (): void => undefined
  const shown: unknown[] = []
  onPage({ kind: 'window', transport: theirs, restart: () => false })
  const peer = createPeer(ours, {
    ...{ serves: windowCalls, calls: coreCalls, emits: {}, hears: coreEvents },
    handlers: { 'window.ping': () => null, 'window.newMail': newMailWords },
    on: {
      ...{
        'account.status': silent,
        'accounts.changed': silent,
        'op.changed': silent,
        'secrets.changed': silent,
        'settings.changed': silent,
      },
      'folder.show': folder => void shown.push(folder),
      'outgoing.changed': ({ state }) => void states.push(state),
      'compose.open': ({ url }) => void told.push(url),
    },
  })
  return { peer, told, states, shown }
}

it('tells one window of the mailto address it was started with, and an open one of those that follow', async () => {
  const running = await start('mailto:a@example.test')
  const window = openWindow()
  expect((await window.peer.call('app.hello', { draft: null })).compose).toBe('mailto:a@example.test')
  expect((await openWindow().peer.call('app.hello', { draft: null })).compose).toBeNull()
  running.compose('mailto:b@example.test')
  await expect.poll(() => window.told).toEqual(['mailto:b@example.test'])
})

it('keeps the address for the next main window where none is open, and opens one', async () => {
  const running = await start()
  const draftWindow = openWindow()
  expect((await draftWindow.peer.call('app.hello', { draft: 'message-0001' })).compose).toBeNull()
  focused = 0
  running.compose('mailto:c@example.test')
  expect(focused).toBe(1)
  expect((await draftWindow.peer.call('app.hello', { draft: 'message-0001' })).compose).toBeNull()
  expect(draftWindow.told).toEqual([])
  expect((await openWindow().peer.call('app.hello', { draft: null })).compose).toBe('mailto:c@example.test')
})

it('tells all windows of a draft, finds it after a restart, and gives it a window', async () => {
  await start()
  const [first, second] = [openWindow(), openWindow()]
  const draft = {
    ...{ id: 'message-0001', to: [], cc: [], bcc: [], subject: 'Hello', format: 'plain' as const, html: '', text: '' },
    ...{ answers: null, attachments: [], revision: 1 },
  }
  await expect(first.peer.call('draft.save', { ...draft, account: 'acct1' })).rejects.toMatchObject({ kind: 'gone' })
  const nowhere = { protocol: 'imap' as const, host: '127.0.0.1', port: 1, security: 'none' as const, allowPlaintext: true as const, user: 'alice' }
  const account = await first.peer.call('accounts.add', { name: 'Alice', email: 'alice@example.test', password: 'x', incoming: nowhere })
  await first.peer.call('draft.save', { ...draft, account: account.id })
  await expect.poll(() => [first.states, second.states]).toEqual([['draft'], ['draft']])
  await first.peer.call('draft.window', { id: 'message-0001' })
  expect(opened.at(-1)).toEqual({ theme: 'system', draft: 'message-0001' })
  await expect(first.peer.call('draft.window', { id: 'message-0002' })).rejects.toMatchObject({ kind: 'gone' })
  await expect(first.peer.call('draft.send', { id: 'message-0001', holdMs: 0 })).rejects.toMatchObject({ kind: 'invalid' })
  await app!.stop()
  await start()
  expect((await openWindow().peer.call('app.hello', { draft: null })).outgoing).toMatchObject([
    { id: 'message-0001', state: 'draft', subject: 'Hello' },
  ])
})

it('says once what was found damaged at start', async () => {
  await mkdir(join(folder, 'drafts', 'message-0001'), { recursive: true })
  await writeFile(join(folder, 'drafts', 'message-0001', 'draft.json'), '{"format":1')
  for (const name of ['operations', 'outbox', 'told']) await writeFile(join(folder, `${name}.journal`), 'no record\n')
  await start()
  const { peer } = openWindow()
  const { startupWarnings } = await peer.call('app.hello', { draft: null })
  expect(startupWarnings.map(fact => factWords(fact))).toEqual([
    expect.stringMatching(/^Some records of messages on their way could not be read/),
    'A draft is damaged and cannot be shown. Its file is kept in the folder “drafts” of this profile.',
    expect.stringMatching(/^What was told of new mail/),
    expect.stringMatching(/^Some records of changes that waited/),
  ])
  expect((await peer.call('app.hello', { draft: null })).startupWarnings).toEqual([])
})

it('starts whatever one of its files says, and tells of each', async () => {
  const files = {
    'accounts.json': '{"v":2,"accounts":[{"id":"alice0","email":"alice@example.test","incoming":{"protocol":"jmap"}}]}',
    'settings.json': '{"v":2,"theme":"sepia"}',
    'certificates.json': '{"v":2',
    'secrets.json': '{"v":9}',
    'profile.json': 'nonsense',
  }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  await start()
  const { startupWarnings } = await openWindow().peer.call('app.hello', { draft: null })
  expect(startupWarnings.map(fact => factWords(fact))).toEqual([
    expect.stringMatching(/^An account \(alice@example.test\)/),
    expect.stringMatching(/^The file of your passwords/),
    expect.stringMatching(/^Certificates you trusted/),
    expect.stringMatching(/^The setting “theme”/),
  ])
  for (const name of ['accounts.json', 'settings.json', 'certificates.json', 'secrets.json'] as const)
    expect(await readFile(join(folder, name), 'utf8')).toBe(files[name])
})

it('does not start on the profile of a newer program, and changes nothing in it', async () => {
  await writeFile(join(folder, 'profile.json'), '{"v":99}')
  await writeFile(join(folder, 'letters.journal'), 'x')
  await expect(start()).rejects.toMatchObject({ kind: 'refused' })
  expect((await readdir(folder)).sort()).toEqual(['letters.journal', 'profile.json'])
})

it('tries messages again at once when the account they wait for was changed', async () => {
  const smtp = await Submission.create('right', { inClear: true })
  try {
    await start()
    const { peer } = openWindow()
    const server = { host: '127.0.0.1', security: 'none' as const, allowPlaintext: true, user: 'alice' }
    const described = {
      ...{ name: 'Alice', email: 'alice@example.test', password: 'wrong' },
      incoming: { ...server, protocol: 'imap' as const, port: 1 },
      outgoing: { ...server, port: smtp.startTlsPort },
    }
    const { id: account } = await peer.call('accounts.add', described)
    await peer.call('draft.save', {
      ...{ id: 'message-0001', account, to: [['', 'bob@example.test']], cc: [], bcc: [], subject: 'Hello', format: 'plain', html: '', text: '' },
      ...{ answers: null, attachments: [], revision: 1 },
    })
    await peer.call('draft.send', { id: 'message-0001', holdMs: 0 })
    const draft = async () => (await peer.call('app.hello', { draft: null })).outgoing[0]!
    await expect.poll(async () => (await draft()).error?.kind).toBe('auth')
    await peer.call('accounts.update', { account, described: { ...described, password: 'right' } })
    await expect.poll(async () => (await draft()).state, { timeout: 2000 }).toBe('sent')
    await peer.call('draft.save', {
      ...{ id: 'message-0002', account, to: [], cc: [], bcc: [], subject: 'Thrown away', format: 'plain', html: '', text: '' },
      ...{ answers: null, attachments: [], revision: 1 },
    })
    await peer.call('draft.discard', { id: 'message-0002' })
    await peer.call('accounts.remove', { account, confirmed: 'alice@example.test' })
    expect(await peer.call('draft.restore', { id: 'message-0002' })).toBe(false)
    expect((await peer.call('app.hello', { draft: null })).outgoing).toEqual([])
    expect(await readdir(join(folder, 'drafts'))).toEqual([])
  } finally {
    await smtp.dispose()
  }
})

it('tells of new mail that came while no window was there, after a restart, and goes to what was chosen', async () => {
  let count = 1
  const server = await scripted('* OK ready', line => {
    const [tag, first = '', second = '', uids = ''] = line.split(' ')
    const named = first === 'UID' ? second : first
    const [from = 1, to = from] = uids.split(':').map(Number)
    const header = 'From: Bob <bob@example.test>\r\nSubject: Roses\r\n\r\n'
    const row = (uid: number): string =>
      `* ${uid} FETCH (UID ${uid} FLAGS () INTERNALDATE " 1-Feb-2026 10:00:00 +0100" RFC822.SIZE 100 BODY[HEADER.FIELDS (SUBJECT)] {${header.length}}\r\n${header})`
    const all = Array.from({ length: count }, (_, i) => i + 1)
    const answers: Record<string, string> = {
      LIST: `* LIST () "/" ${line.endsWith('""') ? '""' : 'INBOX'}`,
      SELECT: `* ${count} EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT ${count + 1}] x\r\n* FLAGS ()`,
      FETCH: all
        .filter(uid => first !== 'UID' || (uid >= from && uid <= to))
        .map(row)
        .join('\r\n'),
      SEARCH: `* SEARCH ${all.join(' ')}`,
    }
    const answer = answers[named]
    return answer ? `${answer}\r\n${tag} OK done` : imapAnswers('secret-words')(line)
  })
  const notices: { title: string; body: string }[] = []
  let choose = (): void => undefined
  const desktop: Desktop = {
    setUnread: () => undefined,
    makeMailProgram: () => false,
    notify(notice, onClick) {
      notices.push(notice)
      choose = onClick
    },
  }
  const cache = createMemoryCache()
  try {
    await start(undefined, desktop)
    openCachePage(cache)
    const [theirs, ours] = createTransportPair()
    onPage({ kind: 'window', transport: theirs, restart: () => false })
    const mute = createPeer(ours, { serves: {}, handlers: {}, calls: coreCalls, emits: {}, hears: {}, on: {} }) // it words nothing
    const incoming = {
      ...{ protocol: 'imap' as const, host: '127.0.0.1', port: server.port, security: 'none' as const, allowPlaintext: true as const },
      user: 'alice',
    }
    const { id } = await mute.call('accounts.add', { name: 'Alice', email: 'alice@example.test', password: 'secret-words', incoming })
    await expect.poll(() => cache.rowsOf('INBOX').length).toBe(1)
    count = 2
    await mute.call('sync.now', { account: id })
    await expect.poll(() => cache.rowsOf('INBOX').length).toBe(2)
    await app!.stop()
    expect(notices).toEqual([])

    await start(undefined, desktop)
    openCachePage(cache)
    const window = openWindow()
    await window.peer.call('app.hello', { draft: null })
    await window.peer.call('accounts.password', { account: id, password: 'secret-words' }) // kept for a run: there is no key store
    await expect.poll(() => notices).toEqual([{ title: 'Bob', body: 'Roses' }])
    focused = 0
    choose()
    await expect.poll(() => window.shown).toEqual([{ folder: folderRef(id, 'INBOX'), uid: 2 }])
    expect(focused).toBe(1)
    await window.peer.call('sync.now', { account: id })
    await window.peer.call('accounts.remove', { account: id, confirmed: 'alice@example.test' })
    expect(notices).toHaveLength(1)
  } finally {
    server.close()
  }
})
