/** Reading mail on one device and another, connected. */
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test } from './fixtures/app.ts'
import { message, withFiles } from './fixtures/messages.ts'

test('folders, counts, list and reader show what the server has', async ({ server, startApp }) => {
  const yesterday = new Date(Date.now() - 24 * 3600_000)
  await server.seed('alice', 'INBOX', [
    { raw: message({ subject: 'First words', body: 'Dear Alice,\n\nthe harbour is frozen.\n\nBob', date: yesterday }), date: yesterday },
    {
      raw: message({
        subject: '=?utf-8?Q?Gr=C3=BC=C3=9Fe_aus_?= =?utf-8?B?5p2x5Lqs?=',
        from: '=?utf-8?Q?J=C3=B6rg?= <joerg@example.test>',
        body: 'Schöne Grüße',
      }),
      flags: 'FS',
    },
  ])
  await server.deliver('alice', 'Clients/Northwind', message({ subject: 'Invoice', body: 'Paid.' }))
  const { view } = await startApp()
  const { folder, row, rows, messages, reader, subject, body, article, connection } = view()

  await expect(folder('Inbox')).toHaveAccessibleName('Inbox, 1 unread')
  await expect(folder('Sent')).toBeVisible()
  await expect(folder('Northwind')).toHaveAccessibleName('Northwind, 1 unread')
  await expect(rows).toHaveCount(2)
  await expect(messages).toHaveAttribute('aria-rowcount', '2')
  await expect(row('Grüße aus 東京')).toHaveAccessibleName(/^flagged, Jörg, Grüße aus 東京, /)
  await expect(row('First words')).toHaveAccessibleName(/^unread, Bob Baker, First words, Yesterday/)

  await row('First words').click()
  await expect(subject).toHaveText('First words')
  await expect(article('Bob Baker')).toContainText('bob@example.test')
  await expect(body.getByText('the harbour is frozen.')).toBeVisible()
  await expect(reader).toBeVisible()

  await folder('Northwind').click()
  await expect(row('Invoice')).toBeVisible()
  await expect(connection).toContainText(/^Up to date, checked \d/)
})

test('dates are written as the system does, whatever language the words are in', async ({ server, startApp }) => {
  const date = new Date(2024, 10, 12, 9, 5)
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Old news', body: 'old', date }), date }])
  const { view } = await startApp({ env: { LC_TIME: 'de_DE.UTF-8' } })
  const { row, reader } = view()
  await expect(row('Old news')).toHaveAccessibleName(/, 12\. Nov\. 2024$/)
  await row('Old news').click()
  await expect(reader.getByText('12. Nov. 2024 9:05')).toHaveAttribute('title', 'Dienstag, 12. November 2024 um 09:05')
})

test('flags go both ways', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'One', body: 'one' }) }, { raw: message({ subject: 'Two', body: 'two' }) }])
  const { view } = await startApp()
  const { row, action, folder } = view()

  await row('One').click()
  await action('Flag').click()
  await expect(row('One')).toHaveAccessibleName(/flagged, /)
  await expect.poll(async () => (await server.flags('alice', 'INBOX')).flatMap(({ flags }) => flags)).toContain('\\Flagged')
  await expect
    .poll(async () => (await server.flags('alice', 'INBOX')).flatMap(({ flags }) => flags), 'read after a moment of reading')
    .toContain('\\Seen')

  await server.setFlag('alice', 'INBOX', 2, 'add', '\\Seen')
  await expect(row('Two')).not.toHaveAccessibleName(/unread/)
  await server.setFlag('alice', 'INBOX', 1, 'remove', '\\Flagged')
  await expect(row('One')).not.toHaveAccessibleName(/flagged/)
  await expect(folder('Inbox')).toHaveAccessibleName('Inbox')

  await action('Mark as unread').click()
  await expect(row('One')).toHaveAccessibleName(/^unread, /)
  await expect.poll(async () => (await server.flags('alice', 'INBOX'))[0]!.flags).not.toContain('\\Seen')
})

test('an operation is undone by Ctrl+Z', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'One', body: 'one' }), flags: 'S' }])
  const { app, view } = await startApp()
  const { row, action } = view()
  await row('One').click()
  await action('Flag').click()
  await expect.poll(async () => (await server.flags('alice', 'INBOX'))[0]!.flags).toContain('\\Flagged')
  await app.page.keyboard.press('Control+z')
  await expect(row('One')).not.toHaveAccessibleName(/flagged/)
  await expect.poll(async () => (await server.flags('alice', 'INBOX'))[0]!.flags).not.toContain('\\Flagged')
})

test('the second key of a sequence is no command of its own', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Plans', body: 'words' }) }])
  const { app, view } = await startApp()
  await view().row('Plans').click()
  await app.page.keyboard.press('g')
  await app.page.keyboard.press('a') // alone: Reply all
  await expect(app.page.getByRole('dialog', { name: 'Activity' })).toBeVisible()
  await app.page.keyboard.press('Escape')
  await expect(app.page.getByRole('form', { name: 'New message' })).toHaveCount(0)
})

test('new mail appears by itself, and what is expunged elsewhere goes', async ({ server, startApp }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Old', body: 'old' }) }])
  const { view } = await startApp()
  const { row, rows } = view()
  await expect(row('Old')).toBeVisible()
  await server.deliver('alice', 'INBOX', message({ subject: 'News', body: 'new' }))
  await expect(row('News')).toBeVisible({ timeout: 5000 })
  await expect(rows.first()).toHaveAccessibleName(/News/)
  await server.expunge('alice', 'INBOX', 1)
  await expect(row('Old')).toHaveCount(0)
  await server.deliver('alice', 'Archive', message({ subject: 'Filed', body: 'x' }))
  await view().folder('Archive').click()
  await expect(row('Filed')).toBeVisible()
})

for (const [name, without] of [
  ['without QRESYNC', ['QRESYNC']],
  ['without CONDSTORE', ['QRESYNC', 'CONDSTORE']],
] as const)
  test(`changes elsewhere arrive ${name}`, async ({ startApp }) => {
    const { Dovecot } = await import('./servers/dovecot.ts')
    const { accountOn } = await import('./fixtures/app.ts')
    const server = await Dovecot.create({ without })
    try {
      await server.seed(
        'alice',
        'INBOX',
        Array.from({ length: 12 }, (_, i) => ({ raw: message({ subject: `MessageSource ${i + 1};`, body: 'x' }) })),
      )
      const { app, view } = await startApp({ accounts: [accountOn(server)], authorityFile: server.authorityFile })
      await expect(view().rows).toHaveCount(12)
      await expect(view().connection).toContainText('Up to date')
      await app.stop()
      await server.setFlag('alice', 'INBOX', 3, 'add', '\\Flagged')
      await server.expunge('alice', 'INBOX', 5)
      await server.deliver('alice', 'INBOX', message({ subject: 'MessageSource 13;', body: 'x' }))
      await app.start()
      await expect(view().row('MessageSource 13;')).toBeVisible()
      await expect(view().row('MessageSource 3;')).toHaveAccessibleName(/flagged/)
      await expect(view().row('MessageSource 5;')).toHaveCount(0)
      await expect(view().rows).toHaveCount(12)
    } finally {
      await server.dispose()
    }
  })

test('attachments are listed and saved byte for byte', async ({ server, startApp }) => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7919) % 256))
  await server.deliver(
    'alice',
    'INBOX',
    withFiles({ subject: 'Plans', body: 'See the plans.' }, [{ name: '../plans.bin', type: 'application/octet-stream', bytes }]),
  )
  const { app, view } = await startApp()
  await view().row('Plans').click()
  await view()
    .reader.getByRole('button', { name: /plans\.bin/ })
    .click()
  await expect(app.page.getByText(/Saved/)).toBeVisible()
  expect(await readFile(join(app.downloads, '_plans.bin')).catch(() => readFile(join(app.downloads, 'plans.bin')))).toEqual(bytes)
})

test('remote pictures stay blocked until they are asked for, and come through the core', async ({ server, startApp }) => {
  const pixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64')
  const asked: string[] = []
  const web = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.writeHead(200, { 'content-type': 'image/png' }).end(pixel)
  })
  await new Promise<void>(resolve => web.listen(0, '127.0.0.1', resolve))
  const { port } = web.address() as AddressInfo
  process.env.PILLARBOX_LOOPBACK_PICTURES = '1'
  try {
    const html = `<p>Hello</p><img src="http://127.0.0.1:${port}/a.png" alt="logo" width=40 height=40>`
    await server.deliver('alice', 'INBOX', message({ subject: 'Pictures', type: 'text/html; charset=utf-8', body: html }))
    const { view } = await startApp()
    await view().row('Pictures').click()
    const banner = view().reader.getByRole('status').filter({ hasText: 'Remote content blocked' })
    await expect(banner).toBeVisible()
    expect(asked).toEqual([])
    await view().reader.getByRole('button', { name: 'Load remote content' }).click()
    await expect(view().body.locator('img[src^="blob:"]')).toBeVisible()
    expect(asked).toEqual(['/a.png'])
    await expect(banner).toHaveCount(0)
  } finally {
    delete process.env.PILLARBOX_LOOPBACK_PICTURES
    web.closeAllConnections()
    web.close()
  }
})

test('what turns text around or reads as another address is not shown as it, and answered to the real one', async ({ server, startApp }) => {
  const address = '\u202etset.elpmaxe-knab@attacker.example'
  const old = 'می\u200cخواهم 👩\u200d🚀'
  await server.seed('alice', 'INBOX', [
    { raw: message({ subject: 'Invoice \u202efdp.exe', from: `Bank <${address}>`, body: `Pay \u202enow\u2069. ${old}` }), flags: 'S' },
    { raw: message({ subject: 'One sender', from: '"Offers@shop.example", <real@sender.example>', body: 'x' }), flags: 'S' },
  ])
  const { app, view } = await startApp()
  const { page } = app
  await expect(view().row('Invoice fdp.exe')).toContainText(`Pay now. ${old}`)
  await expect(view().row('One sender')).toContainText('real@sender.example')
  await view().row('One sender').click()
  await expect(view().article('real@sender.example')).toBeVisible()
  await expect(view().reader).not.toContainText('shop.example')
  await view().row('Invoice fdp.exe').click()
  await expect(view().article('Bank')).toContainText('⟨U+202E⟩tset.elpmaxe-knab@attacker.example')
  await expect(view().article('Bank').locator('bdi', { hasText: 'Bank' }).first()).toBeVisible()
  expect(await page.locator('body').innerText()).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
  await view().action('Reply').click()
  const chip = page.getByRole('form', { name: 'New message' }).getByRole('list', { name: /^To: / }).getByRole('listitem')
  await expect(chip).toHaveAttribute('title', 'Bank <⟨U+202E⟩tset.elpmaxe-knab@attacker.example>')
  await chip.getByRole('button').first().dblclick()
  await expect(page.getByRole('form', { name: 'New message' }).getByRole('textbox', { name: 'To', exact: true })).toHaveValue(`Bank <${address}>`)
})
