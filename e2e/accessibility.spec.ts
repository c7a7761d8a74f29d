/** The window for everybody: no axe violation, names of UI.md, sizes and colours of the tokens, a visible focus, and all of it without a pointer. */
import type { Page } from '@playwright/test'
import { axeViolations } from './fixtures/axe.ts'
import { expect, test } from './fixtures/app.ts'
import { message, withFiles } from './fixtures/messages.ts'
import { composerModel } from './pages/composer.ts'
import type { WindowModel } from './pages/window.ts'
import type { Dovecot } from './servers/dovecot.ts'

/** From the design: mock/tokens.css. */
const tokens = {
  light: {
    '--bg': '#ffffff',
    '--bg-side': '#f5f5f3',
    '--bg-selected': '#e4ebf8',
    '--fg': '#1d1d1b',
    '--fg-faint': '#666660',
    '--line-control': '#85857e',
    '--accent': '#c8102e',
    '--focus': '#2458c4',
    '--bad': '#b3261e',
  },
  dark: {
    '--bg': '#1b1b1d',
    '--bg-side': '#141416',
    '--bg-selected': '#25324c',
    '--fg': '#ececea',
    '--fg-faint': '#a0a09a',
    '--line-control': '#77777d',
    '--accent': '#ff5a67',
    '--focus': '#8fb2ff',
    '--bad': '#ff8a80',
  },
} as const
const themes = ['light', 'dark'] as const

async function fill(server: Dovecot): Promise<void> {
  const at = (i: number) => new Date(Date.now() - i * 5 * 3600_000)
  const many = Array.from({ length: 30 }, (_, i) => ({
    raw: message({ subject: `MessageSource ${i}`, from: `Person ${i} <p${i}@example.test>`, body: `Words of message ${i}.`, date: at(i + 1) }),
    flags: ['', 'S', 'FS', 'RS'][i % 4]!,
    date: at(i + 1),
  }))
  const html = '<p>Dear Alice,</p><p>see the plans.</p><img src="http://192.0.2.1/plan.png" alt="plan">'
  const rich = withFiles({ subject: 'Plans', body: 'x' }, [{ name: 'plan.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') }])
  await server.seed('alice', 'INBOX', [
    {
      raw: rich.replace('Content-Type: text/plain; charset=utf-8\n\nx', `Content-Type: text/html; charset=utf-8\n\n${html}`),
      flags: 'S',
      date: at(0),
    },
    ...many,
  ])
  await server.seed('alice', 'Clients/Northwind', [{ raw: message({ subject: 'Invoice', body: 'Paid.' }) }])
}

async function choose(page: Page, command: string): Promise<void> {
  await page.keyboard.press('Control+k')
  await page.getByRole('dialog', { name: 'Commands' }).getByRole('combobox').fill(command)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('dialog')).toHaveCount(0)
}

async function openPlans({ row, body }: WindowModel): Promise<void> {
  await row('Plans').click()
  await expect(body.getByText('see the plans.')).toBeVisible()
}

for (const theme of themes)
  test(`axe finds nothing in ${theme}`, async ({ server, startApp }) => {
    await fill(server)
    const { app, view } = await startApp({ args: ['--theme', theme] })
    const { page } = app
    await expect(view().row('Plans')).toBeVisible()
    expect(await axeViolations(page), 'at the start').toEqual([])
    await openPlans(view())
    expect(await axeViolations(page), 'with a message').toEqual([])
    await page.keyboard.press('Control+k')
    await expect(page.getByRole('dialog', { name: 'Commands' })).toBeVisible()
    expect(await axeViolations(page), 'with the palette').toEqual([])
    await page.keyboard.press('Escape')
    await page.keyboard.press('?')
    await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible()
    expect(await axeViolations(page), 'with the keys').toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Settings' }).click()
    await expect(page.getByRole('menu')).toBeVisible()
    expect(await axeViolations(page), 'with the settings').toEqual([])
    await page.keyboard.press('Escape')
    await view().row('Plans').click({ button: 'right' })
    expect(await axeViolations(page), 'with a context menu').toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('button', { name: 'Attachments', exact: true }).click()
    await expect(view().rows).toHaveCount(1)
    expect(await axeViolations(page), 'filtered').toEqual([])
    await view().folder('Trash').click()
    await expect(page.getByText(/is empty/)).toBeVisible()
    expect(await axeViolations(page), 'in an empty folder').toEqual([])
    for (const look of ['Density: compact', 'Density: comfortable', 'Layout: list alone', 'Layout: list above message']) {
      await choose(page, look)
      await view().folder('Inbox').click()
      expect(await axeViolations(page), look).toEqual([])
    }

    await page.keyboard.press('n')
    const composer = composerModel(page)
    await expect(composer.to).toBeFocused()
    expect(await axeViolations(page), 'with an empty message').toEqual([])
    await page.keyboard.type('b@x.example, nobody,')
    await composer.button('Add Cc').click()
    await page.keyboard.type('p1@')
    await expect(composer.suggestions.first()).toBeVisible()
    expect(await axeViolations(page), 'with suggestions').toEqual([])
    await page.keyboard.press('Escape')
    await composer.attach({ name: 'plan.txt', mimeType: 'text/plain', buffer: Buffer.from('plan') })
    await composer.button('Send').click()
    await expect(page.getByRole('alert')).toBeVisible()
    expect(await axeViolations(page), 'with a message that cannot go').toEqual([])
    await composer.button('Plain text').click()
    await composer.button('Close and keep the draft').click()
    await composer.local('Drafts').click()
    await expect(composer.messages).toHaveCount(1)
    expect(await axeViolations(page), 'with messages of this computer').toEqual([])

    const shown = await page.evaluate(
      names => names.map(name => getComputedStyle(document.documentElement).getPropertyValue(name).trim()),
      Object.keys(tokens[theme]),
    )
    const long = shown.map(colour => colour.replace(/^#(.)(.)(.)$/, '#$1$1$2$2$3$3')) // the build shortens them
    expect(long).toEqual(Object.values(tokens[theme]))
  })

test('names are those of the design', async ({ server, startApp }) => {
  await fill(server)
  const { app, view } = await startApp()
  const { folders, folder, messages, row, rows, reader, subject, article, action, connection, body } = view()
  const { page } = app
  await expect(folders).toHaveRole('tree')
  await expect(folder('Inbox')).toHaveAccessibleName('Inbox, 8 unread')
  await expect(folder('Northwind')).toHaveAccessibleName('Northwind, 1 unread')
  await expect(messages).toHaveAttribute('aria-rowcount', '31')
  await expect(row('Plans')).toHaveAccessibleName(/^Bob Baker, Plans, \d\d?:\d\d, attachments/)
  await expect(row('MessageSource 0,')).toHaveAccessibleName(/^unread, Person 0, MessageSource 0, [^,]+$/)
  await expect(row('MessageSource 2,')).toHaveAccessibleName(/^flagged, Person 2, MessageSource 2, [^,]+$/)
  await expect(rows.first()).toHaveAttribute('aria-rowindex', '1')
  await expect(rows.first()).toHaveAttribute('aria-selected', 'false')
  await openPlans(view())
  await expect(rows.first()).toHaveAttribute('aria-selected', 'true')
  await expect(reader).toBeVisible()
  await expect(subject).toHaveText('Plans')
  await expect(article('Bob Baker')).toHaveCount(1)
  await expect(body.getByText('see the plans.')).toBeVisible() // by the title "Message body"
  await expect(reader.getByRole('status').filter({ hasText: 'Remote content blocked' })).toBeVisible()
  await expect(reader.getByRole('button', { name: 'Load remote content' })).toBeVisible()
  for (const name of ['Mark as unread', 'Flag']) await expect(action(name)).toBeVisible()
  await action('Flag').click()
  await action('Mark as unread').click()
  for (const name of ['Mark as read', 'Unflag']) await expect(action(name)).toBeVisible()
  await expect(connection).toHaveText(/^Up to date, checked \d/)
  await expect(page).toHaveTitle(/Pillarbox/)
})

test('rows are as high as the density says', async ({ server, startApp }) => {
  await fill(server)
  const { app, view } = await startApp()
  await expect(view().row('Plans')).toBeVisible()
  await app.page.setViewportSize({ width: 1600, height: 900 })
  const heights = () => view().rows.evaluateAll(rows => [...new Set(rows.map(row => row.getBoundingClientRect().height))])
  expect(await heights()).toEqual([56])
  await choose(app.page, 'Density: comfortable')
  await expect.poll(heights).toEqual([76])
  await choose(app.page, 'Layout: list alone') // compact needs 560 px
  await choose(app.page, 'Density: compact')
  await expect.poll(heights).toEqual([28])
})

test('in a narrow window every action is there, and keeps its name', async ({ server, startApp }) => {
  await fill(server)
  const { app, view } = await startApp()
  await app.page.setViewportSize({ width: 700, height: 600 })
  await view().row('Plans').click()
  const toolbar = app.page.getByRole('toolbar', { name: 'Message actions' })
  await expect(view().action('Reply')).toBeVisible()
  await expect(view().action('Archive')).toBeVisible()
  expect(await toolbar.evaluate(element => element.scrollWidth - element.clientWidth)).toBe(0)
})

test('the focus is seen wherever the keyboard goes', async ({ server, startApp }) => {
  await fill(server)
  const { app, view } = await startApp()
  const { page } = app
  await openPlans(view())
  const seen = new Set<string>()
  for (let i = 0; i < 40; i++) {
    await page.keyboard.press('Tab')
    const stop = await page.evaluate(() => {
      const element = document.activeElement!
      const { outlineWidth, outlineStyle, outlineColor, outlineOffset } = getComputedStyle(element)
      const probe = document.body.appendChild(Object.assign(document.createElement('i'), { style: 'color: var(--focus)' }))
      const focus = getComputedStyle(probe).color
      probe.remove()
      const name = `${element.tagName} ${element.getAttribute('role') ?? ''} ${element.getAttribute('aria-label') ?? element.textContent?.slice(0, 30) ?? ''}`
      return {
        name,
        ring: element === document.body || element.tagName === 'IFRAME' ? null : [outlineWidth, outlineStyle, outlineColor === focus],
        outlineOffset,
      }
    })
    if (stop.ring) expect(stop.ring, stop.name).toEqual(['2px', 'solid', true])
    seen.add(stop.name)
  }
  const stops = [...seen].join('\n')
  for (const stop of ['treeitem', 'row', 'Settings', 'Unread', 'Flag', 'SUMMARY', 'Load remote content', 'plan.pdf', 'Resize'])
    expect(stops).toContain(stop)
})

test('everything goes without a pointer', async ({ server, startApp }) => {
  await fill(server)
  const { app, view } = await startApp()
  const { folder, row, subject, body } = view()
  const { keyboard } = app.page
  const focused = app.page.locator(':focus')
  await expect(row('Plans')).toBeVisible()

  // to the folders, into one, and back
  for (let i = 0; i < 3 && (await focused.and(app.page.getByRole('treeitem')).count()) === 0; i++) await keyboard.press('F6')
  await keyboard.press('End')
  await expect(folder('Northwind')).toBeFocused()
  await keyboard.press('Enter')
  await expect(row('Invoice')).toBeVisible()
  await keyboard.press('ArrowLeft')
  await keyboard.press('g')
  await keyboard.press('i')
  await expect(row('Plans')).toBeVisible()

  // through the list
  await expect(row('Plans')).toBeFocused()
  await keyboard.press('Enter')
  await expect(subject).toHaveText('Plans')
  await keyboard.press('Escape')
  await expect(row('Plans')).toBeFocused()
  await keyboard.press('j')
  await expect(subject).toHaveText('MessageSource 0')
  await keyboard.press('ArrowDown')
  await expect(subject).toHaveText('MessageSource 1')
  await expect(row('MessageSource 1,')).toBeFocused()
  await keyboard.press('k')
  await keyboard.press('Enter')
  await expect(app.page.getByRole('region', { name: 'Message', exact: true })).toBeFocused()
  await expect(body.getByText('Words of message 0.')).toBeVisible()
  await keyboard.press('Escape')
  await expect(row('MessageSource 0,')).toBeFocused()

  // flag, and take it back
  await keyboard.press('s')
  await expect(row('MessageSource 0,')).toHaveAccessibleName(/flagged, /)
  await keyboard.press('Control+z')
  await expect(row('MessageSource 0,')).not.toHaveAccessibleName(/flagged, /)

  // the palette goes to a folder, and gives the focus back when it is left
  await keyboard.press('Control+k')
  await keyboard.press('Escape')
  await expect(row('MessageSource 0,')).toBeFocused()
  await keyboard.press('Control+k')
  await keyboard.type('northw')
  await keyboard.press('Enter')
  await expect(row('Invoice')).toBeVisible()
  await keyboard.press('ArrowDown')
  await expect(subject).toHaveText('Invoice')

  // and the settings
  for (let i = 0; i < 30 && (await focused.getAttribute('aria-label')) !== 'Settings'; i++) await keyboard.press('Shift+Tab')
  await keyboard.press('Enter')
  const choice = (name: string) => app.page.getByRole('menuitemradio', { name, exact: true })
  await expect(choice('As the system')).toBeFocused()
  for (const name of ['Light', 'Dark']) {
    await keyboard.press('ArrowDown')
    await expect(choice(name)).toBeFocused()
  }
  await keyboard.press('Enter')
  await expect(app.page.locator('html')).toHaveAttribute('data-theme', 'dark')
})
