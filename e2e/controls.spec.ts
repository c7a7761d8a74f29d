/** No control without an effect (UI.md): everything the window offers is pressed. What there is, is read from the window, so that a new control is tested too. */
import { expect, test } from './fixtures/app.ts'
import { Controls } from './fixtures/controls.ts'
import { expectEffect } from './fixtures/effects.ts'
import { message, withFiles } from './fixtures/messages.ts'
import { watchWindow } from './fixtures/window-watch.ts'
import { composerModel } from './pages/composer.ts'
import type { RunningApp } from './fixtures/running-app.ts'
import type { WindowModel } from './pages/window.ts'
import type { Dovecot } from './servers/dovecot.ts'

const subject = 'Plans for the harbour'
const checkMail = 'Check mail now'

/** A message with all that the reader has controls for; 192.0.2.1 is nobody's (RFC 5737). */
function richMessage(): string {
  const html = `<p>See the plans.</p><img src="http://192.0.2.1/plan.png" alt="plan"><blockquote type="cite"><p>On Monday Bob wrote: what plans?</p></blockquote>`
  const parts = withFiles({ subject, body: 'x' }, [{ name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') }])
  return parts.replace('Content-Type: text/plain; charset=utf-8\n\nx', `Content-Type: text/html; charset=utf-8\n\n${html}`)
}

async function begin(server: Dovecot, start: () => Promise<{ app: RunningApp; view(): WindowModel }>) {
  const day = (i: number) => new Date(Date.now() - i * 3600_000)
  const others = Array.from({ length: 40 }, (_, i) => ({
    raw: message({ subject: `MessageSource ${i}`, body: 'x', date: day(i) }),
    flags: i === 30 ? '' : i % 3 ? 'S' : 'FS',
    date: day(i),
  }))
  await server.seed('alice', 'INBOX', [...others, { raw: richMessage(), flags: 'S', date: day(4.5) }])
  await server.seed('alice', 'Clients', [{ raw: message({ subject: 'Invoice', body: 'x' }), flags: 'S' }])
  await server.deliver('alice', 'Archive', message({ subject: 'Filed', body: 'x' }))
  const { app, view } = await start()
  app.page.setDefaultTimeout(10_000)
  const watch = watchWindow(app.page)
  await expect(view().connection).toContainText('Up to date')
  return { watch, view: view(), controls: new Controls(view(), subject) }
}

/** Checking mail shows in what it finds: mail in a folder that is not watched. */
async function expectMailChecked(server: Dovecot, { folder, page }: WindowModel, act: () => Promise<void>): Promise<void> {
  const before = Number(/(\d+) unread/.exec((await folder('Clients').getAttribute('aria-label')) ?? '')?.[1] ?? 0)
  await server.deliver('alice', 'Clients', message({ subject: 'Another invoice', body: 'x' }))
  await page.waitForTimeout(500)
  await act()
  await expect(folder('Clients')).toHaveAccessibleName(`Clients, ${before + 1} unread`)
}

test('every entry of the palette has an effect', async ({ server, startApp }) => {
  test.setTimeout(240_000)
  const { view, controls, watch } = await begin(server, startApp)
  await controls.home()
  await controls.prepare('Mark as read')
  await controls.prepare('Unflag')
  const waiting = new Map<string, { label: string; group: string }>()
  const done = new Set<string>()
  const note = async () => {
    for (const entry of await controls.paletteEntries())
      if (!done.has(`${entry.group} ${entry.label}`)) waiting.set(`${entry.group} ${entry.label}`, entry)
  }
  await note()
  await controls.press(['Shift+I'])
  for (let entry; (entry = [...waiting.values()][0]);) {
    waiting.delete(`${entry.group} ${entry.label}`)
    done.add(`${entry.group} ${entry.label}`)
    await controls.home()
    await note()
    await controls.prepare(entry.group === 'Folders' ? 'Inbox' : entry.label)
    if (entry.group === 'Folders' && entry.label === 'Archive') await view.folder('Inbox').click()
    const chosen = entry
    if (entry.label === checkMail) await expectMailChecked(server, view, () => controls.choose(chosen))
    else await expectEffect(view.page, `“${entry.label}” in the palette`, () => controls.choose(chosen))
    expect(watch.wrongs, entry.label).toEqual([])
  }
  expect(done.size).toBeGreaterThan(18)
})

test('every key of the keys sheet has an effect', async ({ server, startApp }) => {
  test.setTimeout(180_000)
  const { view, controls, watch } = await begin(server, startApp)
  await controls.home()
  const lines = await controls.keyLines()
  expect(lines.length).toBeGreaterThan(18)
  for (const { label, bindings } of lines) {
    const here = label === 'Go to account 1 to 9' ? bindings.slice(0, 1) : bindings // there is one account
    for (const binding of here) {
      await controls.home()
      await controls.prepare(label)
      if (label === checkMail) await expectMailChecked(server, view, () => controls.press(binding))
      else await expectEffect(view.page, `${binding.join(' ')} for “${label}”`, () => controls.press(binding))
      expect(watch.wrongs, label).toEqual([])
    }
  }
})

test('every button of the window has an effect', async ({ server, startApp }) => {
  test.setTimeout(180_000)
  const { view, controls, watch } = await begin(server, startApp)
  const { page } = view
  await controls.home()
  const buttons = page.locator('main').getByRole('button')
  const names = () => buttons.evaluateAll(found => found.map(button => button.getAttribute('aria-label') ?? button.textContent ?? ''))
  const all = new Set(await names())
  await controls.prepare('Mark as read')
  await controls.prepare('Unflag')
  for (const name of await names()) all.add(name)
  await controls.press(['Shift+I'])
  for (const name of [
    'New message',
    'Reply',
    'Reply all',
    'Forward',
    'Archive',
    'Move to…',
    'Junk',
    'Delete',
    'Mark as read',
    'Mark as unread',
    'Flag',
    'Unflag',
    'Settings',
    'All',
    'Unread',
    'Load remote content',
    'Show quoted text',
  ])
    expect([...all]).toContain(name)
  for (const name of all) {
    await controls.home()
    await controls.prepare(name)
    const stop = (await names()).indexOf(name)
    if (stop < 0) throw new Error(`the button “${name}” has gone`)
    const button = buttons.nth(stop)
    if ((await button.getAttribute('aria-pressed')) === 'true') await page.getByRole('button', { name: 'Flagged', exact: true }).click()
    await expectEffect(page, `the button “${name}”`, () => button.click())
    expect(watch.wrongs, name).toEqual([])
  }
})

test('every entry of the menus has an effect', async ({ server, startApp }) => {
  test.setTimeout(120_000)
  const { view, controls, watch } = await begin(server, startApp)
  const { page, row } = view
  const items = page.getByRole('menu').getByRole('menuitem')
  const rightClick = () => row(subject).click({ button: 'right' })
  const labels = new Set<string>()
  const note = async () => {
    await rightClick()
    for (const label of await items.evaluateAll(found => found.map(item => item.firstChild?.textContent ?? ''))) labels.add(label)
    await page.keyboard.press('Escape')
  }
  await controls.home()
  await note()
  await controls.prepare('Mark as read')
  await controls.prepare('Unflag')
  await note()
  await controls.press(['Shift+I'])
  expect(labels.size).toBeGreaterThanOrEqual(4)
  for (const label of labels) {
    await controls.home()
    await controls.prepare(label)
    await expectEffect(page, `“${label}” in the context menu`, async () => {
      await rightClick()
      await items.filter({ hasText: label }).first().click()
    })
  }

  await controls.home()
  await page.getByRole('button', { name: 'Settings' }).click()
  for (const group of await page.getByRole('menu').getByRole('group').all()) {
    const choices = group.getByRole('menuitemradio')
    for (const choice of await choices.all()) {
      if ((await choice.getAttribute('aria-checked')) === 'true') await choices.and(page.locator('[aria-checked="false"]')).last().click()
      const name = `“${await choice.textContent()}” in the settings`
      await expectEffect(page, name, () => choice.click(), { without: '[role="menu"]' })
    }
  }
  expect(watch.wrongs).toEqual([])
})

test('every button of the composer has an effect', async ({ server, startApp }) => {
  test.setTimeout(240_000)
  const { view, watch } = await begin(server, startApp)
  const { page } = view
  const composer = composerModel(page)
  const buttons = composer.form.getByRole('button')
  const names = () => buttons.evaluateAll(found => found.map(button => button.getAttribute('aria-label') ?? button.textContent ?? ''))
  /** An answer with all that the composer has controls for, and its words selected. */
  async function open(): Promise<void> {
    if ((await composer.form.count()) > 0) await composer.button('Discard draft').click()
    await expect(composer.form).toHaveCount(0)
    await view.row(subject).click()
    await page.keyboard.press('r')
    await expect(composer.text).toBeFocused()
    const plain = composer.button('Plain text') // the format chosen last is the next message's
    if ((await plain.getAttribute('aria-pressed')) === 'true') await plain.click()
    await composer.text.click()
    await page.keyboard.type('Words')
    await composer.attach({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('plan') })
    await expect(composer.button('Remove plan.txt')).toBeVisible()
    await composer.text.click()
    await page.keyboard.press('Control+a')
  }
  await open()
  const all = await names()
  for (const name of [
    'Send',
    'Attach files',
    'Discard draft',
    'Add Cc',
    'Add Bcc',
    'Bold',
    'Link',
    'Plain text',
    'Show quoted text',
    'Remove plan.txt',
  ])
    expect(all).toContain(name)
  for (const [stop, name] of all.entries()) {
    await open()
    if (name === 'Remove formatting') await page.keyboard.press('Control+b')
    const button = buttons.nth(stop)
    if (name === 'Attach files') {
      const chooser = page.waitForEvent('filechooser')
      await button.click()
      await chooser
    } else if (name === 'Open in a window') {
      const opened = page.context().waitForEvent('page')
      await button.click()
      const own = await opened
      await expect(composerModel(own).form).toBeVisible() // Chromium forgets an operation to close that comes between two documents
      await own.close()
      watch.wrongs.length = 0 // a page opened, as was asked for
    } else await expectEffect(page, `the button “${name}” of the composer`, () => button.click(), { alerts: name === 'Send' })
    expect(watch.wrongs, name).toEqual([])
  }
})
