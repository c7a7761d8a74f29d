/**
 * The whole program on Electron: the real host, preload, core and renderer, on a mail server in this process. Electron itself where `PILLARBOX_E2E_HOST` says
 * "electron", else the stand-in of it.
 */
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'
import { startDemoServer, type DemoServer } from './demo/imap/server.ts'
import type { Store } from './demo/imap/store.ts'
import { createMailbox, newMail } from './demo/mailbox/mailbox.ts'
import { chosenHost, commandOf, RunningApp } from './fixtures/running-app.ts'
import { windowModel } from './pages/window.ts'
import { buildProgram, buildStandIn } from './run/builds.mjs'
import { createCertificates } from './servers/certificates.ts'

const host = chosenHost === 'electron' ? 'electron' : 'stand-in'
const login = { user: 'alice', password: 'demo' }
let store: Store
let server: DemoServer
let folder: string
let authorityFile: string
let app: RunningApp

test.beforeAll(async () => {
  test.setTimeout(180_000)
  await buildProgram()
  await buildStandIn()
})

test.beforeEach(async () => {
  const { authority, certificate, key } = createCertificates()
  store = createMailbox(new Date())
  server = await startDemoServer(store, login, certificate, key)
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-electron-'))
  authorityFile = join(folder, 'authority.pem')
  await writeFile(authorityFile, authority)
  const incoming = { protocol: 'imap', host: 'localhost', port: server.port, security: 'tls', user: login.user } as const
  app = await RunningApp.start({
    host,
    accounts: [{ name: 'Alice', email: 'alice@example.test', password: login.password, incoming }],
    authorityFile,
  })
})

test.afterEach(async () => {
  await app.dispose()
  await server.dispose()
  await rm(folder, { recursive: true, force: true, maxRetries: 5 })
})

test('mail is shown, opened and followed, and shown again after a restart and a wiped cache', async () => {
  test.setTimeout(120_000)
  const first = windowModel(app.page)
  await expect(first.folder('Inbox')).toBeVisible()
  await expect(first.rows.first()).toBeVisible()
  await first.rows.nth(1).click()
  await expect(first.subject).toBeVisible()
  await expect(first.body.locator('body')).not.toBeEmpty()
  const before = (await first.folder('Inbox').getAttribute('aria-label')) ?? ''
  store.add(store.find('INBOX')!, newMail(new Date()), [], new Date())
  await expect(first.folder('Inbox')).not.toHaveAccessibleName(before)

  await app.restart()
  await expect(windowModel(app.page).rows.first()).toBeVisible()

  await app.stop()
  await app.wipeIndexedDb()
  await app.start()
  await expect(windowModel(app.page).rows.first()).toBeVisible()
  if (host === 'stand-in') expect(app.logs).toBe('') // Electron itself says this and that
})

test('a notification that is chosen opens the message it tells of, wherever the window was', async () => {
  test.skip(host === 'electron', 'nobody here can choose a notification of the system')
  const view = windowModel(app.page)
  await expect(view.rows.first()).toBeVisible()
  await app.stop()
  process.env.STAND_IN_CLICKS = '1'
  await app.start().finally(() => delete process.env.STAND_IN_CLICKS)
  const window = windowModel(app.page)
  await expect(window.connection).toContainText('Up to date')
  await window.folder('Sent').click()
  await expect(window.rows.first()).toBeVisible()
  store.add(store.find('INBOX')!, newMail(new Date()), [], new Date())
  await expect(window.subject).toHaveText('The lighthouse is open on Sunday')
  await expect(window.row('The lighthouse is open on Sunday')).toHaveAttribute('aria-selected', 'true')
})

test('a second start leaves the first alone, and a picture is taken', async () => {
  await expect(windowModel(app.page).rows.first()).toBeVisible()
  const [program, ...words] = commandOf(host, ['--profile', app.profile, '--headless'])
  const second = await promisify(execFile)(program, words)
  expect(second.stdout).toContain('Pillarbox is already running on this profile; its window comes to the front.')
  await expect(windowModel(app.page).rows.first()).toBeVisible()
  await app.stop()

  const file = join(folder, 'picture.png')
  const [again, ...rest] = commandOf(host, ['--profile', app.profile, '--headless', '--screenshot', file])
  await promisify(execFile)(again, rest, { env: { ...process.env, NODE_EXTRA_CA_CERTS: authorityFile } })
  expect((await readFile(file)).subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
})
