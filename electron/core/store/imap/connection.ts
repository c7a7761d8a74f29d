/**
 * Keeps one IMAP connection of an account: connects when there is work or someone to watch, takes one piece of work at a time, idles in between, and
 * comes back by itself.
 *
 *   closed -> connecting -> ready -> (lost) -> waiting (back-off) -> connecting …
 *   connecting -> refused: the password was refused twice; nothing more is tried until `retryNow`.
 *
 * imapflow does not reconnect, and an `error` without listener would end the process: the listener is there before `connect()`.
 */
import { ImapFlow, type ImapFlowOptions } from 'imapflow'
import type { ConnectionOptions as TlsOptions } from 'node:tls'
import { MailError, isTransient } from '../../../../shared/errors.ts'
import type { Incoming } from '../../../../shared/model/account-setup.ts'
import { startDeadline, type Limits } from '../../net/deadline.ts'
import { toMailError } from '../../net/errors.ts'
import type { Endpoint, Trust } from '../../net/trust.ts'
import { createFlowSession } from './imap-store.ts'
import type { MailStore } from '../mail-store.ts'

export type ConnectionState =
  | { kind: 'closed' }
  | { kind: 'connecting' }
  | { kind: 'ready' }
  | { kind: 'waiting'; error: MailError; retryAt: number }
  | { kind: 'refused'; error: MailError }

/** What is known of the password. Shared by the connections of an account: two attempts by itself are all it gets. */
export interface SignIn {
  refusals: number
  /** The last refusal. */
  error: MailError | null
  /** Attempts under way. */
  trying: number
}

const mostRefusals = 2

export function newSignIn(): SignIn {
  return { refusals: 0, error: null, trying: 0 }
}

export interface ConnectionOptions {
  server: Incoming
  password(): Promise<string | null>
  /** Whom to believe (NODE_EXTRA_CA_CERTS is honoured by Node itself). */
  trust: Pick<Trust, 'optionsFor' | 'verified'>
  onState(state: ConnectionState): void
  /** The selected folder changed on the server: new, expunged, or flags. */
  onNews(path: string): void
  /** The folder to watch when there is no work; null: none. */
  watch(): string | null
  /** Shared with the other connections of the account; absent: this is the only one. */
  signIn?: SignIn
  /** Other than usual in tests. */
  connectMs?: number
}

/** So long it is not hurried again. */
const hurryMs = 10_000
const backOffMs = [1000, 2000, 5000, 10_000, 30_000, 60_000, 120_000]
/** Of the server during one piece of work, which may have other things to wait for. Where a command is under way silence is noticed sooner, by `socketTimeout`. */
const workSilenceMs = 10 * 60_000
const socketSilenceMs = 60_000
/** For one piece of work, however much comes: 25 MB take that long at 64 kbit/s. */
const longestWorkMs = 60 * 60_000
/** From the first SYN to being signed in: a server may say now and then that it is still there, for ever. */
const usualConnectMs = 2 * 60_000
/** NAT boxes forget quiet connections (PROTOCOL-NOTES, rule 5). */
const idleMs = 5 * 60_000
const idleDelayMs = 200

/** `tls`: what trust in this server asks for. */
export function flowOptions(server: Incoming, password: string, tls: TlsOptions): ImapFlowOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    ...(server.security === 'starttls' && { doSTARTTLS: true }),
    ...(server.security === 'none' && { doSTARTTLS: false }),
    auth: { user: server.user, pass: password },
    tls,
    logger: false,
    qresync: true,
    disableAutoIdle: true,
    disableCompression: true,
    maxIdleTime: idleMs,
    connectionTimeout: 20_000,
    greetingTimeout: 16_000,
    socketTimeout: socketSilenceMs,
    clientInfo: { name: 'Pillarbox' },
  }
}

/** A server whose certificate the person trusted may show no other: that is more than an issuer nobody knows. */
export function inWordsOfTrust(error: MailError, server: Endpoint, trust: Pick<Trust, 'optionsFor'>): MailError {
  if (error.kind !== 'certificate' || Object.keys(trust.optionsFor(server)).length === 0) return error
  return new MailError('certificate', 'certificate.changed', { host: server.host }, { serverText: error.serverText })
}

interface Work extends Limits {
  priority: number
  run(session: MailStore): Promise<void>
  fail(error: MailError): void
}

export class ImapConnection {
  readonly #options: ConnectionOptions
  #client: ImapFlow | null = null
  /** The attempt that is under way. */
  #opening: ImapFlow | null = null
  #session: MailStore | null = null
  #queue: Work[] = []
  #running = false
  #idling = false
  /** A folder that could not be selected for watching on this connection. */
  #unwatchable: string | null = null
  #attempt = 0
  #hurriedAt = 0
  readonly #signIn: SignIn
  /** While an attempt was under way another was asked for, by the person or because of the network: if that one fails, it follows at once. */
  #again: 'asked' | 'network' | null = null
  #timer: NodeJS.Timeout | null = null
  #idleTimer: NodeJS.Timeout | null = null
  #disposed = false
  #state: ConnectionState = { kind: 'closed' }

  constructor(options: ConnectionOptions) {
    this.#options = options
    this.#signIn = options.signIn ?? newSignIn()
  }

  get state(): ConnectionState {
    return this.#state
  }

  /** Connects, and stays connected. */
  start(): void {
    if (this.#state.kind === 'closed') void this.#connect()
  }

  /**
   * Runs work on the connection, higher priority first, one at a time. While the connection is down, work fails at once with the reason when the attempt
   * that is under way has failed; whoever asked decides whether to ask again. Work during which nothing comes from the server for `silenceMs` fails as `timeout`,
   * and so does what has not ended after `longestMs`; the connection goes with it. A slow line is no silence.
   */
  run<T>(work: (session: MailStore) => Promise<T>, { priority = 0, silenceMs = workSilenceMs, longestMs = longestWorkMs } = {}): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#disposed) return reject(new MailError('offline', 'program.ending'))
      if (this.#state.kind === 'waiting' || this.#state.kind === 'refused') return reject(this.#state.error)
      this.#queue.push({ priority, silenceMs, longestMs, run: async session => resolve(await work(session)), fail: reject })
      this.#queue.sort((a, b) => b.priority - a.priority)
      if (this.#state.kind === 'closed') void this.#connect()
      else void this.#drain()
    })
  }

  /** True where work of a higher priority waits: long work should end soon. */
  hasUrgentWork(priority: number): boolean {
    return this.#queue.some(work => work.priority > priority)
  }

  /** The user asked, or there is another password: ends a back-off, and the silence after a refused password. */
  retryNow(): void {
    if (this.#state.kind === 'connecting') this.#again = 'asked' // with what is known now, such as another password
    if (this.#state.kind !== 'waiting' && this.#state.kind !== 'refused') return
    this.#attempt = 0
    Object.assign(this.#signIn, { refusals: 0, error: null })
    void this.#connect()
  }

  /** Another connection of the account is there: this one does not sit out its back-off, which goes on growing where the server takes one connection alone. */
  serverAnswers(): void {
    if (this.#state.kind !== 'waiting' || Date.now() - this.#hurriedAt < hurryMs) return
    this.#hurriedAt = Date.now()
    void this.#connect()
  }

  /** After sleep or a change of network the socket may be dead without knowing. A password that was refused is no better for it. */
  reset(): void {
    if (this.#state.kind === 'ready') this.#lost(new MailError('offline', 'network.changed'), 0)
    else if (this.#state.kind === 'connecting') this.#again ??= 'network'
    else if (this.#state.kind === 'waiting') {
      this.#attempt = 0
      void this.#connect()
    }
  }

  dispose(): void {
    this.#disposed = true
    this.#clearTimers()
    const client = this.#client
    this.#client = this.#session = null
    for (const work of this.#queue.splice(0)) work.fail(new MailError('offline', 'program.ending'))
    client?.close()
    this.#opening?.close()
  }

  #clearTimers(): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    this.#timer = this.#idleTimer = null
  }

  #setState(state: ConnectionState): void {
    this.#state = state
    this.#options.onState(state)
  }

  async #connect(): Promise<void> {
    if (this.#disposed || this.#state.kind === 'connecting') return
    this.#clearTimers()
    const signIn = this.#signIn
    if (signIn.refusals >= mostRefusals && signIn.error) return this.#refused(signIn.error)
    if (signIn.refusals + signIn.trying >= mostRefusals && signIn.error) return this.#wait(signIn.error) // until the other one knows
    signIn.trying++
    this.#setState({ kind: 'connecting' })
    const { server, connectMs = usualConnectMs } = this.#options
    let client: ImapFlow | null = null
    let timer: NodeJS.Timeout | undefined
    try {
      const password = await this.#options.password()
      if (this.#disposed) return
      if (password === null) throw new MailError('auth', 'password.none', { host: server.host })
      client = new ImapFlow(flowOptions(server, password, this.#options.trust.optionsFor(server)))
      const opened = (this.#opening = client)
      let lastError: unknown = null
      opened.on('error', error => (lastError = error))
      opened.on('close', () => {
        if (this.#client === opened)
          this.#lost(toMailError(lastError ?? Object.assign(new Error('closed'), { code: 'EConnectionClosed' }), server.host))
      })
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new MailError('timeout', 'server.mute', { host: server.host })), connectMs)
      })
      await Promise.race([opened.connect(), late])
      if (this.#disposed) return opened.close()
      void this.#options.trust.verified(server)
      this.#client = opened
      this.#session = createFlowSession(opened, server.host, path => {
        if (this.#client === opened) this.#options.onNews(path)
      })
      this.#again = null
      this.#attempt = signIn.refusals = 0
      signIn.error = null
      this.#unwatchable = null
      this.#setState({ kind: 'ready' })
      void this.#drain()
    } catch (error) {
      client?.close()
      this.#failed(inWordsOfTrust(toMailError(error, server.host), server, this.#options.trust))
    } finally {
      signIn.trying--
      clearTimeout(timer)
      this.#opening = null
    }
  }

  #failed(error: MailError): void {
    if (this.#disposed) return
    const again = this.#again
    this.#again = null
    if (again !== null) this.#attempt = 0
    if (again === 'asked') Object.assign(this.#signIn, { refusals: 0, error: null })
    else if (error.kind === 'auth') {
      this.#signIn.error = error
      if (++this.#signIn.refusals >= mostRefusals) return this.#refused(error)
    }
    for (const work of this.#queue.splice(0)) work.fail(error)
    this.#wait(error, again === null ? undefined : 0)
  }

  #refused(error: MailError): void {
    for (const work of this.#queue.splice(0)) work.fail(error)
    this.#setState({ kind: 'refused', error })
  }

  #wait(error: MailError, delay = backOffMs[Math.min(this.#attempt, backOffMs.length - 1)]!): void {
    this.#attempt++
    const jittered = delay * (0.8 + Math.random() * 0.4)
    this.#timer = setTimeout(() => void this.#connect(), jittered)
    this.#setState({ kind: 'waiting', error, retryAt: Date.now() + jittered })
  }

  #lost(error: MailError, delay?: number): void {
    const client = this.#client
    this.#client = this.#session = null
    client?.close()
    if (this.#disposed) return
    this.#clearTimers()
    for (const work of this.#queue.splice(0)) work.fail(error)
    this.#wait(error, delay)
  }

  async #drain(): Promise<void> {
    if (this.#running) return
    this.#running = true
    if (this.#idleTimer) clearTimeout(this.#idleTimer)
    try {
      while (this.#session && this.#queue.length > 0) await this.#perform(this.#queue.shift()!, this.#session)
    } finally {
      this.#running = false
    }
    if (this.#session) this.#idleTimer = setTimeout(() => void this.#idle(), idleDelayMs)
  }

  async #perform(work: Work, session: MailStore): Promise<void> {
    const { host } = this.#options.server
    const client = this.#client!
    const late = {
      silent: new MailError('timeout', 'server.silent', { host }),
      endless: new MailError('timeout', 'server.endless', { host }),
    }
    const deadline = startDeadline(work, () => client.stats().received, late)
    try {
      await Promise.race([work.run(session), deadline.passed])
    } catch (error) {
      const reason = toMailError(error, host)
      work.fail(reason)
      if (this.#session === session && (reason === late.silent || reason === late.endless || !client.usable)) this.#lost(reason)
    } finally {
      deadline.end()
    }
  }

  /** The folder to watch is another one now. */
  rewatch(): void {
    if (this.#state.kind === 'ready') this.#select(this.#options.watch())
  }

  /** Selects the folder to watch, as a piece of work like any other: two may never mix their commands. */
  #select(path: string | null): void {
    if (path === null || this.#unwatchable === path || (this.#client?.mailbox && this.#client.mailbox.path === path)) return
    this.run(session => session.select(path, null)).then(
      () => this.#options.onNews(path), // what changed before we watched
      () => (this.#unwatchable = path), // gone, or the connection is lost, which is reported as a state
    )
  }

  /** Watches while nothing else is to be done. The next command breaks IDLE by itself. */
  async #idle(): Promise<void> {
    const session = this.#session
    const path = this.#options.watch()
    if (!session || this.#idling || this.#running || this.#queue.length > 0 || path === null) return
    if (!this.#client?.mailbox || this.#client.mailbox.path !== path) return this.#select(path)
    this.#idling = true
    try {
      const free = (): boolean => this.#session === session && !this.#running && this.#queue.length === 0
      while (free() && this.#options.watch() === path) await session.idle()
    } catch (error) {
      const reason = toMailError(error, this.#options.server.host)
      if (this.#session === session && isTransient(reason)) this.#lost(reason)
    } finally {
      this.#idling = false
    }
    if (this.#session && !this.#running) this.#idleTimer = setTimeout(() => void this.#idle(), idleDelayMs)
  }
}
