import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { RunningApp } from '../fixtures/running-app.ts'
import { Dovecot, password } from '../servers/dovecot.ts'
import { mailbox } from './mailbox.ts'
import { imapflowAlone } from './baselines.ts'
import { Tap } from './tap.ts'
import type { Figure } from './sync.bench.ts'

function usage(root: number): Map<string, number> {
  const out = new Map<string, number>()
  const parent = (pid: number): number => { try { const s = readFileSync(`/proc/${pid}/stat`, 'utf8'); return Number(s.slice(s.lastIndexOf(')') + 2).split(' ')[1]) } catch { return 0 } }
  const below = (pid: number): boolean => pid === root || (pid > 1 && below(parent(pid)))
  for (const pid of readdirSync('/proc').map(Number).filter(p => p > 0 && below(p))) {
    try {
      const cmd = readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      const type = /--type=([a-z-]+)/.exec(cmd)?.[1] ?? (cmd.includes('node.mjs') ? 'main' : 'browser')
      for (const tid of readdirSync(`/proc/${pid}/task`)) {
        const s = readFileSync(`/proc/${pid}/task/${tid}/stat`, 'utf8')
        const name = s.slice(s.indexOf('(') + 1, s.lastIndexOf(')'))
        const f = s.slice(s.lastIndexOf(')') + 2).split(' ')
        out.set(`${type}:${pid}:${name}:${tid}`, (Number(f[11]) + Number(f[12])) * 10)
      }
      const pss = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
      out.set(`PSS ${type}:${pid}`, Math.round(Number(pss?.[1] ?? 0) / 1024))
    } catch { /* gone */ }
  }
  return out
}
const total = 20000
export async function* measure(): AsyncGenerator<Figure> {
  const server = await Dovecot.create()
  await server.seed('alice', 'INBOX', mailbox(total))
  await imapflowAlone(server.imapPort)
  const runs = Number(process.env.LAB_RUNS ?? 3)
  for (let i = 0; i < runs; i++) {
    const flow = await imapflowAlone(server.imapPort)
    const tap = await Tap.before(server.imapPort)
    tap.hold()
    const app = await RunningApp.start({ accounts: [{ name: 'Alice', email: 'alice@example.test', password, incoming: { protocol: 'imap', host: '127.0.0.1', port: tap.port, security: 'none', allowPlaintext: true, user: 'alice' } }] })
    await app.page.setViewportSize({ width: 1360, height: 3400 })
    await app.page.evaluate(wanted => {
      const times = ((window as any).times = {} as Record<string, number>)
      const seen: [number, number][] = ((window as any).seen = [])
      const look = (): void => {
        if (!times.rows && document.querySelectorAll('[role=grid] [role=row]').length >= 50) times.rows = Date.now()
        const n = Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount'))
        if (seen.at(-1)?.[1] !== n) seen.push([Date.now(), n])
        if (!times.all && n === wanted) times.all = Date.now()
      }
      new MutationObserver(look).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
    }, total)
    const before = usage(app.pid)
    tap.release()
    await app.page.waitForFunction(() => (window as any).times.all, undefined, { timeout: 120000, polling: 20 })
    const after = usage(app.pid)
    const t = await app.page.evaluate(() => ({ ...(window as any).times, seen: (window as any).seen }))
    console.log('rows', t.rows - tap.loggedInAt!, 'all', t.all - tap.loggedInAt!, 'flow', flow.ms)
    console.log(t.seen.map(([at, n]: [number, number]) => `${at - tap.loggedInAt!}:${n}`).join(' '))
    console.log(tap.commands.filter(c => c.received > 500).map(c => JSON.stringify({...c, sentAt: c.sentAt - tap.loggedInAt! })).join('\n').slice(0, 3000))
    const deltas = [...after].map(([k, v]) => [k, v - (before.get(k) ?? 0)] as const).filter(([k, v]) => !k.startsWith('PSS') && v >= 30).sort((a, b) => b[1] - a[1])
    console.log(deltas.map(([k, v]) => `${v} ${k}`).join('\n'))
    console.log([...after].filter(([k]) => k.startsWith('PSS')).map(([k, v]) => `${k} ${before.get(k)}→${v}`).join('\n'))
    await pause(12000)
    console.log('later ' + [...usage(app.pid)].filter(([k]) => k.startsWith('PSS')).map(([k, v]) => `${k} ${v}`).join('; '))
    await app.dispose()
    tap.dispose()
  }
  await server.dispose()
  yield { name: 'x', value: 0, unit: '' }
}
