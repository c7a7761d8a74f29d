/**
 * What the person at the window feels, with 20,000 messages in INBOX: how long the window is busy at most while they are synced, a key to the changed row, a
 * change on the server to the row, and memory. The baseline of a change on the server is another client in IDLE that does nothing else.
 */
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { ImapFlow } from 'imapflow'
import { message } from '../fixtures/messages.ts'
import { RunningApp } from '../fixtures/running-app.ts'
import { Dovecot, password } from '../servers/dovecot.ts'
import { median } from './baselines.ts'
import { mailbox } from './mailbox.ts'
import { proportionalSetSize } from './memory.ts'
import type { Figure } from './sync.bench.ts'
import { Tap } from './tap.ts'

const total = 20_000
const tries = 20

interface Watched {
  tasks: number[]
  pressedAt: number
  changedAt: number
}
type WatchedWindow = Window & { watched: Watched }

/** Notes long tasks (over 50 ms), the last key, and when a row first changed after it and was painted. */
function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const watched: Watched = { tasks: [], pressedAt: 0, changedAt: 0 }
    ;(window as unknown as WatchedWindow).watched = watched
    new PerformanceObserver(list => watched.tasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })
    const press = (): void => void Object.assign(watched, { pressedAt: performance.timeOrigin + performance.now(), changedAt: 0 })
    addEventListener('keydown', press, { capture: true })
    new MutationObserver(changes => {
      if (!changes.some(({ target, addedNodes }) => (target as Element).closest?.('[role=row]') ?? addedNodes.length > 0)) return
      requestAnimationFrame(() => (watched.changedAt ||= performance.timeOrigin + performance.now())) // the first change is the answer; later ones are the server's
    }).observe(document.querySelector('[role=grid]') ?? document.body, { subtree: true, childList: true, attributes: true })
  })
}

const watchedIn = (page: Page): Promise<Watched> => page.evaluate(() => (window as unknown as WatchedWindow).watched)

async function connect(port: number): Promise<ImapFlow> {
  const client = new ImapFlow({ host: '127.0.0.1', port, secure: false, doSTARTTLS: false, auth: { user: 'alice', pass: password }, logger: false })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** The program with nothing to do: what Chromium and Node take in any case. */
async function memoryWithoutMail(): Promise<number> {
  const app = await RunningApp.start({ accounts: [] })
  await pause(5000)
  const size = await proportionalSetSize(app.pid)
  await app.dispose()
  return size
}

export async function* measure(): AsyncGenerator<Figure> {
  const empty = await memoryWithoutMail()
  const server = await Dovecot.create()
  const tap = await Tap.before(server.imapPort)
  tap.hold()
  const incoming = { protocol: 'imap', host: '127.0.0.1', security: 'none', allowPlaintext: true, user: 'alice' } as const
  await server.seed('alice', 'INBOX', mailbox(total))
  const app = await RunningApp.start({
    accounts: [{ name: 'Alice', email: 'alice@example.test', password, incoming: { ...incoming, port: tap.port } }],
  })
  const writer = await connect(server.imapPort)
  const listener = await connect(server.imapPort)
  try {
    const { page } = app
    await watch(page)
    tap.release()
    const grid = page.getByRole('grid', { name: 'Messages' })
    await page.waitForFunction(count => document.querySelector('[role=grid]')?.getAttribute('aria-rowcount') === String(count), total, {
      timeout: 120_000,
    })
    yield { name: 'longest task of the window while 20,000 headers are synced', value: Math.max(0, ...(await watchedIn(page)).tasks), unit: 'ms' }

    await page.waitForFunction(() => /Up to date/.test(document.querySelector('[aria-label=Connection]')?.textContent ?? ''), undefined, {
      timeout: 120_000,
    })
    await pause(15_000) // bodies prefetched, and garbage collected in the quiet after that
    yield { name: 'memory of all processes, 20,000 known', value: await proportionalSetSize(app.pid), unit: 'MiB', baseline: empty }

    await grid.getByRole('row').nth(5).click()
    await pause(1500) // it is marked as read
    await watch(page)
    const pressed: number[] = []
    for (let i = 0; i < tries; i++) {
      const wanted = i % 2 === 0 ? /flagged/ : /^(?!.*flagged)/
      await page.keyboard.press('s')
      await grid.getByRole('row', { selected: true, name: wanted }).waitFor()
      await pause(150)
      const { pressedAt, changedAt } = await watchedIn(page)
      pressed.push(changedAt - pressedAt)
    }
    yield { name: 'key to row changed and painted', value: median(pressed), unit: 'ms' }

    await listener.mailboxOpen('INBOX')
    await writer.mailboxOpen('INBOX')
    const shown: number[] = []
    const heard: number[] = []
    for (let i = 0; i < tries; i++) {
      const subject = `NewMessage ${i}`
      const told = new Promise<number>(resolve => listener.once('exists', () => resolve(Date.now())))
      const idling = listener.idle()
      await pause(400)
      const began = Date.now()
      await writer.append('INBOX', Buffer.from(message({ subject, body: 'x' }).replace(/\r?\n/g, '\r\n')))
      heard.push((await told) - began)
      const at = await page.waitForFunction(
        text => ([...document.querySelectorAll('[role=row]')].some(row => row.textContent?.includes(text)) ? Date.now() : false),
        subject,
        { polling: 'raf' },
      )
      shown.push(((await at.jsonValue()) as number) - began)
      await listener.noop() // ends IDLE
      await idling
    }
    yield { name: 'new message on the server to row on screen', value: median(shown), unit: 'ms', baseline: median(heard) }
  } finally {
    writer.close()
    listener.close()
    await app.dispose()
    tap.dispose()
    await server.dispose()
  }
}
