/** Adding an account by hand, on a real Dovecot for incoming and a small server for outgoing mail. */
import { readFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { axeViolations } from './fixtures/axe.ts'
import { accountOn, expect } from './fixtures/app.ts'
import { message } from './fixtures/messages.ts'
import { test } from './fixtures/submission.ts'
import { addAccountModel } from './pages/add-account.ts'
import { password } from './servers/dovecot.ts'
import { FaultProxy } from './servers/fault-proxy.ts'

const accountsOf = async (profile: string) =>
  JSON.parse(await readFile(join(profile, 'accounts.json'), 'utf8').catch(() => '{"accounts":[]}')) as { accounts: { email: string }[] }

test('an account is added by hand in an empty profile, and is there after a restart', async ({ server, submission, authorityFile, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [], authorityFile })
  await expect(app.page.getByRole('heading', { name: 'Pillarbox keeps your mail in step on every device and readable offline.' })).toBeVisible()
  const set = addAccountModel(app.page)
  await set.open()
  await expect(set.name).toBeFocused()
  await set.identify('Alice', 'alice@example.test', password)
  await expect(set.protocol).toHaveValue('imap')
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.startTlsPort, security: 'STARTTLS', user: 'alice' })
  await set.button('Test connection').click()
  await expect(set.checks.getByRole('status')).toHaveText('Receiving and sending work.')
  await expect(set.lines('Incoming')).toHaveText([
    /The name localhost was found/,
    /answers on port/,
    /Encrypted with TLS, and the certificate is valid/,
    /took the user name and password/,
  ])
  await expect(set.lines('Outgoing')).toHaveText([/name localhost/, /answers/, /Encrypted with STARTTLS/, /took the user name and password/])
  await expect(set.dialog.getByRole('img', { name: 'Passed:' })).toHaveCount(8)
  expect((await accountsOf(app.profile)).accounts, 'a test saves nothing').toEqual([])
  await set.button('Add account').click()
  await set.keepWith('four words of mine')
  await expect(set.dialog).toHaveCount(0)
  await expect(view().row('Welcome')).toBeVisible()
  await expect(view().connection).toContainText('Up to date')
  expect(submission.clear.join('\n')).not.toMatch(/AUTH/i)
  expect(await app.readLog()).not.toContain(password)

  await app.restart()
  await app.page.getByLabel('Passphrase').fill('four words of mine')
  await app.page.keyboard.press('Enter')
  await expect(view().row('Welcome')).toBeVisible()
  await server.deliver('alice', 'INBOX', message({ subject: 'News', body: 'new' }))
  await expect(view().row('News')).toBeVisible()
})

test('a wrong password is said and nothing is saved; the right one adds without typing the servers again', async ({
  server,
  submission,
  authorityFile,
  startApp,
}) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [], authorityFile })
  const set = addAccountModel(app.page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', 'Wrong-Marker')
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.tlsPort, security: 'TLS', user: 'alice' })
  await set.button('Add account').click() // tests first
  await expect(set.checks.getByRole('status')).toHaveText('Neither receiving nor sending works.')
  await expect(set.lines('Incoming').last()).toContainText('localhost refused the user name or password.')
  await expect(set.lines('Outgoing').last()).toContainText('535 5.7.8 Wrong password')
  await expect(set.dialog.getByRole('img', { name: 'Failed:' })).toHaveCount(2)
  await expect(set.button('Add anyway')).toBeVisible()
  expect((await accountsOf(app.profile)).accounts).toEqual([])
  expect(await app.readLog()).not.toContain('Wrong-Marker')

  await set.button('Change the password').click()
  await expect(set.password).toBeFocused()
  await set.password.fill(password)
  await set.button('Continue').click()
  await expect(set.port('Incoming')).toHaveValue(String(server.imapsPort))
  await expect(set.checks).toHaveCount(0)
  await set.button('Add account').click()
  await set.keepForThisRun()
  await expect(set.dialog).toHaveCount(0)
  await expect(view().row('Welcome')).toBeVisible()
})

test('a second account stands beside the first, and an address is taken once', async ({ server, submission, authorityFile, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'For Alice', body: 'a' }) }])
  await server.seed('bob', 'INBOX', [{ raw: message({ subject: 'For Bob', body: 'b' }) }])
  const { app, view } = await startApp({ authorityFile })
  await expect(view().row('For Alice')).toBeVisible()
  const set = addAccountModel(app.page)
  await set.open()
  await set.name.fill('Alice')
  await set.email.fill('ALICE@example.test')
  await set.password.fill('x')
  await set.button('Continue').click()
  await expect(set.dialog.getByRole('alert')).toHaveText('ALICE@example.test has been added already.')
  await set.identify('Bob', 'bob@example.test', password)
  await set.describe('Incoming', { host: 'localhost', port: server.imapPort, security: 'STARTTLS', user: 'bob' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.tlsPort, security: 'TLS', user: 'bob' })
  await set.button('Add account').click()
  await set.keepForThisRun()
  await expect(set.dialog).toHaveCount(0)
  await expect(view().folders.getByRole('treeitem', { name: /^bob/i })).toBeVisible()
  await expect(view().folders.getByRole('treeitem', { name: /^Inbox/ })).toHaveCount(2)
  await app.page.keyboard.press('Control+2')
  await expect(view().row('For Bob')).toBeVisible()
})

test('a certificate the system does not trust is refused in words, and no password leaves', async ({ server, submission, startApp }) => {
  const { app } = await startApp({ accounts: [], authorityFile: undefined })
  const set = addAccountModel(app.page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', password)
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.startTlsPort, security: 'STARTTLS', user: 'alice' })
  await set.button('Test connection').click()
  const untrusted = 'localhost could not prove who it is: the certificate cannot be trusted, its issuer is not one this computer trusts.'
  await expect(set.lines('Incoming').last()).toContainText(untrusted)
  await expect(set.lines('Outgoing').last()).toContainText(untrusted)
  expect(submission.clear.join('\n')).not.toMatch(/AUTH/i)
  expect(await server.log()).not.toMatch(/Login: user=<alice>/)
  expect((await accountsOf(app.profile)).accounts).toEqual([])
})

test('a private certificate is trusted by its server name typed, for that server only, and holds after a restart', async ({
  server,
  submission,
  startApp,
}) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp({ accounts: [], authorityFile: undefined })
  const set = addAccountModel(app.page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', password)
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.startTlsPort, security: 'STARTTLS', user: 'alice' })
  await set.button('Test connection').click()
  const cards = set.dialog.getByRole('region', { name: 'Certificate of localhost' })
  await expect(cards).toHaveCount(2)
  await expect(cards.first()).toContainText(/SHA-256([0-9A-F]{2}:){31}[0-9A-F]{2}/)
  for (const port of [server.imapsPort, submission.startTlsPort]) {
    const card = cards.filter({ hasText: `on port ${port}` })
    const trust = card.getByRole('button', { name: 'Trust this certificate for localhost' })
    await expect(trust).toBeDisabled()
    await card.getByRole('textbox', { name: 'Type localhost to agree' }).fill('localhost')
    await trust.click()
    await expect(card).toHaveCount(0)
  }
  await expect(set.checks.getByRole('status')).toHaveText('Receiving and sending work.')
  await expect(set.lines('Incoming').nth(2)).toContainText('the certificate is the one you trusted')
  await set.button('Add account').click()
  await set.keepWith('four words of mine')
  await expect(view().row('Welcome')).toBeVisible()
  await app.restart()
  await app.page.getByLabel('Passphrase').fill('four words of mine')
  await app.page.keyboard.press('Enter')
  await expect(view().connection).toContainText('Up to date')

  // another certificate in its place: nothing is sent, and the person is told what to do
  await server.renewCertificate()
  await expect(view().connection).toContainText('localhost shows another certificate than the one you trusted. Nothing was sent.')
  await app.page.getByRole('button', { name: 'Review certificate…' }).click()
  const review = app.page.getByRole('dialog', { name: 'Certificates of alice@example.test' })
  await review.getByRole('textbox', { name: 'Type localhost to agree' }).fill('localhost')
  await review.getByRole('button', { name: 'Trust this certificate for localhost' }).click()
  await expect(review.getByRole('status')).toHaveText('The certificates of this account are in order.')
  await review.getByRole('button', { name: 'Close', exact: true }).last().click()
  await expect(view().connection).toContainText('Up to date')
})

test('where a server has proved who it is, a certificate that fails is never offered', async ({ server, startApp }) => {
  const { app, view } = await startApp()
  await expect(view().connection).toContainText('Up to date')
  await server.renewCertificate()
  await expect(view().connection).toContainText('could not prove who it is')
  await app.page.getByRole('button', { name: 'Review certificate…' }).click()
  const review = app.page.getByRole('dialog', { name: 'Certificates of alice@example.test' })
  await expect(review.getByText('This server has proved who it is before.')).toBeVisible()
  await expect(review.getByRole('button', { name: /^Trust/ })).toHaveCount(0)

  await server.stop()
  await review.getByRole('button', { name: 'Look again' }).click()
  await expect(review.getByRole('alert')).toContainText('localhost could not be looked at: ')
  await expect(review.getByRole('status')).toHaveText('Not every certificate could be looked at.')
  await server.start()
  await review.getByRole('button', { name: 'Look again' }).click()
  await expect(review.getByText('This server has proved who it is before.')).toBeVisible()
  await expect(review.getByRole('alert')).toHaveCount(0)
})

test('an account is changed in place: nothing is fetched again, a wrong password is refused, the name stays', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Welcome', body: 'Hello.' }) }])
  const { app, view } = await startApp()
  await expect(view().row('Welcome')).toBeVisible()
  await app.page.getByRole('button', { name: 'Settings' }).click()
  await app.page.getByRole('menuitem', { name: 'Accounts…' }).click()
  const list = app.page.getByRole('dialog', { name: 'Accounts' })
  await list.getByRole('button', { name: 'Change alice@example.test' }).click()
  const edit = app.page.getByRole('dialog', { name: 'Change alice@example.test' })
  await edit.getByRole('textbox', { name: 'Your name' }).fill('Alice of the hill')
  await edit.getByLabel('Password', { exact: true }).fill('Wrong-Marker')
  await edit.getByRole('textbox', { name: 'Outgoing server' }).fill('localhost')
  await edit.getByRole('spinbutton', { name: 'Outgoing port' }).fill('1')
  await edit.getByRole('textbox', { name: 'Outgoing user name' }).fill('alice')
  await edit.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(edit.getByRole('status').filter({ hasText: 'Neither' })).toBeVisible()
  await edit.getByRole('button', { name: 'Change the password' }).click()
  await expect(edit.getByLabel('Password', { exact: true })).toBeFocused()
  await edit.getByLabel('Password', { exact: true }).fill('')
  await edit.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(edit.getByRole('status').filter({ hasText: 'Receiving works, sending does not.' })).toBeVisible()
  await edit.getByRole('button', { name: 'Save anyway' }).click()
  await expect(list.getByText('Alice of the hill')).toBeVisible()
  await list.getByRole('button', { name: 'Done' }).click()
  await expect(view().connection).toContainText('Up to date')
  await server.deliver('alice', 'INBOX', message({ subject: 'News', body: 'new' }))
  await expect(view().row('News')).toBeVisible()
  expect((await accountsOf(app.profile)).accounts).toMatchObject([{ name: 'Alice of the hill', outgoing: { port: 1 } }])
})

test('removing an account says what it means; changes only this computer has ask for the address', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'For Alice', body: 'a' }) }])
  await server.seed('bob', 'INBOX', [{ raw: message({ subject: 'For Bob', body: 'b' }) }])
  const { app, view } = await startApp({ accounts: [accountOn(server), accountOn(server, 'bob')] })
  await expect(view().folders.getByRole('treeitem', { name: /^Inbox/ })).toHaveCount(2)
  await app.page.keyboard.press('Control+1') // whichever came first is in front
  await expect(view().row('For Alice')).toBeVisible()
  const { page } = app
  const openRemoval = async (email: string) => {
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('menuitem', { name: 'Accounts…' }).click()
    await page.getByRole('button', { name: `Remove ${email}` }).click()
    return page.getByRole('dialog', { name: `Remove ${email}` })
  }
  const first = await openRemoval('bob@example.test')
  await expect(first.getByText('Mail on the server stays')).toBeVisible()
  await first.getByRole('button', { name: 'Remove account' }).click()
  await expect(page.getByText('bob@example.test was removed from this computer.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(view().folders.getByRole('treeitem', { name: /^Inbox/ })).toHaveCount(1)
  expect(await server.doveadm(['search', '-u', 'bob', 'mailbox', 'INBOX', 'all'])).not.toBe('')

  await server.stop()
  await expect(view().connection).toContainText('Offline')
  await view().row('For Alice').click()
  await page.keyboard.press('s')
  await expect(view().connection).toContainText('1 change waiting')
  const second = await openRemoval('alice@example.test')
  const remove = second.getByRole('button', { name: 'Remove account' })
  await expect(second.getByText(/change that the server does not have yet/)).toBeVisible()
  await expect(remove).toBeDisabled()
  await second.getByRole('textbox', { name: 'Type alice@example.test to agree' }).fill('alice@example.test')
  await remove.click()
  await expect(page.getByRole('heading', { name: /^Pillarbox keeps your mail/ })).toBeVisible()
  expect((await accountsOf(app.profile)).accounts).toEqual([])
  await app.provision([])
  await app.restart()
  await expect(app.page.getByRole('heading', { name: /^Pillarbox keeps your mail/ })).toBeVisible()
})

test('a test that takes long can be stopped', async ({ startApp, server }) => {
  const silent = createServer()
  await new Promise<void>(resolve => silent.listen(0, '127.0.0.1', resolve))
  const { port } = silent.address() as AddressInfo
  const { app } = await startApp({ accounts: [], authorityFile: server.authorityFile })
  const set = addAccountModel(app.page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', password)
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: '127.0.0.1', port, security: 'TLS', user: 'alice' })
  await set.button('Test connection').click()
  await expect(set.dialog.getByText('Testing the connection…')).toBeVisible()
  await set.button('Stop the test').click()
  await expect(set.button('Test connection')).toBeVisible()
  await expect(set.checks).toHaveCount(0)
  await expect(set.dialog.getByRole('alert')).toHaveCount(0)
  silent.close()
})

test('what is changed while it is tested is not saved as it was: going back and a correction end the test', async ({
  server,
  submission,
  authorityFile,
  startApp,
}) => {
  const slow = new FaultProxy({ host: '127.0.0.1', port: submission.tlsPort })
  await slow.start()
  try {
    const { app } = await startApp({ accounts: [], authorityFile })
    const set = addAccountModel(app.page)
    await set.open()
    await set.identify('Alcie', 'alice@example.test', password)
    await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
    await set.describe('Outgoing', { host: 'localhost', port: slow.port, security: 'TLS', user: 'alice' })
    const testing = set.dialog.getByText('Testing the connection…')

    slow.stall()
    await set.button('Add account').click()
    await expect(testing).toBeVisible()
    await set.button('Back').click()
    await expect(set.name).toBeVisible()
    expect(await set.dialog.getByText('Looking for the servers…').count(), 'at once').toBe(0)
    await slow.resume()
    await set.name.fill('Alice')
    await set.button('Continue').click()

    slow.stall()
    await set.button('Add account').click()
    await expect(testing).toBeVisible()
    await set.port('Outgoing').fill('1')
    await slow.resume()
    await expect(set.button('Test connection')).toBeVisible()
    await expect(set.dialog.getByRole('alert')).toHaveCount(0)
    await set.button('Add account').click()
    await expect(set.checks.getByRole('status')).toHaveText('Receiving works, sending does not.')
    expect((await accountsOf(app.profile)).accounts).toEqual([])

    await set.port('Outgoing').fill(String(slow.port))
    await set.button('Add account').click()
    await set.keepForThisRun()
    await expect(set.dialog).toHaveCount(0)
    expect((await accountsOf(app.profile)).accounts).toMatchObject([{ name: 'Alice', outgoing: { port: slow.port } }])

    await app.page.getByRole('button', { name: 'Settings' }).click()
    await app.page.getByRole('menuitem', { name: 'Accounts…' }).click()
    await app.page.getByRole('button', { name: 'Change alice@example.test' }).click()
    const edit = app.page.getByRole('dialog', { name: 'Change alice@example.test' })
    const save = edit.getByRole('button', { name: 'Save', exact: true })
    slow.stall()
    await save.click()
    await expect(edit.getByText('Testing the connection…')).toBeVisible()
    await edit.getByRole('textbox', { name: 'Your name' }).fill('Alice of the hill')
    await slow.resume()
    await expect(edit.getByRole('button', { name: 'Test connection' })).toBeVisible()
    await save.click()
    await expect(app.page.getByText('alice@example.test was changed.')).toBeVisible()
    expect((await accountsOf(app.profile)).accounts).toMatchObject([{ name: 'Alice of the hill' }])
  } finally {
    await slow.dispose()
  }
})

test('an address beyond ASCII is added and stays as it was typed; one that is none is refused in words', async ({
  server,
  submission,
  authorityFile,
  startApp,
}) => {
  const { app } = await startApp({ accounts: [], authorityFile })
  const set = addAccountModel(app.page)
  await set.open()
  await set.identify('Müller', 'info@müller.example', password)
  await expect(set.field('Incoming user name')).toHaveValue('info@xn--mller-kva.example')
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: submission.tlsPort, security: 'TLS', user: 'alice' })
  await set.button('Add account').click()
  await set.keepForThisRun()
  await expect(set.dialog).toHaveCount(0)
  expect((await accountsOf(app.profile)).accounts).toMatchObject([{ email: 'info@müller.example' }])

  await app.page.getByRole('button', { name: 'Settings' }).click()
  await app.page.getByRole('menuitem', { name: 'Accounts…' }).click()
  await app.page.getByRole('button', { name: 'Change info@müller.example' }).click()
  const edit = app.page.getByRole('dialog', { name: 'Change info@müller.example' })
  await expect(edit.getByRole('textbox', { name: 'Email address' })).toHaveValue('info@müller.example')
  await edit.getByRole('textbox', { name: 'Email address' }).fill('info@müller')
  await edit.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(edit.getByText('The email address must be a whole one, such as alice@example.com.')).toHaveText(/^The email address/)
})

test('plain text is taken only with the address typed again, and stays visible', async ({ server, startApp, authorityFile }) => {
  const { app, view } = await startApp({ accounts: [], authorityFile })
  const set = addAccountModel(app.page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', password)
  await set.describe('Incoming', { host: '127.0.0.1', port: server.imapPort, security: 'None', user: 'alice' })
  await set.describe('Outgoing', { host: '127.0.0.1', port: 1, security: 'TLS', user: 'alice' })
  await set.button('Test connection').click()
  await expect(set.dialog.getByRole('alert')).toHaveText('Type alice@example.test to agree, or choose TLS or STARTTLS.')
  await expect(set.checks).toHaveCount(0)
  await set.field('Type alice@example.test to agree').fill('alice@example.test')
  await set.button('Test connection').click()
  await expect(set.lines('Incoming').nth(2)).toContainText('Not encrypted, as you agreed')
  await expect(set.checks.getByRole('status')).toHaveText(/sending does not|Neither/)
  await set.button('Add anyway').click()
  await set.keepForThisRun()
  await expect(set.dialog).toHaveCount(0)
  await expect(view().connection).toContainText('Not encrypted: alice@example.test.')
})

for (const theme of ['light', 'dark'] as const)
  test(`the dialog goes by keyboard alone, and axe finds nothing in ${theme}`, async ({ startApp, server }) => {
    const { app } = await startApp({ accounts: [], args: ['--theme', theme] })
    const { page } = app
    const { keyboard } = page
    await page.setViewportSize({ width: 1280, height: 800 })
    const shoot = async (name: string) =>
      process.env.PILLARBOX_PICTURES
        ? void (await page.screenshot({ path: join(process.env.PILLARBOX_PICTURES, `${name}-${theme}.png`) }))
        : undefined
    const set = addAccountModel(page)
    await expect(page.getByRole('button', { name: 'Add account', exact: true })).toBeVisible()
    expect(await axeViolations(page), 'first run').toEqual([])
    await shoot('first-run')
    await page.getByRole('button', { name: 'Add account', exact: true }).focus()
    await keyboard.press('Enter')
    await expect(set.name).toBeFocused()
    await keyboard.type('Alice')
    await keyboard.press('Tab')
    await keyboard.type('alice@outlook.com')
    await expect(set.dialog.getByText(/Signing in through the browser is not there yet/)).toBeVisible()
    await set.email.fill('alice@gmail.com')
    const page1 = set.dialog.getByRole('button', { name: 'Open the page for app passwords' })
    await expect(page1).toBeVisible()
    expect(await axeViolations(page), 'advice').toEqual([])
    await shoot('identity')
    await keyboard.press('Tab')
    await expect(page1).toBeFocused()
    await keyboard.press('Tab')
    await expect(set.password).toBeFocused()
    await keyboard.press('Enter')
    await expect(set.dialog.getByRole('alert')).toHaveText('Type the password.')
    await keyboard.type('secret')
    await set.email.fill('alice@example.test')
    await keyboard.press('Enter')
    await expect(set.protocol).toBeVisible()
    await set.describe('Incoming', { host: 'localhost', port: server.imapPort, security: 'TLS', user: 'alice' })
    await set.describe('Outgoing', { host: 'mail.nowhere.invalid', port: 465, security: 'TLS', user: 'alice' })
    await expect(set.field('Outgoing user name')).toBeFocused()
    await keyboard.press('Enter')
    await expect(set.lines('Incoming').last()).toContainText(`Port ${server.imapPort} offers STARTTLS`)
    expect(await axeViolations(page), 'a failed test').toEqual([])
    await shoot('servers')
    await set.security('Incoming').selectOption({ label: 'None' })
    await expect(set.checks).toHaveCount(0)
    expect(await axeViolations(page), 'plain text').toEqual([])
    await shoot('plain')
    await keyboard.press('Escape')
    await expect(set.dialog).toHaveCount(0)
  })
