/** A first day with Pillarbox, on a real Dovecot and Postfix: an account is added, a message answered, ten moved, that undone, the program left and started again. */
import { expect, test as base } from './fixtures/app.ts'
import { message } from './fixtures/messages.ts'
import { watchWindow } from './fixtures/window-watch.ts'
import { addAccountModel } from './pages/add-account.ts'
import { composerModel } from './pages/composer.ts'
import { Dovecot, password, whyNoDelivery } from './servers/dovecot.ts'
import { Postfix, whyNoPostfix } from './servers/postfix.ts'

const test = base.extend<{ server: Dovecot; postfix: Postfix }>({
  server: async ({}, provide, info) => {
    const missing = whyNoDelivery() ?? whyNoPostfix()
    info.skip(missing !== null, missing ?? '')
    const server = await Dovecot.create({ delivery: true })
    await provide(server)
    await server.dispose()
  },
  postfix: async ({ server }, provide) => {
    const postfix = await Postfix.create(server)
    await provide(postfix)
    await postfix.stop()
  },
})

const seed = (server: Dovecot) =>
  server.seed('alice', 'INBOX', [
    ...Array.from({ length: 12 }, (_, i) => ({
      raw: message({ subject: `Minutes ${i + 1};`, body: 'words' }),
      flags: 'S',
      date: new Date(Date.now() - (i + 2) * 60_000),
    })),
    { raw: message({ subject: 'Roses', body: 'Shall we plant them on Saturday?' }), date: new Date(Date.now() - 1000) },
  ])

test('adds an account, answers, moves ten, undoes, quits and starts again', async ({ server, postfix, startApp }) => {
  test.setTimeout(150_000)
  await seed(server)
  const { app, view } = await startApp({ accounts: [], authorityFile: server.authorityFile })
  const { page } = app
  const watch = watchWindow(page)
  const set = addAccountModel(page)
  await set.open()
  await set.identify('Alice', 'alice@example.test', password)
  await set.describe('Incoming', { host: 'localhost', port: server.imapsPort, security: 'TLS', user: 'alice' })
  await set.describe('Outgoing', { host: 'localhost', port: postfix.port, security: 'STARTTLS', user: 'alice' })
  await set.button('Test connection').click()
  await expect(set.checks.getByRole('status')).toHaveText('Receiving and sending work.')
  await set.button('Add account').click()
  await set.keepWith('four words of mine')

  await view().row('Roses').click()
  await expect(view().body.getByText('Shall we plant them on Saturday?')).toBeVisible()
  await view().action('Reply').click()
  const composer = composerModel(page)
  await expect(composer.text).toBeFocused()
  await page.keyboard.type('Saturday is fine.')
  await composer.button('Send').click()
  await expect(composer.notice('Sending in 10 s…')).toBeVisible()
  await expect.poll(async () => (await server.flags('bob', 'INBOX')).length, { timeout: 40_000 }).toBe(1)
  expect(await server.doveadm(['fetch', '-u', 'bob', 'text', 'mailbox', 'INBOX', 'all'])).toContain('Saturday is fine.')
  await expect.poll(async () => (await server.flags('alice', 'Sent')).length).toBe(1)
  await expect.poll(async () => (await server.flags('alice', 'INBOX')).filter(({ flags }) => flags.includes('\\Answered')).length).toBe(1)

  await view().row('Minutes 1;').click()
  await view()
    .row('Minutes 10;')
    .click({ modifiers: ['Shift'] })
  await page.keyboard.press('e')
  await expect(view().rows).toHaveCount(3)
  await expect.poll(async () => (await server.flags('alice', 'Archive')).length).toBe(10)
  await page.keyboard.press('Control+z')
  await expect(view().rows).toHaveCount(13)
  await expect.poll(async () => (await server.flags('alice', 'INBOX')).length).toBe(13)
  expect(await server.flags('alice', 'Archive')).toEqual([])

  await app.restart()
  await app.page.getByLabel('Passphrase').fill('four words of mine')
  await app.page.keyboard.press('Enter')
  await expect(view().rows).toHaveCount(13)
  await view().folder('Sent').click()
  await expect(view().row('Re: Roses')).toBeVisible()
  await expect(view().connection).toContainText('Up to date')
  expect(watch.wrongs).toEqual([])
})

test('IndexedDB is deleted with changes and messages waiting: all still go out, once', async ({ server, postfix, startApp }) => {
  test.setTimeout(150_000)
  await seed(server)
  const incoming = { protocol: 'imap', host: 'localhost', port: server.imapsPort, security: 'tls', user: 'alice' } as const
  const outgoing = { host: 'localhost', port: postfix.port, security: 'starttls', user: 'alice' } as const
  const { app, view } = await startApp({
    accounts: [{ name: 'Alice', email: 'alice@example.test', password, incoming, outgoing }],
    authorityFile: server.authorityFile,
  })
  await view().row('Roses').click()
  await expect(view().body.getByText('Shall we plant them on Saturday?')).toBeVisible()
  await expect(view().connection).toContainText('Up to date')
  await server.stop()
  await postfix.stop()
  await expect(view().connection).toContainText('Offline')

  const composer = composerModel(app.page)
  for (const subject of ['First', 'Second']) {
    await composer.newMessage.click()
    await expect(composer.to).toBeFocused()
    await app.page.keyboard.type('bob@example.test,')
    await composer.subject.fill(subject)
    await composer.text.click()
    await app.page.keyboard.type('Words.')
    await composer.button('Send').click()
    await expect(composer.form).toHaveCount(0)
  }
  await view().row('Minutes 3;').click()
  await app.page.keyboard.press('s')
  await view().row('Minutes 4;').click()
  await app.page.keyboard.press('e')
  await expect(view().row('Minutes 4;')).toHaveCount(0)
  await expect(view().connection).toContainText('2 changes and 2 messages waiting')

  await app.killMain()
  await app.wipeIndexedDb()
  await server.start()
  await postfix.start()
  await app.start()
  await expect.poll(async () => (await server.flags('bob', 'INBOX')).length, { timeout: 40_000 }).toBe(2)
  await expect.poll(async () => (await server.flags('alice', 'Sent')).length).toBe(2)
  await expect.poll(async () => (await server.flags('alice', 'Archive')).length).toBe(1)
  await expect(view().row('Minutes 3;')).toHaveAccessibleName(/flagged/)
  await expect(view().rows).toHaveCount(12)
  await expect(composerModel(app.page).local('Outbox')).toHaveCount(0)
  expect((await server.flags('bob', 'INBOX')).length).toBe(2)
})
