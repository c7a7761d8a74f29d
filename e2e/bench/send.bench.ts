/**
 * From Send to the server's 250, with everything that makes a draft go out once: built, fsynced, queued, `sending` fsynced, and one connection for it. The
 * baseline is nodemailer alone: the same message handed over on a new connection, nothing kept. A small server of ours takes both.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { createApp } from '../../electron/core/app.ts'
import type { Host, Page } from '../../electron/core/host.ts'
import { inlineMime } from '../../electron/core/mime/mime.ts'
import { coreCalls } from '../../shared/contract/core-calls.ts'
import { coreEvents } from '../../shared/contract/core-events.ts'
import type { OutgoingState } from '../../shared/model/outgoing.ts'
import { createPeer, createTransportPair } from '../../shared/rpc.ts'
import { Submission } from '../servers/submission.ts'
import { median } from './baselines.ts'
import type { Figure } from './sync.bench.ts'

const password = 'secret'
const messages = 20
const text = 'Shall we plant the roses on Saturday?\n'.repeat(50)

async function startCore(profile: string, port: number) {
  const pages: ((page: Page) => void)[] = []
  const host: Host = {
    ...{ name: 'node', dataFolder: profile, downloadsFolder: profile, missingFeatures: [], desktop: null },
    onPage: listener => void pages.push(listener),
    onLastWindowClosed: () => undefined,
    openWindow: async () => undefined,
    focusWindow: async () => undefined,
    openUrl: async () => undefined,
    collectGarbage: async () => undefined,
    removeCacheFiles: async () => undefined,
    screenshot: () => Promise.reject(new Error('there is no window')),
    onNetworkChange: () => undefined,
    onMailto: () => undefined,
    keyStore: async () => null,
    stop: async () => undefined,
  }
  const provision = join(profile, 'provision.json')
  const server = { host: '127.0.0.1', security: 'none', user: 'alice', allowPlaintext: true } as const
  const account = {
    ...{ name: 'Alice', email: 'alice@example.test', password },
    incoming: { ...server, protocol: 'imap', port: 1 },
    outgoing: { ...server, port },
  }
  await writeFile(provision, JSON.stringify({ accounts: [account] }))
  const app = await createApp(host, { version: 'bench', mime: inlineMime, provision, writeLog: () => undefined })
  const [theirs, ours] = createTransportPair()
  pages[0]!({ kind: 'window', transport: theirs, restart: () => false })
  const waiting = new Map<string, () => void>()
  const silent = (): void => undefined
  const on = Object.fromEntries(Object.keys(coreEvents).map(name => [name, silent])) as Record<keyof typeof coreEvents, () => void>
  const outgoingChanged = (state: OutgoingState): void => void (state.state === 'sent' && waiting.get(state.id)?.())
  const peer = createPeer(ours, {
    ...{ serves: {}, handlers: {}, calls: coreCalls, emits: {}, hears: coreEvents },
    on: { ...on, 'outgoing.changed': outgoingChanged },
  })
  const { accounts } = await peer.call('app.hello', { draft: null })
  const sent = (id: string): Promise<void> => new Promise(resolve => waiting.set(id, resolve))
  return { app, peer, account: accounts[0]!.id, sent }
}

function nodemailerAlone(port: number, message: string): Promise<void> {
  const connection = new SMTPConnection({ host: '127.0.0.1', port, ignoreTLS: true, name: 'localhost', logger: false })
  return new Promise((resolve, reject) => {
    connection.on('error', reject)
    connection.connect(error => {
      if (error) return reject(error)
      connection.login({ credentials: { user: 'alice', pass: password } }, refusal => {
        if (refusal) return reject(refusal)
        connection.send({ from: 'alice@example.test', to: ['bob@example.test'] }, message, failed => {
          if (failed) return reject(failed)
          resolve()
          connection.quit()
        })
      })
    })
  })
}

export async function* measure(): AsyncGenerator<Figure> {
  const profile = await mkdtemp(join(tmpdir(), 'pillarbox-bench-'))
  const server = await Submission.create(password, { inClear: true })
  const core = await startCore(profile, server.startTlsPort)
  try {
    const took: number[] = []
    const alone: number[] = []
    for (let i = 0; i < messages; i++) {
      const id = `message-${String(i).padStart(4, '0')}`
      const draft = { id, account: core.account, cc: [], bcc: [], subject: `Roses ${i}`, format: 'plain' as const, html: '', text, answers: null }
      await core.peer.call('draft.save', { ...draft, to: [['Bob', 'bob@example.test']], attachments: [], revision: 1 })
      const gone = core.sent(id)
      const began = performance.now()
      await core.peer.call('draft.send', { id, holdMs: 0 })
      await gone
      took.push(performance.now() - began)
      const message = `From: alice@example.test\r\nTo: bob@example.test\r\nSubject: Roses ${i}\r\n\r\n${text.replaceAll('\n', '\r\n')}`
      const start = performance.now()
      await nodemailerAlone(server.startTlsPort, message)
      alone.push(performance.now() - start)
    }
    yield { name: 'Send to 250, without the ten seconds for Undo', value: median(took), unit: 'ms', baseline: median(alone) }
  } finally {
    await core.app.stop()
    await server.dispose()
    await rm(profile, { recursive: true, force: true })
  }
}
