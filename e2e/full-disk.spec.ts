/** The disk of the profile is full for a while: nothing is lost, nothing goes out twice, and the program goes on by itself once there is room. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { accountOn, expect, test } from './fixtures/app.ts'
import { composerModel } from './pages/composer.ts'
import { password } from './servers/dovecot.ts'
import { SmallDisk, whyNoSmallDisk } from './servers/small-disk.ts'
import type { HandedOver } from './servers/smtp-session.ts'
import { Submission } from './servers/submission.ts'

test.skip(whyNoSmallDisk() !== null, whyNoSmallDisk() ?? '')
test.setTimeout(150_000)

const count = 400
const message = (n: number): string =>
  `From: Bob <bob@example.test>\r\nTo: alice@example.test\r\nSubject: Number ${n}\r\nDate: Fri, 20 Nov 2026 10:00:00 +0000\r\nMessage-ID: <${n}@example.test>\r\n\r\n` +
  Array.from({ length: 500 }, (_, line) => `${Math.sin(n * 1000 + line)} ${Math.cos(n * 1000 + line)}\r\n`).join('')

let disk: SmallDisk
let submission: Submission
let taken: HandedOver[]
test.beforeEach(async () => {
  taken = []
  disk = await SmallDisk.create(160)
  submission = await Submission.create(password, { take: one => (taken.push(one), '250 2.0.0 Taken') })
})
test.afterEach(async () => {
  await submission.dispose()
  await disk.dispose()
})

test('while mail is synced, written and sent', async ({ server, startApp }) => {
  const authorityFile = join(server.folder, 'both.pem')
  await writeFile(authorityFile, `${await readFile(server.authorityFile, 'utf8')}\n${submission.authority}`)
  const dated = Array.from({ length: count }, (_, n) => ({ raw: message(n), date: new Date(Date.UTC(2026, 10, 20, 10, 0, n)) }))
  await server.seed('alice', 'INBOX', dated)
  const account = { ...accountOn(server), outgoing: { host: 'localhost', port: submission.tlsPort, security: 'tls' as const, user: 'alice' } }
  const { app, view } = await startApp({ within: disk.folder, accounts: [account], authorityFile })
  const composer = composerModel(app.page)
  await expect(view().row('Number 399')).toBeVisible({ timeout: 30_000 })

  await test.step('syncing and writing', async () => {
    await composer.newMessage.click()
    await composer.to.fill('bob@example.test')
    await composer.subject.fill('Written on a full disk')
    disk.fill()
    await composer.text.fill('Words nobody else has.')
    await expect(composer.form.getByRole('alert')).toContainText('Not saved: no space left')
    await server.deliver('alice', 'INBOX', message(1000))
    await expect(view().connection).toContainText('no space left', { timeout: 60_000 })
    await expect(view().connection).not.toContainText('Up to date')
    await composer.text.pressSequentially(' And more of them.')
    await expect(composer.text).toContainText('And more of them.')
    await app.page.waitForTimeout(3000) // it is tried meanwhile
    await expect(composer.form.getByRole('alert')).toContainText('Not saved: no space left')
    disk.free()
    await expect(composer.saved).toContainText('Saved', { timeout: 30_000 })
    await expect(composer.form.getByRole('alert')).toHaveCount(0)
    await expect(composer.text).toContainText('Words nobody else has.')
    await expect(composer.text).toContainText('And more of them.')
    await expect(view().connection).toContainText('Up to date', { timeout: 60_000 })
    await expect(view().row('Number 1000')).toBeVisible({ timeout: 30_000 })
  })

  await test.step('sending', async () => {
    disk.fill()
    await composer.button('Send').click()
    await app.page.waitForTimeout(3000)
    expect(taken).toEqual([])
    disk.free()
    await expect(composer.saved).toContainText('Saved', { timeout: 30_000 })
    await composer.button('Send').click()
    await expect(composer.form).toHaveCount(0)
    disk.fill() // while it is held back
    await app.page.waitForTimeout(14_000)
    expect(taken.length).toBeLessThan(2) // it goes where the few bytes that say so still fit into the journal's last page
    disk.free()
    await expect.poll(() => taken.length, { timeout: 60_000 }).toBe(1)
    await app.page.waitForTimeout(3000)
    expect(taken).toHaveLength(1)
    expect(taken[0]!.data).toContain('And more of them.')
  })

  await app.restart()
  await expect(view().connection).toContainText('Up to date', { timeout: 30_000 })
  await expect(view().row('Number 1000')).toBeVisible()
  expect(taken).toHaveLength(1)
})
