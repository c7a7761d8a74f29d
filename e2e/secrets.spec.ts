/** Where passwords are kept: the system's key store, a passphrase, or this run only; and that they are nowhere else. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { accountOn, expect } from './fixtures/app.ts'
import { message } from './fixtures/messages.ts'
import type { RunningApp } from './fixtures/running-app.ts'
import { test as base } from './fixtures/submission.ts'
import { addAccountModel } from './pages/add-account.ts'
import { password, type Dovecot } from './servers/dovecot.ts'
import { KeyRing, whyNoKeyRing } from './servers/key-ring.ts'
import type { Submission } from './servers/submission.ts'

const test = base.extend<{ keyRing: KeyRing }>({
  keyRing: async ({}, provide, info) => {
    const missing = whyNoKeyRing()
    info.skip(missing !== null, missing ?? '')
    const ring = await KeyRing.create()
    await provide(ring)
    await ring.dispose()
  },
})

/** Adds alice by the dialog up to the last button. */
async function describeAlice(page: Page, server: Dovecot, submission: Submission) {
  const set = addAccountModel(page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', password)
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.startTlsPort, security: 'STARTTLS', user: 'alice' })
  await set.button('Add account').click()
  return set
}

/** Files below `folder` that hold any of the texts, as UTF-8 or UTF-16. */
async function filesWith(folder: string, texts: string[]): Promise<string[]> {
  const found: string[] = []
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const bytes = await readFile(file).catch(() => Buffer.alloc(0)) // a file of Chromium that went meanwhile
    if (texts.some(text => bytes.includes(text) || bytes.includes(Buffer.from(text, 'utf16le')))) found.push(file)
  }
  return found
}

/** Command lines of every process of this computer. */
async function commandLines(): Promise<string> {
  const pids = (await readdir('/proc')).filter(name => /^\d+$/.test(name))
  return (await Promise.all(pids.map(pid => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))).join('\n')
}

/** Writes down what crosses between the page and the core from the next load on: on this host every message is JSON. */
async function listenToWire(page: Page): Promise<() => Promise<string>> {
  await page.addInitScript(() => {
    const wire: string[] = []
    Object.assign(window, { __wire: wire })
    const { parse, stringify } = JSON
    JSON.parse = (text, reviver) => (wire.push(text), parse(text, reviver))
    JSON.stringify = (value: unknown) => {
      const text = stringify(value)
      wire.push(text)
      return text
    }
  })
  return () => page.evaluate(() => (window as unknown as { __wire: string[] }).__wire.join('\n'))
}

async function expectNowhere(app: RunningApp, texts: string[]): Promise<void> {
  expect(await filesWith(app.profile, texts)).toEqual([])
  for (const text of texts) {
    expect(app.logs).not.toContain(text)
    if (process.platform === 'linux') expect(await commandLines()).not.toContain(text)
  }
}

test('the key store keeps them: nothing is asked, and the password is in no file, log, argument or message', async ({
  server,
  submission,
  authorityFile,
  keyRing,
  startApp,
}) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [], authorityFile, env: { ...keyRing.env, PILLARBOX_KEY_STORE: '' } })
  const set = await describeAlice(app.page, server, submission)
  await expect(set.dialog).toHaveCount(0)
  await expect(view().row('Welcome')).toBeVisible()
  await expectNowhere(app, [password])
  const wire = await listenToWire(app.page)
  await app.page.reload()
  await view().row('Welcome').click()
  await expect(view().body.getByText('Hello.')).toBeVisible()
  const said = await wire()
  expect(said).toContain('alice@example.test')
  expect(said).not.toContain(password)

  await app.restart()
  await server.deliver('alice', 'INBOX', message({ subject: 'News', body: 'new' }))
  await expect(view().row('News')).toBeVisible()
  await expectNowhere(app, [password])
})

test('without a key store a passphrase keeps them: asked for at the start, mail can be read before', async ({
  server,
  submission,
  authorityFile,
  startApp,
}) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [], authorityFile })
  const set = await describeAlice(app.page, server, submission)
  await expect(set.dialog.getByText('no key store')).toBeVisible()
  await set.keepWith('short')
  await expect(set.dialog.getByRole('alert')).toContainText('At least 8 characters')
  await set.keepWith('Marker passphrase of mine')
  await expect(set.dialog).toHaveCount(0)
  await expect(view().row('Welcome')).toBeVisible()
  await view().row('Welcome').click()
  await expect(view().body.getByText('Hello.')).toBeVisible()
  await expectNowhere(app, [password, 'Marker passphrase of mine'])

  await app.restart()
  const unlock = app.page.getByRole('dialog', { name: 'Unlock your passwords' })
  await expect(unlock.getByLabel('Passphrase')).toBeFocused()
  await unlock.getByRole('button', { name: 'Not now' }).click()
  await expect(view().row('Welcome')).toBeVisible()
  await expect(view().connection).toContainText('The passwords are locked.')
  await app.page.getByRole('button', { name: 'Unlock…' }).click()
  await unlock.getByLabel('Passphrase').fill('another')
  await app.page.keyboard.press('Enter')
  await expect(unlock.getByRole('alert')).toHaveText('This is not the passphrase.')
  await unlock.getByLabel('Passphrase').fill('Marker passphrase of mine')
  await app.page.keyboard.press('Enter')
  await expect(unlock).toHaveCount(0)
  await expect(view().connection).toContainText('Up to date')
  await server.deliver('alice', 'INBOX', message({ subject: 'News', body: 'new' }))
  await expect(view().row('News')).toBeVisible()
  await expectNowhere(app, [password, 'Marker passphrase of mine'])
})

test('for this run only: nothing is written, and the password is asked for after a restart', async ({
  server,
  submission,
  authorityFile,
  startApp,
}) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [], authorityFile })
  const set = await describeAlice(app.page, server, submission)
  await set.keepForThisRun()
  await expect(set.dialog).toHaveCount(0)
  await expect(view().row('Welcome')).toBeVisible()
  await app.restart()
  await expect(view().row('Welcome')).toBeVisible()
  await app.page.getByRole('button', { name: 'Enter password…' }).click()
  const dialog = app.page.getByRole('dialog', { name: 'Password of alice@example.test' })
  await dialog.getByLabel('Password', { exact: true }).fill(password)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(view().connection).toContainText('Up to date')
  await expectNowhere(app, [password])
})

test('a provisioned password serves for the run, and is not written either', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [accountOn(server)] })
  await expect(view().row('Welcome')).toBeVisible()
  await expectNowhere(app, [password])
  expect(await readdir(app.profile)).not.toContain('secrets.json')
})
