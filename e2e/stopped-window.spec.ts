/** A message that holds the window: the window comes back by itself, in the same folder, and does not show that message again unasked. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './fixtures/app.ts'
import { message } from './fixtures/messages.ts'
import type { RunningApp } from './fixtures/running-app.ts'

/** Ten seconds of silence, as long again for a slow machine. */
const restartMs = 40_000

/** The window goes, and another comes. */
async function attachToNext(app: RunningApp): Promise<void> {
  const { page } = app
  await page.waitForEvent('crash', { timeout: restartMs })
  await page.close().catch(() => undefined) // Playwright holds it for open
  await app.attach()
  app.page.setDefaultTimeout(20_000)
}

test.setTimeout(180_000)

/** Columns in columns, each of which is laid out again and again to balance the next: for Chromium days of work in a kilobyte. */
const heavy = `${'<div style="columns:2">'.repeat(24)}<p>The <b>words</b> of it. ${'word '.repeat(200)}</p>${'</div>'.repeat(24)}`

test('a message that stops the window is not shown by itself again', async ({ server, startApp }) => {
  await server.seed('alice', 'Archive', [
    { raw: message({ subject: 'Harmless', body: 'Nothing happens.' }), flags: 'S' },
    { raw: message({ subject: 'Heavy', type: 'text/html; charset=utf-8', body: heavy }), flags: 'S' },
  ])
  const { app, view } = await startApp()
  const words = () => view().reader.getByText('This message is not shown by itself: it stopped the window.')
  await view().folder('Archive').click()
  await view().row('Heavy').click()
  await attachToNext(app)

  await expect(view().row('Harmless')).toBeVisible()
  await expect(view().folder('Archive')).toHaveAttribute('aria-selected', 'true')
  await expect(words()).toBeVisible()
  await expect(view().reader.locator('iframe')).toHaveCount(0)
  await view().row('Harmless').click()
  await expect(view().body.getByText('Nothing happens.')).toBeVisible()
  await view().row('Heavy').click()
  await expect(words()).toBeVisible()
  await view().reader.getByRole('button', { name: 'Show as plain text' }).click()
  await expect(view().body.getByText('The words of it.')).toBeVisible()
  await expect(view().body.locator('b')).toHaveCount(0)

  expect(JSON.parse(await readFile(join(app.profile, 'stopped-messages.json'), 'utf8'))).toMatchObject({ v: 2, stopped: [{}] })
  await app.restart()
  await view().folder('Archive').click()
  await view().row('Heavy').click()
  await expect(words()).toBeVisible()
  await view().reader.getByRole('button', { name: 'Show anyway' }).click()
  await attachToNext(app)
  await expect(words()).toBeVisible()
})

test('a window that stops without a message comes back in its folder', async ({ server, startApp }) => {
  await server.seed('alice', 'Archive', [{ raw: message({ subject: 'Harmless', body: 'Nothing happens.' }), flags: 'S' }])
  const { app, view } = await startApp()
  await view().folder('Archive').click()
  await expect(view().row('Harmless')).toBeVisible()
  const hanging = app.page.evaluate(() => {
    for (;;);
  })
  hanging.catch(() => undefined) // it never comes back
  await attachToNext(app)
  await expect(view().folder('Archive')).toHaveAttribute('aria-selected', 'true')
  await view().row('Harmless').click()
  await expect(view().body.getByText('Nothing happens.')).toBeVisible()
})
