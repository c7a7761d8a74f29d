/**
 * 20,000 messages in INBOX: first rows, whole first sync, warm start, and what a resync costs. Medians of three. Baselines of the same run: imapflow alone with
 * the same FETCH, a bare socket with the same FETCH; item counts and bytes are asserted equal before a ratio is printed.
 */
import assert from 'node:assert/strict'
import type { Page } from '@playwright/test'
import { RunningApp } from '../fixtures/running-app.ts'
import { message } from '../fixtures/messages.ts'
import { Dovecot, password } from '../servers/dovecot.ts'
import { allHeaders, changes, imapflowAlone, median } from './baselines.ts'
import { mailbox } from './mailbox.ts'
import { Tap } from './tap.ts'

export interface Figure {
  name: string
  value: number
  unit: string
  baseline?: number
}

const total = 20_000
const runs = 3
const screen = { width: 1360, height: 3400 } // so that 50 rows are visible

/** Notes in the page when 50 rows were there, and when the grid counted `count`. */
function watch(page: Page, count: number): Promise<void> {
  return page.evaluate(wanted => {
    const times = ((window as unknown as { times: Record<string, number> }).times = {} as Record<string, number>)
    const look = (): void => {
      if (!times.rows && document.querySelectorAll('[role=grid] [role=row]').length >= 50) times.rows = Date.now()
      const grid = document.querySelector('[role=grid]')
      if (!times.all && Number(grid?.getAttribute('aria-rowcount')) === wanted) times.all = Date.now()
      if (!times.done && times.all && /Up to date/.test(document.querySelector('[role=status][aria-label=Connection]')?.textContent ?? ''))
        times.done = Date.now()
    }
    new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    look()
  }, count)
}

async function timesOf(page: Page): Promise<{ rows: number; all: number; done: number }> {
  await page.waitForFunction(() => (window as unknown as { times: Record<string, number> }).times.done, undefined, { timeout: 120_000 })
  return page.evaluate(() => (window as unknown as { times: { rows: number; all: number; done: number } }).times)
}

export async function* measure(): AsyncGenerator<Figure> {
  const server = await Dovecot.create()
  try {
    await server.seed('alice', 'INBOX', mailbox(total))
    const { imapPort } = server
    await allHeaders(imapPort) // the server builds its index once

    const bare = []
    const flow = []
    for (let run = 0; run < runs; run++) {
      bare.push(await allHeaders(imapPort))
      flow.push(await imapflowAlone(imapPort))
    }
    for (const { count } of [...bare, ...flow]) assert.equal(count, total)
    const bareMs = median(bare.map(({ ms }) => ms))
    const flowMs = median(flow.map(({ ms }) => ms))
    yield { name: 'bare socket, all headers', value: bareMs, unit: 'ms' }
    yield { name: 'imapflow alone, all headers', value: flowMs, unit: 'ms', baseline: bareMs }

    const first: number[] = []
    const whole: number[] = []
    const fetched: number[] = []
    const reload: number[] = []
    const warm: number[] = []
    let kept: { app: RunningApp; tap: Tap } | null = null
    for (let run = 0; run < runs; run++) {
      if (kept) {
        await kept.app.dispose()
        kept.tap.dispose()
      }
      const tap = await Tap.before(imapPort)
      tap.hold()
      const app = await RunningApp.start({
        accounts: [
          {
            name: 'Alice',
            email: 'alice@example.test',
            password,
            incoming: { protocol: 'imap', host: '127.0.0.1', port: tap.port, security: 'none', allowPlaintext: true, user: 'alice' },
          },
        ],
      })
      kept = { app, tap }
      await app.page.setViewportSize(screen)
      await watch(app.page, total)
      tap.release()
      const times = await timesOf(app.page)
      first.push(times.rows - tap.loggedInAt!)
      whole.push(times.all - tap.loggedInAt!)
      fetched.push(headerBytes(tap))

      await app.page.reload()
      await app.page.setViewportSize(screen)
      await watch(app.page, total)
      const again = await timesOf(app.page)
      reload.push(again.rows - (await app.page.evaluate(() => performance.timeOrigin)))

      await app.stop()
      const spawned = Date.now()
      await app.start()
      const shown = await app.page.waitForFunction(() => document.querySelectorAll('[role=grid] [role=row]').length > 10 && Date.now())
      warm.push(Number(await shown.jsonValue()) - spawned)
    }
    yield { name: 'login to 50 rows on screen', value: median(first), unit: 'ms' }
    yield { name: 'first sync, all headers and flags in the window', value: median(whole), unit: 'ms', baseline: flowMs }
    yield { name: 'first sync, header bytes', value: median(fetched), unit: 'bytes', baseline: bare[0]!.bytes }
    yield { name: 'page load to 50 rows from the cache', value: median(reload), unit: 'ms' }
    yield { name: 'process start to rows from the cache', value: median(warm), unit: 'ms' }

    const { app, tap } = kept!
    const before = await server.doveadm(['-f', 'tab', 'mailbox', 'status', '-u', 'alice', 'uidvalidity uidnext highestmodseq', 'INBOX'])
    const [names, values] = before
      .trim()
      .split('\n')
      .map(line => line.split('\t'))
    const [uidValidity, uidNext, modseq] = ['uidvalidity', 'uidnext', 'highestmodseq'].map(name => values![names!.indexOf(name)]!)
    const took: number[] = []
    const bytes: number[] = []
    const trips: number[] = []
    let delivered = 0
    for (let run = 0; run < runs; run++) {
      tap.hold()
      tap.cut()
      for (let i = 0; i < 10; i++) {
        await server.setFlag('alice', 'INBOX', 100 + run * 10 + i, 'add', '\\Flagged')
        await server.deliver('alice', 'INBOX', message({ subject: `Resync ${run} ${i}`, body: 'x', messageId: `<resync-${run}-${i}@example.test>` }))
      }
      delivered += 10
      tap.forget()
      await watch(app.page, total + delivered)
      tap.release()
      const times = await timesOf(app.page)
      const work = tap.commands.filter(({ name, sentAt }) => (name === 'SELECT' || name === 'UID FETCH') && sentAt <= times.all)
      const toRows = work.slice(0, work.findIndex(({ name }) => name === 'UID FETCH') + 1)
      took.push(times.all - tap.loggedInAt!)
      bytes.push(toRows.reduce((sum, { received, sent }) => sum + received + sent, 0))
      trips.push(toRows.length)
    }
    const raw = []
    for (let run = 0; run < runs; run++) raw.push(await changes(imapPort, Number(uidValidity), modseq!, `${uidNext}:${Number(uidNext) + 9}`))
    yield { name: 'resync, 10 flags and 10 new: time from login', value: median(took), unit: 'ms', baseline: median(raw.map(({ ms }) => ms)) }
    yield { name: 'resync: bytes', value: median(bytes), unit: 'bytes', baseline: median(raw.map(({ bytes }) => bytes)) }
    yield { name: 'resync: round trips', value: median(trips), unit: 'trips', baseline: 2 }
    await app.dispose()
    tap.dispose()
  } finally {
    await server.dispose()
  }
}

function headerBytes(tap: Tap): number {
  const headers = tap.commands.filter(({ name, received }) => (name === 'FETCH' || name === 'UID FETCH') && received > 20_000)
  return headers.reduce((sum, { received }) => sum + received, 0)
}
