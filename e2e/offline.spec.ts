/** Without a connection, after a crash, and after losing the cache: nothing is lost, what waits is shown and replayed. */
import { expect, test, accountOn } from './fixtures/app.ts'
import { message } from './fixtures/messages.ts'
import { Dovecot } from './servers/dovecot.ts'
import { FaultProxy } from './servers/fault-proxy.ts'

const flagsOf = async (server: Dovecot, uid: number) => (await server.flags('alice', 'INBOX')).find(one => one.uid === uid)?.flags ?? []
const many = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    raw: message({ subject: `MessageSource ${i + 1};`, body: `Body of message ${i + 1}.` }),
    date: new Date(Date.now() - (count - i) * 60_000),
  }))

test('reads on, restarts at once, keeps and replays operations while the server is away', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', many(5))
  const { app, view } = await startApp()
  await view().row('MessageSource 5;').click()
  await expect(view().body.getByText('Body of message 5.')).toBeVisible()
  await expect.poll(() => flagsOf(server, 5)).toContain('\\Seen')
  await expect(view().row(/not readable offline/)).toHaveCount(0)

  await server.stop()
  await expect(view().connection).toContainText(/Offline|refuses|lost|cut|Trying/)
  await view().row('MessageSource 4;').click()
  await expect(view().body.getByText('Body of message 4.')).toBeVisible()
  await view().action('Flag').click()
  await expect(view().row('MessageSource 4;')).toHaveAccessibleName(/^(unread, )?flagged, .*, waiting$/)
  await expect(view().connection).toContainText(/waiting/)

  await app.restart()
  await expect(view().row('MessageSource 4;')).toHaveAccessibleName(/flagged, .*, waiting$/)
  await view().row('MessageSource 5;').click()
  await expect(view().body.getByText('Body of message 5.')).toBeVisible()

  await server.start()
  await app.page.keyboard.press('F5')
  await expect.poll(() => flagsOf(server, 4)).toContain('\\Flagged')
  await expect(view().row('MessageSource 4;')).not.toHaveAccessibleName(/waiting/)
  await expect(view().row('MessageSource 4;')).toHaveAccessibleName(/flagged/)
  await expect(view().connection).toContainText('Up to date')
})

test('builds the cache again when it is gone, and keeps the operations that wait', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', many(5))
  const { app, view } = await startApp()
  await expect(view().rows).toHaveCount(5)
  await expect(view().connection).toContainText('Up to date')
  await server.stop()
  await expect(view().connection).not.toContainText('Up to date')
  await view().row('MessageSource 2;').click()
  await view().action('Flag').click()
  await expect(view().row('MessageSource 2;')).toHaveAccessibleName(/waiting/)
  await app.stop()
  await app.wipeIndexedDb()
  await server.start()
  await app.start()
  await expect(view().rows).toHaveCount(5)
  await expect.poll(() => flagsOf(server, 2)).toContain('\\Flagged')
  await expect(view().row('MessageSource 2;')).toHaveAccessibleName(/flagged/)
  await expect(view().row('MessageSource 2;')).not.toHaveAccessibleName(/waiting/)
})

test('an operation survives kill -9 of the program', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', many(5))
  const proxy = new FaultProxy({ host: '127.0.0.1', port: server.imapsPort })
  await proxy.start()
  try {
    const { app, view } = await startApp({ accounts: [accountOn(server, 'alice', proxy.port)] })
    await expect(view().connection).toContainText('Up to date')
    await view().row('MessageSource 3;').click()
    await expect.poll(() => flagsOf(server, 3)).toContain('\\Seen')
    proxy.stall() // the server goes silent while the operation is performed
    await view().action('Flag').click()
    await expect(view().row('MessageSource 3;')).toHaveAccessibleName(/flagged, .*, waiting$/)
    await app.page.waitForTimeout(300)
    await app.killMain()
    expect(await flagsOf(server, 3)).not.toContain('\\Flagged')
    proxy.cut()
    await proxy.resume()
    await app.start()
    await expect.poll(() => flagsOf(server, 3)).toContain('\\Flagged')
    await expect(view().row('MessageSource 3;')).toHaveAccessibleName(/flagged/)
    await expect(view().row('MessageSource 3;')).not.toHaveAccessibleName(/waiting/)
  } finally {
    await proxy.dispose()
  }
})

test('an operation survives kill -9 of Chromium', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', many(5))
  const { app, view } = await startApp()
  await expect(view().connection).toContainText('Up to date')
  await server.stop()
  await view().row('MessageSource 3;').click()
  await view().action('Flag').click()
  await expect(view().row('MessageSource 3;')).toHaveAccessibleName(/waiting/)
  await app.killChromium()
  await server.start()
  await app.attach()
  await expect(view().row('MessageSource 3;')).toHaveAccessibleName(/flagged/)
  await expect.poll(() => flagsOf(server, 3)).toContain('\\Flagged')
})

for (const victim of ['main', 'Chromium'] as const)
  test(`the first sync goes on after kill -9 of ${victim}`, async ({ server, startApp }) => {
    await server.seed('alice', 'INBOX', many(6000))
    const { app, view } = await startApp()
    await expect(view().row('MessageSource 6000;')).toBeVisible()
    if (victim === 'main') {
      await app.killMain()
      await app.start()
    } else {
      await app.killChromium()
      await app.attach()
    }
    await expect(view().row('MessageSource 6000;')).toBeVisible()
    await expect(view().messages).toHaveAttribute('aria-rowcount', '6000', { timeout: 30_000 })
    await expect(view().folder('Inbox')).toHaveAccessibleName('Inbox, 6,000 unread')
  })

test('comes back after a cut and after a server that goes silent', async ({ server, startApp }) => {
  test.setTimeout(150_000)
  await server.seed('alice', 'INBOX', many(3))
  const proxy = new FaultProxy({ host: '127.0.0.1', port: server.imapsPort })
  await proxy.start()
  try {
    const { app, view } = await startApp({ accounts: [accountOn(server, 'alice', proxy.port)] })
    await expect(view().connection).toContainText('Up to date')
    proxy.cut()
    await server.deliver('alice', 'INBOX', message({ subject: 'After the cut', body: 'x' }))
    await expect(view().row('After the cut')).toBeVisible({ timeout: 20_000 })
    proxy.stall()
    await server.deliver('alice', 'INBOX', message({ subject: 'In the silence', body: 'x' }))
    await app.page.waitForTimeout(2000)
    await app.page.keyboard.press('F5')
    await expect(view().connection).not.toContainText('Up to date', { timeout: 90_000 })
    await proxy.resume()
    await app.page.keyboard.press('F5')
    await expect(view().row('In the silence')).toBeVisible({ timeout: 90_000 })
  } finally {
    await proxy.dispose()
  }
})

test('a certificate nobody trusts is refused in words', async ({ server, startApp }) => {
  const { view } = await startApp({ authorityFile: '' })
  await expect(view().connection).toContainText(/could not prove who it is/)
  expect(await server.log()).not.toContain('Login: user=<alice>')
})

test('a password the server refuses is said, and tried twice at most', async ({ server, startApp }) => {
  const { app, view } = await startApp({ accounts: [{ ...accountOn(server), password: 'wrong' }] })
  await expect(view().connection).toContainText(/refused the user name or password/)
  await app.page.waitForTimeout(8000)
  const attempts = (await server.log()).match(/auth failed/g)?.length ?? 0
  expect(attempts).toBe(2)
})

test('activity shows what waits, and takes it back', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', many(3))
  const { app, view } = await startApp()
  await expect(view().connection).toContainText('Up to date')
  await server.stop()
  await expect(view().connection).not.toContainText('Up to date')
  await view().row('MessageSource 2;').click()
  await view().action('Archive').click()
  await app.page.getByRole('button', { name: 'Show activity' }).click()
  const activity = app.page.getByRole('region', { name: 'Activity' })
  const operation = activity.getByRole('listitem').filter({ hasText: 'Move 1 message to Archive · waiting for connection' })
  await expect(operation).toBeVisible()
  await app.page.screenshot({ path: test.info().outputPath('activity.png') })
  await operation.getByRole('button', { name: 'Discard' }).click()
  await expect(operation).toHaveCount(0)
  await app.page.keyboard.press('Escape')
  await expect(view().row('MessageSource 2;')).toBeVisible()
})
