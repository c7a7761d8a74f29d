/** Writing messages: recipients, text, files, drafts, answers. What is sent is in messages.spec.ts. */
import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Draft } from '../shared/model/outgoing.ts'
import { accountOn, expect, test } from './fixtures/app.ts'
import { axeViolations } from './fixtures/axe.ts'
import { message, withFiles } from './fixtures/messages.ts'
import { commandOf, type AppOptions, type RunningApp } from './fixtures/running-app.ts'
import { watchWindow } from './fixtures/window-watch.ts'
import { composerModel } from './pages/composer.ts'
import type { WindowModel } from './pages/window.ts'
import type { Dovecot } from './servers/dovecot.ts'

type Start = (options?: Partial<AppOptions>) => Promise<{ app: RunningApp; view(): WindowModel }>

const sentTo = (to: string, daysAgo: number) => ({
  raw: message({ subject: 'x', from: 'alice@example.test', to, body: 'x', date: new Date(Date.now() - daysAgo * 86_400_000) }),
  flags: 'S',
})

const question = message({
  subject: 'Tickets for Thursday',
  from: 'Jonas Weber <jonas@weber.example>',
  to: 'Alice <alice@example.test>, Ravi <ravi@x.example>',
  headers: ['Cc: "Laurent, Amelie" <amelie@x.example>', 'References: <first@x.example>', 'In-Reply-To: <first@x.example>'],
  messageId: '<tickets@weber.example>',
  body: 'Shall we take the early one?\n\nJonas',
})

async function begin(server: Dovecot, startApp: Start, options?: Partial<AppOptions>) {
  await server.seed('alice', 'INBOX', [{ raw: question, flags: 'S' }])
  await server.seed('alice', 'Sent', [
    sentTo('Joan Miro <joan@x.example>', 1),
    sentTo('Jonas Weber <jonas@weber.example>', 2),
    sentTo('Jonas Weber <jonas@weber.example>', 3),
  ])
  const { app, view } = await startApp(options)
  app.page.setDefaultTimeout(10_000)
  await expect(view().connection).toContainText('Up to date')
  return { app, view: view(), composer: composerModel(app.page), watch: watchWindow(app.page) }
}

/** The drafts as the vault has them. */
async function drafts(app: RunningApp): Promise<Draft[]> {
  const folder = join(app.profile, 'drafts')
  const found: Draft[] = []
  for (const id of await readdir(folder).catch(() => [])) {
    if (await readFile(join(folder, id, 'discarded')).catch(() => null)) continue
    const text = await readFile(join(folder, id, 'draft.json'), 'utf8').catch(() => null) // being made
    if (text) found.push((JSON.parse(text) as { draft: Draft }).draft)
  }
  return found
}

/** The one draft, once `test` holds for it. */
async function draftWith(app: RunningApp, test: (draft: Draft) => boolean): Promise<Draft> {
  let last: Draft | undefined
  await expect
    .poll(
      async () => {
        last = (await drafts(app)).find(test)
        return last !== undefined
      },
      { timeout: 5000, message: 'a draft is kept' },
    )
    .toBe(true)
  return last!
}

test('an answer to many is asked about once, and reaches each of them', async ({ server, startApp }) => {
  const names = Array.from({ length: 150 }, (_, i) => `Person Number ${i} <person.${i}@department-${i % 7}.example>`)
  const to = `Alice <alice@example.test>,\n ${names.join(',\n ')},\n PERSON.0@department-0.example`
  const many = message({ subject: 'To the whole house', from: 'Nora <nora@x.example>', to, body: 'Who comes?' })
  await server.seed('alice', 'INBOX', [{ raw: many, flags: 'S', date: new Date(Date.now() + 60_000) }])
  const { app, view, composer, watch } = await begin(server, startApp)
  const { page } = app
  await view.row('To the whole house').click()
  await expect(view.body.getByText('Who comes?')).toBeVisible()
  await view.reader.getByText('to me, Person Number 0 and 150 others').click()
  await expect(view.reader.getByText('Person Number 149')).toHaveCount(0)
  await view.reader.getByRole('button', { name: 'Show 52 more in To' }).click()
  await expect(view.reader.getByText('Person Number 149 <person.149@department-2.example>')).toBeVisible()

  const dialog = page.getByRole('dialog', { name: 'Reply to 151 people?' })
  const reply = view.action('Reply all')
  await reply.click()
  await expect(dialog).toBeVisible()
  expect(await axeViolations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await expect(dialog).toHaveCount(0)
  await expect(composer.form).toHaveCount(0)
  expect(await drafts(app)).toEqual([])
  await reply.click()
  await dialog.getByRole('button', { name: 'Reply to sender' }).click()
  await expect(composer.chips('To')).toHaveText([/Nora/])
  await composer.button('Discard draft').click()
  await reply.click()
  await dialog.getByRole('button', { name: 'Reply to 151 people' }).click()
  await expect(composer.text).toBeFocused()
  await page.keyboard.type('I do.')
  const draft = await draftWith(app, one => one.text.startsWith('I do.'))
  expect(draft.to.map(([, address]) => address)).toEqual(['nora@x.example', ...names.map(name => /<(.*)>/.exec(name)![1]!)])
  expect(watch.wrongs).toEqual([])
})

test('a message is written from the keyboard alone, and kept as it grows', async ({ server, startApp }) => {
  const { app, view, composer, watch } = await begin(server, startApp)
  const { page } = app
  await view.row('Tickets').click()
  await page.keyboard.press('n')
  await expect(composer.to).toBeFocused()

  await page.keyboard.type('jo')
  await expect(composer.suggestions).toHaveText([/Jonas Weber/, /Joan Miro/])
  await expect(composer.suggestions.first()).toHaveAttribute('aria-selected', 'true')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(composer.chips('To')).toHaveText([/Jonas Weber/])
  await page.keyboard.type('b@x.example, nobody;')
  await expect(composer.chips('To')).toHaveText([/Jonas Weber/, /b@x\.example/, /nobody/])
  await expect(composer.chip('nobody not an address')).toBeVisible()

  await page.keyboard.press('Backspace')
  await expect(composer.chip('nobody not an address')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(composer.to).toHaveValue('nobody')
  await page.keyboard.type('@x.example ')
  await page.keyboard.press('Enter')
  await expect(composer.chip('nobody@x.example')).toBeVisible()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Alt+ArrowDown')
  await expect(composer.chips('Cc')).toHaveText([/b@x\.example/])
  await page.keyboard.press('Delete')
  await expect(composer.chips('To')).toHaveText([/Jonas Weber/])
  await expect(composer.to).toBeFocused()

  await composer.subject.focus()
  await page.keyboard.type('The early one')
  await page.keyboard.press('Enter')
  await expect(composer.text).toBeFocused()
  await page.keyboard.type('Dear Jonas,')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+b')
  await page.keyboard.type('yes')
  await page.keyboard.press('Control+b')
  await page.keyboard.type(' please.')
  await expect(composer.saved).toHaveText(/^Saved \d/)
  const kept = await draftWith(app, ({ text }) => text === 'Dear Jonas,\nyes please.')
  expect(kept).toMatchObject({ to: [['Jonas Weber', 'jonas@weber.example']], cc: [['', 'b@x.example']], subject: 'The early one', format: 'rich' })
  expect(kept.html).toContain('<b>yes</b>')

  await page.keyboard.press('Escape')
  await expect(composer.form).toHaveCount(0)
  await expect(composer.notice('Draft kept on this computer.')).toBeVisible()
  await composer.local('Drafts').click()
  await expect(composer.messages).toHaveCount(1)
  await expect(composer.messages.first()).toHaveAccessibleName(/^to Jonas Weber and b@x\.example, The early one, \d/)
  await composer.messages.first().focus()
  await page.keyboard.press('Enter')
  await expect(composer.text).toHaveText(/Dear Jonas,\s*yes please\./)
  await expect(composer.text).toBeFocused()
  expect(watch.wrongs).toEqual([])
})

test('pasted addresses become recipients, pasted HTML becomes harmless', async ({ server, startApp }) => {
  const { app, composer, watch } = await begin(server, startApp)
  const { page } = app
  const paste = (type: string, data: string) =>
    page.evaluate(
      ([type, data]) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData(type!, data!)
        document.activeElement?.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      },
      [type, data],
    )
  await composer.newMessage.click()
  await paste('text/plain', '"Weber, Jonas" <jonas@weber.example>; ravi@x.example\nbroken')
  await expect(composer.chips('To')).toHaveText([/Weber, Jonas/, /ravi@x\.example/, /broken/])

  await composer.text.click()
  await paste(
    'text/html',
    `<p style="position:fixed;inset:0;color:green" onclick="x()">Safe <b>words</b></p><script>window.hit=1</script><img src=x onerror="window.hit=1"><img src="http://192.0.2.1/a.png" alt="far"><a href="javascript:window.hit=1">bad</a> <a href="https://x.example/">good</a><form><input name=a></form><style>body{display:none}</style><iframe src="about:blank"></iframe><svg onload="window.hit=1"></svg>`,
  )
  await expect(composer.text).toContainText('Safe words')
  const html = await composer.text.innerHTML()
  expect(html).not.toMatch(/script|onerror|onclick|position|192\.0\.2\.1|<form|<input|<style|<iframe|<svg/i)
  expect(html).toContain('<b>words</b>')
  expect(html).toContain('[far]')
  await expect(composer.text.locator('a[href]')).toHaveText(['good'])
  expect(await page.evaluate(() => 'hit' in window)).toBe(false)
  expect(watch.wrongs).toEqual([])
})

test('answers go to the right people, with the thread and a folded quotation', async ({ server, startApp }) => {
  const { app, view, composer } = await begin(server, startApp)
  const { page } = app
  await view.row('Tickets').click()
  await expect(view.body.getByText('the early one')).toBeVisible()
  await view.action('Reply').click()
  await expect(composer.text).toBeFocused()
  await expect(composer.chips('To')).toHaveText([/Jonas Weber/])
  await expect(composer.subject).toHaveValue('Re: Tickets for Thursday')
  await expect(composer.text).toHaveText('')
  await page.keyboard.type('Yes.')
  const reply = await draftWith(app, ({ text }) => text.startsWith('Yes.'))
  expect(reply.text).toMatch(/^Yes\.\n\nOn .*Jonas Weber wrote:\n> Shall we take the early one\?\n>\n> Jonas$/)
  expect(reply.answers).toMatchObject({
    kind: 'reply',
    inReplyTo: '<tickets@weber.example>',
    references: ['<first@x.example>', '<tickets@weber.example>'],
  })
  await composer.button('Show quoted text').click()
  await expect(composer.text).toContainText(/wrote:\s*Shall we take the early one\?/)
  await expect(composer.text.locator('blockquote')).toBeVisible()
  await composer.button('Discard draft').click()
  await expect(composer.form).toHaveCount(0)

  await view.row('Tickets').click()
  await page.keyboard.press('a')
  await expect(composer.chips('To')).toHaveText([/Jonas Weber/, /Ravi/])
  await expect(composer.chips('Cc')).toHaveText([/Laurent, Amelie/])
  await page.keyboard.press('Escape')
  await expect(composer.form).toHaveCount(0)
  expect(await drafts(app), 'an answer nobody wrote in is not kept').toHaveLength(0)
})

test('a message is passed on with its headers and files', async ({ server, startApp }) => {
  const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, i) => (i * 7919) % 256))
  await server.seed('alice', 'Archive', [
    {
      raw: withFiles({ subject: 'Plans', from: 'Bob <bob@x.example>', body: 'See the plans.' }, [
        { name: 'plans.bin', type: 'application/octet-stream', bytes },
      ]),
      flags: 'S',
    },
  ])
  const { app, view, composer } = await begin(server, startApp)
  await view.folder('Archive').click()
  await view.row('Plans').click()
  await expect(view.body.getByText('See the plans.')).toBeVisible()
  await view.action('Forward').click()
  await expect(composer.to).toBeFocused()
  await expect(composer.subject).toHaveValue('Fwd: Plans')
  await expect(composer.text).toContainText('From: Bob <bob@x.example>')
  await expect(composer.text).toContainText('See the plans.')
  const kept = await draftWith(app, ({ attachments }) => attachments.length === 1)
  expect(kept).toMatchObject({ answers: { kind: 'forward' }, attachments: [{ filename: 'plans.bin', size: bytes.length }] })
  expect(await readFile(join(app.profile, 'drafts', kept.id, 'attachments', kept.attachments[0]!.id))).toEqual(bytes)
})

test('files are attached by button and by drop, in pieces, and taken out again', async ({ server, startApp }) => {
  const { app, composer, watch } = await begin(server, startApp)
  const { page } = app
  await composer.newMessage.click()
  const bytes = Buffer.from(Array.from({ length: 3_200_000 }, (_, i) => (i * 31) % 256))
  await composer.attach({ name: 'film.bin', mimeType: 'application/octet-stream', buffer: bytes })
  await expect(composer.files).toHaveText([/film\.bin\s*3\.2 MB/])
  const kept = await draftWith(app, ({ attachments }) => attachments.length === 1)
  expect((await readFile(join(app.profile, 'drafts', kept.id, 'attachments', kept.attachments[0]!.id))).equals(bytes)).toBe(true)

  await composer.form.evaluate(form => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File(['hello'], 'note.txt', { type: 'text/plain' }))
    const at = { dataTransfer, bubbles: true, cancelable: true }
    form.dispatchEvent(new DragEvent('dragover', at))
    setTimeout(() => form.querySelector('[aria-label="Message text"]')!.dispatchEvent(new DragEvent('drop', at)), 300)
  })
  await expect(page.getByText('Drop files here to attach them')).toBeVisible()
  await expect(page.getByText('Drop files here to attach them')).toHaveCount(0)
  await expect(composer.files).toHaveText([/film\.bin/, /note\.txt\s*5 bytes/])

  await composer.form.evaluate(form => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([new Uint8Array(24_000_000)], 'huge.bin'))
    form.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  })
  await expect(page.getByRole('alert')).toContainText('“huge.bin” (24 MB) was not attached')
  await composer.button('Remove film.bin').click()
  await expect(composer.files).toHaveText([/note\.txt/])
  await expect(composer.button('Remove note.txt')).toBeFocused()
  await draftWith(app, ({ attachments }) => attachments.length === 1 && attachments[0]!.filename === 'note.txt')
  expect(watch.wrongs).toEqual([])
})

test('words typed where the focus has gone go into the message, and perform nothing', async ({ server, startApp }) => {
  const { app, view, composer } = await begin(server, startApp)
  const { page } = app
  await view.row('Tickets for Thursday').click()
  await view.action('Reply').click()
  await expect(composer.text).toBeFocused()
  await composer.attach({ name: 'note.txt', mimeType: 'text/plain', buffer: Buffer.from('hello') })
  await composer.button('Remove note.txt').click()
  await page.keyboard.type('see you')
  await expect(composer.text).toHaveText('see you')
  await page.evaluate(() => (document.activeElement as HTMLElement).blur())
  await page.keyboard.type(', then')
  await expect(composer.text).toHaveText('see you, then')
  expect(await server.flags('alice', 'INBOX')).toEqual([{ uid: 1, flags: ['\\Seen'] }])
})

test('the newest message asked for is the one that comes; one that nobody waits for any more does not', async ({ server, startApp }) => {
  const { app, view, composer } = await begin(server, startApp)
  const { page } = app
  await view.row('Tickets for Thursday').click()
  await expect(view.body.getByText('Shall we take the early one?')).toBeVisible()
  await view.action('Reply').evaluate((reply: HTMLElement) => {
    reply.click()
    reply.click()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, cancelable: true }))
  })
  await expect(composer.text).toHaveText('x')
  await page.keyboard.press('Escape')
  await expect(composer.notice(/^Draft kept/)).toBeVisible()
  await expect(composer.local('Drafts')).toHaveAccessibleName('Drafts, 1')

  await view.action('Reply').evaluate((reply: HTMLElement) => {
    reply.click()
    document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true }))
  })
  await page.waitForTimeout(500)
  await expect(composer.form).toHaveCount(0)
})

test('a draft thrown away in the list of drafts leaves the window too', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  await composer.newMessage.click()
  await composer.subject.fill('Half written')
  await draftWith(app, ({ subject }) => subject === 'Half written')
  await composer.local('Drafts').click()
  await composer.messages.first().focus()
  await app.page.keyboard.press('Delete')
  await expect(composer.form).toHaveCount(0)
  await expect(composer.notice('Draft discarded')).toBeVisible()
  expect(await composer.notice(/^Draft kept/).count()).toBe(0)
  await composer.undo.click()
  await expect(composer.subject).toHaveValue('Half written')
})

test('at most two seconds of writing are lost by kill -9', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  await composer.newMessage.click()
  await page.keyboard.type('jonas@weber.example')
  await composer.subject.fill('Half written')
  await composer.text.click()
  const typed: { at: number; text: string }[] = []
  let text = ''
  for (let i = 0; i < 40; i++) {
    const word = `word${i} `
    await page.keyboard.type(word)
    text += word
    typed.push({ at: Date.now(), text })
    await page.waitForTimeout(90)
  }
  const killedAt = Date.now()
  await app.killMain()
  const [kept] = await drafts(app)
  const owed = typed
    .filter(({ at }) => at < killedAt - 2000)
    .at(-1)!
    .text.trimEnd()
  expect(kept!.text.startsWith(owed), `${kept!.text} lacks of ${owed}`).toBe(true)
  expect(kept).toMatchObject({ subject: 'Half written', to: [['', 'jonas@weber.example']] })

  await app.start()
  const again = composerModel(app.page)
  await again.local('Drafts').click()
  await again.messages.first().click()
  await expect(again.text).toContainText(owed)
})

test('a draft that is discarded comes back by Undo', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  await composer.newMessage.click()
  await composer.subject.fill('Not yet')
  await composer.text.click()
  await page.keyboard.type('Too early to say.')
  await draftWith(app, ({ text }) => text.startsWith('Too early'))
  await page.keyboard.type(' Or is it?')
  await composer.button('Discard draft').click()
  await expect(composer.form).toHaveCount(0)
  await expect(composer.local('Drafts')).not.toHaveAccessibleName(/\d/)
  await composer.undo.click()
  await expect(composer.text).toHaveText('Too early to say. Or is it?')
  await expect(composer.subject).toHaveValue('Not yet')
  await draftWith(app, ({ text }) => text === 'Too early to say. Or is it?')
})

test('Tab goes past a notice, F6 comes back to the text', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  await page.setViewportSize({ width: 700, height: 600 })
  await composer.newMessage.click()
  await composer.subject.fill('Not this one')
  await composer.button('Discard draft').click()
  await composer.newMessage.click()
  await expect(composer.to).toBeFocused()
  await composer.text.click()
  await page.keyboard.type('Here.')
  for (let i = 0; i < 2; i++) await page.keyboard.press('F6') // the list is behind the message here
  await page.keyboard.type(' And on.')
  await expect(composer.text).toHaveText('Here. And on.')

  const notice = (await composer.undo.locator('xpath=..').boundingBox())!
  const send = (await composer.button('Send').boundingBox())!
  expect(notice.y + notice.height, 'Send is not under it').toBeLessThanOrEqual(send.y)
  expect(Math.abs(notice.x + notice.width / 2 - 350), 'it stands in the middle').toBeLessThan(2)
  await composer.button('Discard draft').focus()
  await page.keyboard.press('Tab')
  await expect(composer.undo).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(page.getByRole('button', { name: 'Close notice' })).toBeFocused()
  await page.keyboard.press('Tab')
  await expect(composer.button('Discard draft')).not.toBeFocused()
  await expect(composer.undo).toBeVisible()
})

test('with many recipients the text for the next one is in sight', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  await composer.newMessage.click()
  await expect(composer.to).toBeFocused()
  for (let i = 0; i < 20; i++) await app.page.keyboard.type(`somebody.number${i}@a-rather-long-domain.example,`)
  await expect(composer.chips('To')).toHaveCount(20)
  const text = (await composer.to.boundingBox())!
  const line = (await composer.subject.boundingBox())!
  expect(text.y + text.height).toBeLessThanOrEqual(line.y)
})

test('plain text keeps the words, and asks before it loses formatting', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  await composer.newMessage.click()
  await composer.subject.fill('Plain')
  await composer.text.click()
  await page.keyboard.type('One ')
  await composer.formats.getByRole('button', { name: 'Bold' }).click()
  await expect(composer.formats.getByRole('button', { name: 'Bold' })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.type('two')
  await composer.button('Plain text').click()
  await composer.button('Keep formatting').click()
  await expect(composer.text.locator('b')).toHaveText('two')
  await composer.button('Plain text').click()
  await composer.button('Use plain text').click()
  await expect(composer.formats).toHaveCount(0)
  await expect(composer.text).toHaveValue('One two')
  await composer.text.fill('One two\n  three')
  const kept = await draftWith(app, ({ format, text }) => format === 'plain' && text === 'One two\n  three')
  expect(kept.html).toBe('')
  await composer.button('Plain text').click()
  await expect(composer.text).toHaveText(/One two\s*three/)
})

test('links are set by the keyboard, and lead only where links may', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  const address = page.getByRole('textbox', { name: 'Link to' })
  await composer.newMessage.click()
  await composer.text.click()
  await page.keyboard.type('See ')
  await page.keyboard.press('Control+k')
  await expect(address).toBeFocused()
  await page.keyboard.type('javascript:alert(1)')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('alert')).toContainText('A link leads to a web or e-mail address.')
  await address.fill('harbour.example/plans')
  await page.keyboard.press('Enter')
  await expect(address).toHaveCount(0)
  await expect(composer.text).toBeFocused()
  await page.keyboard.type(' for more.')
  await expect(composer.text).toHaveText('See harbour.example/plans for more.')
  await expect(composer.text.locator('a')).toHaveText('harbour.example/plans')
  await expect(composer.text.locator('a')).toHaveAttribute('href', 'https://harbour.example/plans')

  await page.keyboard.press('Home')
  for (let i = 0; i < 9; i++) await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Control+k')
  await expect(address).toHaveValue('https://harbour.example/plans')
  await address.fill('https://harbour.example/drawings')
  await page.keyboard.press('Enter')
  await expect(composer.text.locator('a')).toHaveAttribute('href', 'https://harbour.example/drawings')
  await expect(composer.text).toHaveText('See harbour.example/plans for more.')

  for (let i = 0; i < 5; i++) {
    await page.keyboard.press('Control+k') // at once after it was closed
    await page.keyboard.type(`https://harbour.example/${i}`)
    await page.keyboard.press('Enter')
  }
  await expect(address).toHaveCount(0)
  await expect(composer.text.locator('a')).toHaveAttribute('href', 'https://harbour.example/4')
  await page.keyboard.press('Control+k')
  await expect(address).toBeFocused()
  await page.getByRole('button', { name: 'Remove link' }).click()
  await expect(address).toHaveCount(0)
  await expect(composer.text).toBeFocused()
  await expect(composer.text.locator('a')).toHaveCount(0)
  await expect(composer.text).toHaveText('See harbour.example/plans for more.')
})

test('a message gets a window of its own and goes on there', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  await composer.newMessage.click()
  await composer.subject.fill('In a window')
  const opened = page.context().waitForEvent('page')
  await composer.button('Open in a window').click()
  await expect(composer.form).toHaveCount(0)
  const other = await opened
  const alone = composerModel(other)
  await expect(alone.subject).toHaveValue('In a window')
  await expect(other.getByRole('tree', { name: 'Folders' })).toHaveCount(0)
  expect(await axeViolations(other)).toEqual([])
  await alone.text.click()
  await other.keyboard.type('Alone.')
  await draftWith(app, ({ text }) => text === 'Alone.')

  await composer.local('Drafts').click()
  await composer.messages.first().click()
  await expect(composer.notice('This message is being written in another window.')).toBeVisible()
  const closed = other.waitForEvent('close')
  await alone.button('Close and keep the draft').click()
  await closed
  await composer.messages.first().click()
  await expect(composer.text).toHaveText('Alone.')
})

test('mailto addresses begin a message: in a message, and on the command line', async ({ server, startApp }) => {
  await server.deliver(
    'alice',
    'INBOX',
    message({
      subject: 'Write to us',
      type: 'text/html; charset=utf-8',
      body: '<p><a href="mailto:desk@x.example?subject=Hello%20there&cc=c@x.example&body=One%0D%0Atwo&attach=/etc/passwd">write</a></p>',
    }),
  )
  const { app, view, composer, watch } = await begin(server, startApp, { args: ['mailto:first@x.example?subject=From%20outside'] })
  await expect(composer.chips('To')).toHaveText([/first@x\.example/])
  await expect(composer.subject).toHaveValue('From outside')
  await view.row('Write to us').click()
  await view.body.getByText('write').click()
  await expect(composer.chips('To')).toHaveText([/desk@x\.example/])
  await expect(composer.chips('Cc')).toHaveText([/c@x\.example/])
  await expect(composer.subject).toHaveValue('Hello there')
  await expect(composer.text).toHaveText(/One\s*two/)
  await expect(composer.files).toHaveCount(0)
  expect(watch.wrongs).toEqual([])

  const [program, ...words] = commandOf(app.host, ['--profile', app.profile, '--headless', 'mailto:second@x.example'])
  const second = spawn(program, words, { stdio: 'ignore' })
  await new Promise(resolve => second.once('exit', resolve))
  await expect(composer.chips('To')).toHaveText([/second@x\.example/])
})

test('with two accounts the sender is chosen', async ({ server, startApp }) => {
  const { app, view, composer } = await begin(server, startApp, { accounts: [accountOn(server), accountOn(server, 'bob')] })
  await view.folder('Inbox').click() // a message is from the account in front
  await composer.newMessage.click()
  await expect(composer.from.locator('option:checked')).toHaveText('Alice <alice@example.test>')
  await composer.from.selectOption({ label: 'Bob <bob@example.test>' })
  await composer.subject.fill('From Bob')
  const before = await draftWith(app, ({ subject }) => subject === 'From Bob')
  await composer.from.selectOption({ label: 'Alice <alice@example.test>' })
  await draftWith(app, ({ account }) => account !== before.account)
})

test('a message that is written outlives its account: it is from another one then', async ({ server, startApp }) => {
  const { app, view, composer } = await begin(server, startApp, { accounts: [accountOn(server), accountOn(server, 'bob')] })
  const { page } = app
  await view.folder('Inbox').click()
  await composer.newMessage.click()
  await composer.subject.fill('From Alice')
  const before = await draftWith(app, ({ subject }) => subject === 'From Alice')
  await page.getByRole('button', { name: 'Settings' }).click()
  await page.getByRole('menuitem', { name: 'Accounts…' }).click()
  await page.getByRole('button', { name: 'Remove alice@example.test' }).click()
  await page.getByRole('textbox', { name: 'Type alice@example.test to agree' }).fill('alice@example.test')
  await page.getByRole('button', { name: 'Remove account' }).click()
  await expect(composer.notice(/The message is from bob@example\.test now/)).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(composer.subject).toHaveValue('From Alice')
  await draftWith(app, ({ subject, account }) => subject === 'From Alice' && account !== before.account)
})

test('what is wrong is said before a message goes', async ({ server, startApp }) => {
  const { app, composer } = await begin(server, startApp)
  const { page } = app
  await composer.newMessage.click()
  await composer.button('Send').click()
  await expect(page.getByRole('alert')).toContainText('Add a recipient')
  await expect(composer.to).toBeFocused()
  await page.keyboard.type('ravi')
  await composer.button('Send').click()
  await expect(page.getByRole('alert')).toContainText('“ravi” is not an e-mail address')
  await expect(composer.chip('ravi not an address')).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.type('@x.example')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('alert')).toContainText('no subject')
  await expect(composer.button('Send anyway')).toBeFocused()
  await composer.button('Write a subject').click()
  await expect(composer.subject).toBeFocused()
  await page.keyboard.type('Plans')
  await composer.text.click()
  await page.keyboard.type('They are attached.')
  await page.keyboard.press('Control+Enter')
  await expect(page.getByRole('alert')).toContainText('nothing is attached')
  await composer.button('Go back').click()
  await expect(composer.text).toBeFocused()
})
