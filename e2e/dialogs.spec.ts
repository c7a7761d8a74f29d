/** Every dialog about accounts in both themes: axe finds nothing, nothing is cut off. With PILLARBOX_PICTURES a picture of each is written to that folder. */
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { accountOn, expect, test } from './fixtures/app.ts'
import { axeViolations } from './fixtures/axe.ts'
import { message } from './fixtures/messages.ts'
import { addAccountModel } from './pages/add-account.ts'
import { password } from './servers/dovecot.ts'

/** Looks at the dialog that is open: it fits its box sideways, and axe is content. */
async function look(page: Page, name: string): Promise<void> {
  const dialog = page.getByRole('dialog')
  await expect(dialog).toBeVisible()
  expect(await axeViolations(page), name).toEqual([])
  const wider = await dialog.evaluate(element =>
    [element, ...element.querySelectorAll('*')]
      .filter(one => !one.matches('.visually-hidden') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible')
      .map(one => one.outerHTML.slice(0, 120)),
  )
  expect(wider, `${name}: cut off`).toEqual([])
  if (process.env.PILLARBOX_PICTURES) await page.screenshot({ path: join(process.env.PILLARBOX_PICTURES, `${name}.png`) })
}

for (const theme of ['light', 'dark'] as const)
  test(`dialogs about accounts in ${theme}`, async ({ server, startApp }) => {
    test.setTimeout(120_000)
    await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
    const { app, view } = await startApp({ accounts: [], authorityFile: undefined, args: ['--theme', theme] })
    await app.page.setViewportSize({ width: 1280, height: 860 })
    const set = addAccountModel(app.page)
    await set.open()
    await set.identify('Alice', 'alice@example.test', password)
    await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
    await set.describe('Outgoing', { host: 'localhost', port: 1, security: 'TLS', user: 'alice' })
    await set.button('Test connection').click()
    const card = set.dialog.getByRole('region', { name: 'Certificate of localhost' })
    await expect(card).toBeVisible()
    await look(app.page, `certificate-${theme}`)
    await card.getByRole('textbox', { name: 'Type localhost to agree' }).fill('localhost')
    await card.getByRole('button', { name: 'Trust this certificate for localhost' }).click()
    await expect(set.checks.getByRole('status')).toHaveText('Receiving works, sending does not.')
    await set.button('Add anyway').click()
    await look(app.page, `keep-passwords-${theme}`)
    await set.keepWith('four words of mine')
    await expect(view().row('Welcome')).toBeVisible()

    await app.restart()
    await app.page.setViewportSize({ width: 1280, height: 860 })
    await look(app.page, `unlock-${theme}`)
    await app.page.getByLabel('Passphrase').fill('four words of mine')
    await app.page.keyboard.press('Enter')
    await expect(view().connection).toContainText('Up to date')
    await app.page.getByRole('button', { name: 'Settings' }).click()
    await app.page.getByRole('menuitem', { name: 'Accounts…' }).click()
    await look(app.page, `accounts-${theme}`)
    await app.page.getByRole('button', { name: 'Change alice@example.test' }).click()
    await expect(app.page.getByRole('textbox', { name: 'Your name' })).toHaveValue('Alice')
    await look(app.page, `change-account-${theme}`)
    await app.page.getByRole('button', { name: 'Back' }).click()
    await app.page.getByRole('button', { name: 'Remove alice@example.test' }).click()
    await look(app.page, `remove-account-${theme}`)
    await app.page.getByRole('button', { name: 'Cancel' }).click()
    await app.page.keyboard.press('Escape')
    await expect(app.page.getByRole('dialog')).toHaveCount(0)
  })

test('a refused password asks for another', async ({ server, startApp }) => {
  const { app, view } = await startApp({ accounts: [{ ...accountOn(server), password: 'Wrong-Marker' }] })
  await expect(view().connection).toContainText('refused the user name or password')
  await app.page.getByRole('button', { name: 'Enter password…' }).click()
  await look(app.page, 'password')
  await app.page.getByRole('dialog').getByLabel('Password', { exact: true }).fill(password)
  await app.page.keyboard.press('Enter')
  await expect(app.page.getByRole('dialog')).toHaveCount(0)
  await expect(view().connection).toContainText('Up to date')
})
