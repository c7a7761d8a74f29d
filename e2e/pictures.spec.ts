/**
 * The window and its dialogs on the demo mailbox, in both themes: axe finds nothing in any of them. With PILLARBOX_PICTURES=FOLDER each is written there as a
 * picture; docs/pictures was made so.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startDemoServer } from './demo/imap/server.ts'
import { alice } from './demo/mailbox/messages.ts'
import { createMailbox } from './demo/mailbox/mailbox.ts'
import { createPostOffice } from './demo/smtp/smtp-server.ts'
import { expect, test as base } from './fixtures/app.ts'
import { axeViolations } from './fixtures/axe.ts'
import { RunningApp } from './fixtures/running-app.ts'
import { addAccountModel } from './pages/add-account.ts'
import { composerModel } from './pages/composer.ts'
import { windowModel } from './pages/window.ts'
import { createCertificates } from './servers/certificates.ts'
import { Submission } from './servers/submission.ts'

const login = { user: 'alice', password: 'demo' }

interface Demo {
  authorityFile: string
  incoming: { host: string; port: number; security: 'TLS'; user: string }
  outgoing: { host: string; port: number; security: 'TLS'; user: string }
}

const test = base.extend<{ demo: Demo }>({
  demo: async ({}, provide) => {
    const folder = await mkdtemp(join(tmpdir(), 'pillarbox-pictures-'))
    const certificates = createCertificates()
    const authorityFile = join(folder, 'authority.pem')
    await writeFile(authorityFile, certificates.authority)
    const store = createMailbox(new Date())
    const server = await startDemoServer(store, login, certificates.certificate, certificates.key)
    const submission = await Submission.create(login.password, createPostOffice(store, { ...login, owner: alice }), certificates)
    const shared = { host: 'localhost', security: 'TLS' as const, user: login.user }
    await provide({ authorityFile, incoming: { ...shared, port: server.port }, outgoing: { ...shared, port: submission.tlsPort } })
    await server.dispose()
    await submission.dispose()
    await rm(folder, { recursive: true, force: true })
  },
})

for (const theme of ['light', 'dark'] as const)
  test(`the window and its dialogs in ${theme}`, async ({ built: _built, demo }) => {
    test.setTimeout(180_000)
    const app = await RunningApp.start({ accounts: [], authorityFile: demo.authorityFile, args: ['--theme', theme] })
    try {
      const { page } = app
      page.setDefaultTimeout(15_000)
      await page.setViewportSize({ width: 1360, height: 860 })
      const look = async (name: string): Promise<void> => {
        await page.waitForTimeout(300) // what fades in is there
        expect(await axeViolations(page), name).toEqual([])
        if (process.env.PILLARBOX_PICTURES) await page.screenshot({ path: join(process.env.PILLARBOX_PICTURES, `${name}-${theme}.png`) })
      }
      const view = windowModel(page)
      const set = addAccountModel(page)
      const composer = composerModel(page)

      await look('first-run')
      await set.open()
      await set.name.fill(alice.name)
      await set.email.fill('alice@gmail.com')
      await expect(set.dialog.getByRole('button', { name: 'Open the page for app passwords' })).toBeVisible()
      await look('add-account')
      await set.identify(alice.name, alice.address, login.password)
      await set.describe('Incoming', demo.incoming)
      await set.describe('Outgoing', demo.outgoing)
      await set.button('Test connection').click()
      await expect(set.checks.getByRole('status')).toHaveText('Receiving and sending work.')
      await look('connection-test')
      await set.button('Add account').click()
      await look('keep-passwords')
      await set.keepWith('four words of mine')

      await expect(view.connection).toContainText('Up to date')
      await view.row('Harbour sketches').first().click()
      await expect(view.subject).toContainText('Harbour sketches')
      await page.waitForTimeout(1500) // it is marked as read
      await look('window')
      await page.keyboard.press('r')
      await expect(composer.text).toBeFocused()
      await page.keyboard.type('The second one, with the crane. I will bring the ')
      await page.keyboard.press('Control+b')
      await page.keyboard.type('large sheet')
      await page.keyboard.press('Control+b')
      await page.keyboard.type(' on Thursday.')
      await composer.attach({ name: 'crane.pdf', mimeType: 'application/pdf', buffer: Buffer.alloc(182_000, 'x') })
      await expect(composer.saved).toContainText('Saved')
      await look('composer')
      await composer.button('Send').click()
      await expect(composer.local('Outbox')).toHaveAccessibleName('Outbox, 1')
      await look('sending')
      await view.row('Rail tickets').first().click()
      await page.keyboard.press('e')
      await page.getByRole('button', { name: 'Show activity' }).click()
      await page.getByRole('tab', { name: /^Waiting/ }).click()
      await look('activity')
      await page.keyboard.press('Escape')
      await view.row('Cabin in February').first().click()
      await page.keyboard.press('v')
      await expect(page.getByRole('dialog')).toBeVisible()
      await look('move')
      await page.keyboard.press('Escape')
      await page.keyboard.press('Control+k')
      await look('palette')
      await page.keyboard.press('Escape')
      await page.getByRole('button', { name: 'Settings' }).click()
      await look('settings')
      await page.getByRole('menuitem', { name: 'Accounts…' }).click()
      await look('accounts')
      await page.keyboard.press('Escape')
    } finally {
      await app.dispose()
    }
  })
