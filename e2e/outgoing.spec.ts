/** Messages on their way, in the window: sent, taken back, refused, uncertain, waiting. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import { simpleParser } from 'mailparser'
import { accountOn, expect, test as base } from './fixtures/app.ts'
import { axeViolations } from './fixtures/axe.ts'
import { message, withFiles } from './fixtures/messages.ts'
import type { RunningApp } from './fixtures/running-app.ts'
import { watchWindow } from './fixtures/window-watch.ts'
import { composerModel } from './pages/composer.ts'
import type { WindowModel } from './pages/window.ts'
import { password } from './servers/dovecot.ts'
import type { HandedOver, Manners } from './servers/smtp-session.ts'
import { Submission } from './servers/submission.ts'

interface Sending {
  app: RunningApp
  view: WindowModel
  composer: ReturnType<typeof composerModel>
  /** Messages the server took. */
  taken: HandedOver[]
  /** How it answers from now on. */
  manners: Partial<Manners>
  wrongs: string[]
}

const test = base.extend<{ sending(): Promise<Sending> }>({
  sending: async ({ server, startApp }, provide) => {
    const folder = await mkdtemp(join(tmpdir(), 'pillarbox-messages-'))
    const taken: HandedOver[] = []
    const manners: Partial<Manners> = {}
    const submission = await Submission.create(password, {
      answer: (command, argument) => manners.answer?.(command, argument) ?? null,
      take: async one => {
        const answer = (await manners.take?.(one)) ?? '250 2.0.0 Taken'
        if (answer === 'cut' || answer.startsWith('2')) taken.push(one)
        return answer
      },
    })
    await provide(async () => {
      const authorityFile = join(folder, 'authorities.pem')
      await writeFile(authorityFile, (await readFile(server.authorityFile, 'utf8')) + submission.authority)
      const outgoing = { host: 'localhost', port: submission.tlsPort, security: 'tls' as const, user: 'alice' }
      const { app, view } = await startApp({ accounts: [{ ...accountOn(server), outgoing }], authorityFile })
      app.page.setDefaultTimeout(10_000)
      await expect(view().connection).toContainText('Up to date')
      return { app, view: view(), composer: composerModel(app.page), taken, manners, wrongs: watchWindow(app.page).wrongs }
    })
    await submission.dispose()
    await rm(folder, { recursive: true, force: true })
  },
})
test.setTimeout(90_000)

async function write({ composer, app }: Sending, subject: string): Promise<void> {
  await composer.newMessage.click()
  await expect(composer.to).toBeFocused()
  await app.page.keyboard.type('jonas@weber.example,')
  await composer.subject.fill(subject)
  await composer.text.click()
  await app.page.keyboard.type('Shall we take the early one?')
  await composer.button('Send').click()
  await expect(composer.form).toHaveCount(0)
}

async function openActivity({ app }: Sending) {
  await app.page.getByRole('button', { name: 'Show activity' }).click()
  const region = app.page.getByRole('region', { name: 'Activity' })
  return {
    region,
    message: region.getByRole('listitem').filter({ hasText: 'Message to' }),
    button: (name: string) => region.getByRole('button', { name, exact: true }),
  }
}

const afterHold = { timeout: 20_000 }

test('a message can be taken back for ten seconds, and then goes out once', async ({ sending, server }) => {
  const all = await sending()
  const { composer, taken, app, view } = all
  await write(all, 'The early one')
  await expect(composer.notice('Sending in 10 s…')).toBeVisible()
  await expect(composer.local('Outbox')).toHaveAccessibleName('Outbox, 1')
  await composer.undo.click()
  await expect(composer.text).toHaveText('Shall we take the early one?')
  await expect(composer.chips('To')).toHaveText([/jonas@weber\.example/])
  await expect(composer.local('Drafts')).toHaveAccessibleName('Drafts, 1')
  await app.page.waitForTimeout(10_500)
  expect(taken).toHaveLength(0)

  await composer.attach({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('the plan') })
  await expect(composer.files).toHaveText([/plan\.txt/])
  await composer.text.click()
  await app.page.keyboard.press('Control+End')
  await app.page.keyboard.type(' Yes.')
  await app.page.keyboard.press('Control+Enter')
  await expect(composer.form).toHaveCount(0)
  await composer.local('Outbox').click()
  await expect(composer.messages).toHaveAccessibleName(/jonas@weber\.example, The early one, .*sending in a moment/)
  await expect.poll(() => taken.length, afterHold).toBe(1)
  expect(taken[0]!.to).toEqual(['jonas@weber.example'])
  expect(taken[0]!.data).toContain('Subject: The early one')
  expect(taken[0]!.data).toContain('Shall we take the early one? Yes.')
  expect(taken[0]!.data).toContain('filename=plan.txt')
  await expect(app.page.getByText('Nothing waits here')).toBeVisible()
  await expect.poll(async () => (await server.flags('alice', 'Sent')).length).toBe(1)
  await view.folder('Sent').click()
  await expect(view.row('The early one')).toBeVisible()
  await view.folder('Inbox').click()
  await expect(composer.local('Drafts')).toHaveCount(1) // the account's own

  await composer.newMessage.click()
  await expect(composer.to).toBeFocused()
  await app.page.keyboard.type('jon')
  await expect(composer.suggestions).toHaveText([/jonas@weber\.example/])
  expect(all.wrongs).toEqual([])
})

test('a message can be taken back for its ten seconds whatever is done meanwhile', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Question', body: 'Well?' }), flags: 'S' }])
  const all = await sending()
  const { view, composer, taken, app } = all
  await write(all, 'The early one')
  await view.row('Question').click()
  await app.page.keyboard.press('e')
  await expect(composer.notice('Archived')).toBeVisible()
  await expect(composer.notice(/^Sending in 10 s/)).toBeVisible()
  await composer.undo.click()
  await expect(composer.text).toHaveText('Shall we take the early one?')
  await app.page.waitForTimeout(10_500)
  expect(taken).toHaveLength(0)
  await expect.poll(async () => (await server.flags('alice', 'Archive')).length).toBe(1)
})

test('an answered message is marked', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Question', body: 'Well?' }), flags: 'S' }])
  const all = await sending()
  const { view, composer, taken, app } = all
  await view.row('Question').click()
  await expect(view.body.getByText('Well?')).toBeVisible()
  await view.action('Reply').click()
  await app.page.keyboard.type('Yes.')
  await composer.button('Send').click()
  await expect.poll(() => taken.length, afterHold).toBe(1)
  expect(taken[0]!.data).toMatch(/^In-Reply-To: <test-/m)
  expect(taken[0]!.data).toMatch(/^> Well\?/m)
  await expect.poll(async () => (await server.flags('alice', 'INBOX'))[0]!.flags).toContain('\\Answered')
})

/** Within one turn of the window: what was typed last is not saved yet. */
function sendAndTurnTo(row: Locator): Promise<void> {
  return row.evaluate((element: HTMLElement) => {
    document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', ctrlKey: true, bubbles: true, cancelable: true }))
    element.click()
    element.focus()
  })
}

test('a message is sent also where one turns to something else at once, and is not said to be a draft', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Question', body: 'Well?' }), flags: 'S' }])
  const { view, composer, app, taken } = await sending()
  await composer.newMessage.click()
  await app.page.keyboard.type('jonas@weber.example,')
  await composer.subject.fill('In a hurry')
  await composer.text.click()
  await app.page.keyboard.type('The last words')
  await sendAndTurnTo(view.row('Question'))
  await expect(composer.notice(/^Sending in/)).toBeVisible()
  await app.page.waitForTimeout(300)
  expect(await composer.notice(/^Draft kept/).count(), 'it is no draft any more').toBe(0)
  await expect(composer.form).toHaveCount(0)
  await expect(view.subject).toHaveText('Question')
  await expect.poll(() => taken.length, afterHold).toBe(1)
  expect(taken[0]!.data).toContain('The last words')
})

test('what is opened while a message is being handed over stays open', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Question', body: 'Well?' }), flags: 'S' }])
  const { view, composer, app, taken } = await sending()
  await composer.newMessage.click()
  await app.page.keyboard.type('jonas@weber.example,')
  await composer.subject.fill('With a film')
  await composer.form.evaluate(form => {
    const dataTransfer = new DataTransfer()
    dataTransfer.items.add(new File([new Uint8Array(20_000_000)], 'film.bin'))
    form.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }))
  })
  await expect(composer.files).toHaveText([/film\.bin\s*20 MB/])
  await composer.text.click()
  await app.page.keyboard.type('See for yourself')
  await sendAndTurnTo(view.row('Question'))
  await expect(composer.form).toHaveCount(0)
  await view.row('Question').press('r')
  await app.page.keyboard.type('Yes, ')
  await expect(composer.notice(/^Sending in/)).toBeVisible()
  await app.page.keyboard.type('well.')
  await expect(composer.text).toHaveText('Yes, well.')
  await app.page.waitForTimeout(300)
  expect(await composer.notice(/^Draft kept/).count(), 'it is no draft any more').toBe(0)
  await expect.poll(() => taken.length, afterHold).toBe(1)
  expect(taken[0]!.data).toContain('See for yourself')
  await expect(composer.text).toHaveText('Yes, well.')
  expect(await server.flags('alice', 'INBOX')).toEqual([{ uid: 1, flags: ['\\Seen'] }])
})

test('a message passed on offline says which files it lacks before it goes', async ({ sending, server }) => {
  const plans = { name: 'plans.bin', type: 'application/octet-stream', bytes: Buffer.alloc(5000, 1) }
  await server.seed('alice', 'INBOX', [{ raw: withFiles({ subject: 'The plans', body: 'here' }, [plans]), flags: 'S' }])
  const { view, composer, app } = await sending()
  await view.row('The plans').click()
  await expect(view.body.getByText('here')).toBeVisible()
  await server.stop()
  await expect(view.connection).toContainText('Offline')
  await view.action('Forward').click()
  await app.page.keyboard.type('jonas@weber.example,')
  await expect(composer.files).toHaveText([/plans\.bin\s*Not attached/])
  await app.page.keyboard.press('Control+Enter')
  await expect(app.page.getByText('“plans.bin” could not be attached and would not go along.')).toBeVisible()
  await composer.button('Go back').click()
  await expect(composer.text).toBeFocused()
  await composer.button('Remove plans.bin').click()
  await composer.button('Send').click()
  await expect(composer.form).toHaveCount(0)
})

const bytesOf = (text: string, size: number): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(size, text)])
const onePixel = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
/** A message whose text draws pictures; what each is to be after it was passed on. */
const album = {
  shown: { id: 'png@x', type: 'image/png', bytes: onePixel },
  bmp: { id: 'bmp@x', type: 'image/bmp', bytes: bytesOf('BM\x9a\0\0\0\0\0\0\0', 100) },
  large: { id: 'large@x', type: 'image/jpeg', bytes: bytesOf('jpg', 6_000_000) },
  ground: { id: 'ground@x', type: 'image/png', bytes: bytesOf('ground', 100) },
  style: { id: 'style@x', type: 'image/gif', bytes: bytesOf('style', 100) },
  drawing: { id: 'svg@x', type: 'image/svg+xml', bytes: Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>\n') },
}

function albumMessage(): string {
  const images = ['png@x', 'bmp@x', 'large@x', 'svg@x'].map(id => `<img src="cid:${id}" alt="${id}">`).join('')
  const html = `<p>Look</p>${images}<table background="cid:ground@x"><tr><td style="background:url('cid:style@x')">On it</td></tr></table>`
  const parts = Object.entries(album).map(([name, { id, type, bytes }]) => {
    const head = `Content-Type: ${type}; name="${name}"\nContent-ID: <${id}>\nContent-Disposition: inline\nContent-Transfer-Encoding: base64`
    return `--b\n${head}\n\n${bytes.toString('base64').replace(/.{76}/g, '$&\n')}`
  })
  const body = [`--b\nContent-Type: text/html; charset=utf-8\n\n${html}`, ...parts, '--b--'].join('\n')
  return message({ subject: 'The album', type: 'multipart/related; boundary=b', body })
}

test('pictures of a message that is passed on go along, whatever they are, also those that are not here yet', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: albumMessage(), flags: 'S' }])
  const { view, composer, taken, app, wrongs } = await sending()
  await view.row('The album').click()
  await app.page.keyboard.press('f')
  await expect(composer.text).toContainText('Look')
  await app.page.keyboard.type('jonas@weber.example,')
  await expect(composer.files.filter({ hasText: 'of' })).toHaveCount(0)
  await composer.button('Send').click()
  await expect.poll(() => taken.length, { timeout: 40_000 }).toBe(1)
  const parsed = await simpleParser(Buffer.from(taken[0]!.data, 'latin1'), { skipImageLinks: true })
  const sent = parsed.attachments.map(({ content }) => content)
  for (const [name, { bytes }] of Object.entries(album))
    expect(
      sent.filter(one => one.equals(bytes)),
      name,
    ).toHaveLength(1)
  const drawn = parsed.attachments.filter(({ cid }) => cid && (parsed.html as string).includes(`src="cid:${cid}"`)).map(({ content }) => content)
  for (const name of ['shown', 'bmp', 'large'] as const)
    expect(
      drawn.some(one => one.equals(album[name].bytes)),
      name,
    ).toBe(true)
  expect(drawn).toHaveLength(3)
  expect(wrongs).toEqual([])
})

test('a picture that cannot be fetched is said before the message goes, and fetched once it can be', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: albumMessage(), flags: 'S' }])
  const { view, composer, taken, app } = await sending()
  await view.row('The album').click()
  await expect(view.body.getByText('On it')).toBeVisible()
  await server.stop()
  await expect(view.connection).toContainText('Offline')
  await view.action('Forward').click()
  await app.page.keyboard.type('jonas@weber.example,')
  await expect(composer.files.filter({ hasText: 'Not attached' }).first()).toBeVisible()
  await composer.button('Send').click()
  await expect(app.page.getByText(/could not be attached and would not go along\./)).toBeVisible()
  await composer.button('Go back').click()
  await server.start()
  await expect(view.connection).toContainText('Up to date', { timeout: 30_000 })
  await composer.button('Send').click()
  await expect.poll(() => taken.length, { timeout: 40_000 }).toBe(1)
  const { attachments } = await simpleParser(Buffer.from(taken[0]!.data, 'latin1'))
  for (const [name, { bytes }] of Object.entries(album))
    expect(
      attachments.filter(({ content }) => content.equals(bytes)),
      name,
    ).toHaveLength(1)
})

/** All within one turn of the window, as a fast hand on a slow machine. */
function pressAtOnce({ page }: RunningApp, keys: string[]): Promise<void> {
  return page.evaluate(all => {
    for (const key of all) document.activeElement?.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  }, keys)
}

test('what is typed while an answer is on its way into the window goes into the answer, and performs nothing', async ({ sending, server }) => {
  await server.seed('alice', 'INBOX', [{ raw: message({ subject: 'Question', body: 'Well?' }), flags: 'S' }])
  const { view, composer, app } = await sending()
  await view.row('Question').click()
  await expect(view.body.getByText('Well?')).toBeVisible()
  await pressAtOnce(app, ['r', 'Y', 'e', 's', 's', 'Backspace', 's', 'Enter', '#'])
  await expect(composer.text).toBeFocused()
  await app.page.keyboard.type('!')
  await expect(composer.text).toHaveText(/^Yess\s*#!$/)
  await expect(view.row('Question')).toHaveAccessibleName(/^(?!.*(?:flagged|unread))/i)
  expect(await server.flags('alice', 'INBOX')).toEqual([{ uid: 1, flags: ['\\Seen'] }])
  await composer.button('Discard draft').click()
  await expect(composer.form).toHaveCount(0)

  await pressAtOnce(app, ['f', 'j', 'o', 'n'])
  await expect(composer.to).toHaveValue('jon')
  await composer.button('Discard draft').click()

  // with the focus in the text of the message, where Space and Enter scroll otherwise
  await view.body.locator('body').evaluate(body => {
    for (const key of ['r', 'O', 'h', ' ', 'n', 'o']) body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))
  })
  await expect(composer.text).toHaveText('Oh no')
})

test('a message is sent from its own window, which stays as long as it can be taken back', async ({ sending }) => {
  const { composer, taken, app } = await sending()
  await composer.newMessage.click()
  await expect(composer.to).toBeFocused()
  await app.page.keyboard.type('jonas@weber.example,')
  await composer.subject.fill('From a window')
  const opened = app.page.context().waitForEvent('page')
  await composer.button('Open in a window').click()
  const other = await opened
  const alone = composerModel(other)
  await expect(alone.subject).toHaveValue('From a window')
  await alone.button('Send').click()
  await expect(alone.form).toHaveCount(0)
  await alone.undo.click()
  await expect(alone.subject).toHaveValue('From a window')
  const closed = other.waitForEvent('close', { timeout: 20_000 })
  await alone.button('Send').click()
  await closed
  await expect.poll(() => taken.length, afterHold).toBe(1)
})

test('what the server refuses is told in its words, and can be mended', async ({ sending }) => {
  const all = await sending()
  const { composer, manners, app, taken } = all
  manners.answer = command => (command === 'RCPT' ? '550 5.1.1 No such user here' : null)
  await write(all, 'To nobody')
  await expect(app.page.getByRole('alert').filter({ hasText: 'was refused' })).toBeVisible(afterHold)
  await expect(app.page.getByRole('alert')).toHaveText('The message to jonas@weber.example was refused by localhost: 550 5.1.1 No such user here')
  await expect(composer.local('Outbox')).toHaveAccessibleName('Outbox, 1')
  const { message, button, region } = await openActivity(all)
  await expect(message).toHaveText(
    /^Message to jonas@weber\.example · refused by localhost: 550 5\.1\.1 No such user here · \d+:\d\dEditSend againDiscard$/,
  )
  expect(await axeViolations(app.page)).toEqual([])
  await button('Edit').click()
  await expect(region).toHaveCount(0)
  await expect(composer.subject).toHaveValue('To nobody')
  await expect(app.page.getByRole('alert')).toHaveCount(0)
  manners.answer = () => null
  await composer.button('Send').click()
  await expect.poll(() => taken.length, afterHold).toBe(1)
})

test('a message nobody knows of is asked about', async ({ sending }) => {
  const all = await sending()
  const { manners, app, taken, composer } = all
  manners.take = () => 'cut'
  await write(all, 'Gone?')
  await expect(app.page.getByRole('alert').filter({ hasText: 'We do not know whether' })).toBeVisible(afterHold)
  await composer.local('Outbox').click()
  await composer.messages.first().click()
  await expect(app.page.getByRole('region', { name: 'Activity' })).toBeVisible()
  await app.page.keyboard.press('Escape')
  const { message, button } = await openActivity(all)
  await expect(message).toContainText('we do not know whether it went out (connection lost after sending)')
  await button('Look again').click()
  await expect(message).toContainText('we do not know whether it went out')
  await button('It arrived').click()
  await expect(app.page.locator('[role="alert"]')).toHaveCount(0) // it is known now
  await app.page.getByRole('tab', { name: /^Done/ }).click()
  await expect(message).toContainText('· sent')
  await app.page.keyboard.press('Escape')
  expect(taken).toHaveLength(1)
  await expect(app.page.getByText('Nothing waits here')).toBeVisible()
})

test('a message waits for its server, and says so', async ({ sending }) => {
  const all = await sending()
  const { manners, view, composer, taken, app } = all
  manners.answer = command => (command === 'EHLO' ? 'cut' : null)
  await write(all, 'Later')
  const notice = composer.notice('Sending in 10 s…')
  await expect(notice).toBeVisible()
  const { x, y } = (await app.page.getByRole('button', { name: 'Close notice' }).boundingBox())!
  await app.page.mouse.move(x - 4, y)
  await app.page.mouse.move(x - 8, y + 2)
  await expect(app.page.getByText(/^Sending in [5-9] s…$/)).toBeVisible()
  await expect(notice).toHaveCount(0, { timeout: 12_000 }) // though the pointer is in it
  await expect(view.connection).toContainText('1 message waiting', afterHold)
  expect((await view.connection.boundingBox())!.width, 'long words have lines of their own').toBeGreaterThan(160)
  const { message, button } = await openActivity(all)
  await expect(message).toContainText(/Message to jonas@weber\.example · waiting/)
  manners.answer = () => null
  await button('Check now').click()
  await expect.poll(() => taken.length, afterHold).toBe(1)
  await app.page.keyboard.press('Escape')
  await expect(view.connection).not.toContainText('waiting')
  await expect(composer.local('Outbox')).toHaveCount(0)
})
