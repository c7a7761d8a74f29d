/**
 * Outgoing on their way out. Every step is in the journal (fsynced) before the next begins; a message goes out at most once unasked (law 5).
 *
 * Found `sending` at start it is uncertain: the program died between the first byte and the answer. Sent is looked into; what is not found there is left to the
 * user. A message can be recalled until its first byte.
 */
import type { FolderRef } from '../../../shared/model/folder.ts'
import { createHash } from 'node:crypto'
import { asMailError, MailError, toWireError, type WireError } from '../../../shared/errors.ts'
import type { DraftId, OutgoingState } from '../../../shared/model/outgoing.ts'
import { type AccountId } from '../../../shared/model/account.ts'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Log } from '../log.ts'
import type { Submitted } from '../submission/submit.ts'
import type { Journal } from '../storage/journal.ts'
import { Copies } from './sent-copies.ts'
import { SendQueue, type SendResult } from './send-queue.ts'
import type { DraftFiles } from './draft-files.ts'
import {
  advance,
  condense,
  isFinished,
  toOutgoingState,
  type OutboxEntry,
  type OutboxMessage,
  type OutboxRecord,
  type OutboxEntries,
} from './outbox-entries.ts'

export interface OutboxOptions {
  journal: Journal<OutboxRecord>
  files: Pick<DraftFiles, 'readMessage' | 'remove'>
  /** Hands a message to its server; `begin` is awaited before the first byte. */
  submit(message: OutboxMessage, begin: () => Promise<void>): Promise<Submitted>
  /** Runs work on an IMAP connection of the account; rejects with the reason while there is none. */
  perform<T>(account: AccountId, work: (session: MailStore, refOf: (path: string) => FolderRef) => Promise<T>): Promise<T>
  /** Keeps an operation; the same id twice is one operation. */
  enqueue(op: Operation): Promise<void>
  /** The server is known to put copies in Sent by itself. */
  filesItself(account: AccountId): boolean
  /** A folder got a message. */
  onFiled(folder: FolderRef): void
  onState(state: OutgoingState): void
  log: Log
  now(): number
  backOffMs?: readonly number[]
  copyRetryMs?: number
}

const usualBackOffMs = [5000, 15_000, 60_000, 2 * 60_000, 5 * 60_000, 10 * 60_000]
const usualCopyRetryMs = 10_000
/** Outgoing that are done and still shown. */
const newestKept = 20
/** The program ends: messages held back may still go for so long, and one whose bytes are going is waited for so long. */
const flushMs = 5000
const lastByteMs = 12_000

const interrupted: WireError = { kind: 'offline', code: 'outbox.interrupted', params: {}, serverText: null }

/** Taken back in the moment its turn had come, or the program ends: it waits on. */
class Recalled extends Error {}

export class Outbox {
  readonly #options: OutboxOptions
  readonly #entries: OutboxEntries = new Map()
  readonly #queues = new Map<AccountId, SendQueue>()
  readonly #copies: Copies
  /** Outgoing whose first byte goes: too late to take them back. */
  readonly #begun = new Set<DraftId>()
  /** Outgoing that went out, and whose answered message could not be marked yet. */
  readonly #unmarked = new Set<DraftId>()
  /** No message begins to go out any more. */
  #ending = false
  #disposed = false

  private constructor(options: OutboxOptions) {
    this.#options = options
    this.#copies = new Copies({
      open: account =>
        [...this.#entries.values()].filter(
          ({ message, state, copy }) => message.account === account && (state === 'uncertain' || (state === 'sent' && copy === 'pending')),
        ),
      perform: options.perform,
      filesItself: options.filesItself,
      read: id => options.files.readMessage(id),
      begin: (entry, evidence) => this.#record({ t: 'filing', id: entry.message.id, evidence }),
      filed: (entry, folder) => this.#filed(entry, folder),
      failed: (entry, error) => this.#step(entry, { t: 'copied', id: entry.message.id, copy: 'failed', error }),
      found: entry => this.#found(entry),
      onFault: error => options.log('a copy in Sent could not be filed', error),
      now: options.now,
      retryMs: options.copyRetryMs ?? usualCopyRetryMs,
    })
  }

  /** Reads the journal; nothing goes out before `start`. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options)
    const entries = outbox.#entries
    for (const record of options.journal.records) advance(entries, record)
    for (const entry of entries.values()) {
      const { id } = entry.message
      if (isFinished(entry)) await outbox.#try(options.files.remove(id), 'done') // the program may have died before that
      if (entry.state === 'sending') {
        const uncertain: OutboxRecord = { t: 'uncertain', id, at: options.now(), error: interrupted }
        await outbox.#try(options.journal.append(uncertain), 'uncertain') // the next start finds out the same
        advance(entries, uncertain)
      }
      if (entry.copy === 'failed') Object.assign(entry, { copy: 'pending', error: null }) // a full mailbox may have room now
    }
    const records = condense(entries, newestKept)
    if (options.journal.isLong && (await outbox.#try(options.journal.compact(records), 'journal'))) {
      entries.clear()
      for (const record of records) advance(entries, record)
    }
    return outbox
  }

  /** Collecting up at the start: what a full disk does not let us do now is done another time. */
  async #try(work: Promise<void>, what: string): Promise<boolean> {
    try {
      await work
      return true
    } catch (error) {
      this.#options.log(`collecting up at the start failed (${what})`, error)
      return false
    }
  }

  get states(): OutgoingState[] {
    const entries = [...this.#entries.values()]
    const old = new Set(entries.filter(isFinished).slice(0, -newestKept))
    return entries.filter(entry => !old.has(entry)).map(entry => this.#stateOf(entry))
  }

  has(id: DraftId): boolean {
    return this.#entries.has(id)
  }

  stateOf(id: DraftId): OutgoingState {
    return this.#stateOf(this.#entry(id))
  }

  /** Begins with what waits. */
  async start(): Promise<void> {
    for (const entry of this.#entries.values()) {
      if (entry.state === 'sent' && !isFinished(entry)) await this.#afterSent(entry) // the program may have died before that
      this.connected(entry.message.account)
    }
  }

  /** Keeps a message for sending; its message is on the disk already. */
  async add(message: OutboxMessage): Promise<OutgoingState> {
    await this.#record({ t: 'queued', message })
    this.#report(message.id)
    this.#queue(message.account).retryNow()
    return this.stateOf(message.id)
  }

  /** Takes back what waits or was refused; false where it is on its way or gone. */
  async recall(id: DraftId): Promise<boolean> {
    const entry = this.#entries.get(id)
    if (!entry || (entry.state !== 'waiting' && entry.state !== 'refused') || this.#begun.has(id)) return false
    this.#entries.delete(id) // at once: whoever was about to begin finds that it is gone
    try {
      await this.#record({ t: 'dropped', id })
    } catch (error) {
      this.#entries.set(id, entry)
      throw error
    }
    return true
  }

  async decide(id: DraftId, how: 'look' | 'again' | 'arrived'): Promise<OutgoingState> {
    const entry = this.#entry(id)
    const { now } = this.#options
    if (how === 'arrived' && entry.state === 'sent' && entry.refused.length > 0) {
      await this.#step(entry, { t: 'seen', id })
      return this.stateOf(id)
    }
    if (entry.state !== 'uncertain' && !(how === 'again' && entry.state === 'refused'))
      throw new MailError('refused', how === 'again' ? 'outbox.notFailed' : 'outbox.known')
    if (how === 'again') {
      await this.#step(entry, { t: 'again', id, at: now(), sendAt: now() })
      this.#queue(entry.message.account).retryNow()
    } else if (how === 'arrived') {
      await this.#step(entry, { t: 'sent', id, at: now(), refused: [] })
      await this.#afterSent(entry)
    } else if (!(await this.#copies.look(entry)) && entry.state === 'uncertain') {
      const error = entry.error ?? interrupted
      await this.#step(entry, { t: 'uncertain', id, at: entry.at, error: { ...error, params: { ...error.params, looked: 1 } } }) // not found in Sent
    }
    return this.stateOf(id)
  }

  /** Drops the messages of an account that goes: nothing more is sent. One whose bytes are going is left to its server. */
  async forget(account: AccountId): Promise<void> {
    this.#queues.get(account)?.dispose()
    this.#queues.delete(account)
    for (const { message } of [...this.#entries.values()].filter(entry => entry.message.account === account)) {
      await this.#record({ t: 'dropped', id: message.id })
      await this.#options.files.remove(message.id)
    }
  }

  /** Another connection of the account is there. */
  connected(account: AccountId): void {
    this.#queue(account).connected()
    this.#copies.kick(account)
  }

  /** The user asks; null: for every account. */
  retryNow(account: AccountId | null): void {
    for (const one of this.#accounts())
      if (account === null || account === one) {
        this.#queue(one).retryNow()
        this.#copies.kick(one)
      }
  }

  networkChanged(): void {
    for (const account of this.#accounts()) this.#queue(account).networkChanged()
  }

  /** Lets go what was held back, for a short while, and ends. */
  async stop(): Promise<void> {
    const queues = [...this.#queues.values()]
    const done = Promise.all(queues.map(queue => queue.release())).then(() => this.#copies.decided())
    await within(flushMs, done)
    this.#ending = true
    for (const queue of queues) queue.dispose()
    if (this.#begun.size > 0) await within(lastByteMs - flushMs, done)
    this.dispose()
    await this.#options.journal.close()
  }

  dispose(): void {
    this.#ending = this.#disposed = true
    for (const queue of this.#queues.values()) queue.dispose()
    this.#copies.dispose()
  }

  #accounts(): Set<AccountId> {
    return new Set([...this.#entries.values()].map(({ message }) => message.account))
  }

  #entry(id: DraftId): OutboxEntry {
    const entry = this.#entries.get(id)
    if (!entry) throw new MailError('gone', 'outbox.unknown')
    return entry
  }

  #queue(account: AccountId): SendQueue {
    const known = this.#queues.get(account)
    if (known) return known
    const { now, log, backOffMs = usualBackOffMs } = this.#options
    const queue: SendQueue = new SendQueue({
      waiting: () => this.#waiting(account),
      send: entry => this.#send(entry),
      onFault: error => log('a message could not go on', error),
      now,
      backOffMs,
    })
    this.#queues.set(account, queue)
    return queue
  }

  #waiting(account: AccountId): OutboxEntry[] {
    return [...this.#entries.values()].filter(({ message, state }) => message.account === account && state === 'waiting')
  }

  async #send(entry: OutboxEntry): Promise<SendResult> {
    const { message } = entry
    const { id } = message
    this.#report(id) // no longer held back
    let result: Submitted
    try {
      result = await this.#options.submit(message, async () => {
        if (this.#ending || this.#entries.get(id) !== entry || entry.state !== 'waiting') throw new Recalled()
        this.#begun.add(id)
        await this.#step(entry, { t: 'sending', id })
      })
    } catch (error) {
      this.#begun.delete(id)
      if (error instanceof Recalled) return { kind: 'done' }
      this.#options.log('a message could not be handed over', error)
      // nothing went out: the passwords are locked, or the disk is full
      if (entry.state !== 'sending') result = { kind: 'later', of: 'connection', error: asMailError(error) }
      // our file could not be read to its end, so the server never got one
      else result = { kind: 'refused', error: new MailError('internal', 'outbox.unreadable'), refused: [] }
    }
    if (this.#entries.get(id) !== entry) return { kind: 'done' } // recalled while the server was being reached
    try {
      return await this.#conclude(entry, result)
    } finally {
      this.#begun.delete(id)
    }
  }

  async #conclude(entry: OutboxEntry, result: Submitted): Promise<SendResult> {
    const { id, account } = entry.message
    const at = this.#options.now()
    switch (result.kind) {
      case 'accepted':
        await this.#note(entry, { t: 'sent', id, at, refused: result.refused })
        await this.#afterSent(entry)
        return { kind: 'done' }
      case 'refused':
        await this.#note(entry, { t: 'refused', id, at, error: toWireError(result.error), refused: result.refused })
        return { kind: 'done' }
      case 'unknown':
        await this.#note(entry, { t: 'uncertain', id, at, error: toWireError(result.error) })
        this.#copies.kick(account)
        return { kind: 'done' }
      case 'later': {
        const error = toWireError(result.error)
        if (entry.state === 'sending') await this.#note(entry, { t: 'waiting', id, error })
        const held = result.of === 'message' ? [entry] : this.#waiting(account).filter(({ sendAt }) => sendAt <= at)
        for (const one of held) {
          one.error = error
          this.#report(one.message.id)
        }
        return result
      }
    }
  }

  /**
   * What became of a message is known here only: where it cannot be written down (a full disk) that is said and tried again, until the program ends. Nothing else of
   * the account could go out meanwhile, as that would have to be written down too.
   */
  async #note(entry: OutboxEntry, record: OutboxRecord): Promise<void> {
    const { backOffMs = usualBackOffMs, log } = this.#options
    for (let failures = 0; ; failures++) {
      try {
        return await this.#step(entry, record)
      } catch (error) {
        if (this.#disposed || this.#entries.get(entry.message.id) !== entry) throw error
        log('what became of a message could not be written down yet', error)
        entry.error = toWireError(error)
        this.#report(entry.message.id)
        await new Promise(resolve => setTimeout(resolve, backOffMs[Math.min(failures, backOffMs.length - 1)]).unref())
      }
    }
  }

  /** Where the mark cannot be written down it is tried again before the message is done. */
  async #afterSent(entry: OutboxEntry): Promise<void> {
    const { id, account } = entry.message
    this.#unmarked.add(id)
    try {
      await this.#mark(entry)
      this.#unmarked.delete(id)
    } catch (error) {
      this.#options.log('the message that was answered could not be marked yet', error)
    }
    this.#copies.kick(account)
  }

  async #found(entry: OutboxEntry): Promise<void> {
    await this.#step(entry, { t: 'sent', id: entry.message.id, at: this.#options.now(), refused: [] })
    this.#unmarked.add(entry.message.id)
    await this.#filed(entry, null)
  }

  /** The last step: nothing of the message is needed here any more. */
  async #filed(entry: OutboxEntry, folder: FolderRef | null): Promise<void> {
    const { id } = entry.message
    if (this.#unmarked.has(id)) await this.#mark(entry)
    this.#unmarked.delete(id)
    await this.#step(entry, { t: 'copied', id, copy: 'filed', error: null })
    await this.#options.files.remove(id)
    if (folder !== null) this.#options.onFiled(folder)
  }

  /** Marks the message that was answered or passed on: an operation like any other; its id follows from the message's, so that it is one operation however often the program dies. */
  async #mark({ message: { id, answers, at } }: OutboxEntry): Promise<void> {
    if (!answers) return
    const add = flagsOf(answers.kind === 'reply' ? Flag.answered : Flag.forwarded)
    const opId = `message-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
    await this.#options
      .enqueue({ kind: 'setFlags', id: opId, account: answers.ref.account, at, messages: [answers.ref], add, remove: flagsOf(0) })
      .catch((error: unknown) => {
        if (!(error instanceof MailError)) throw error
        this.#options.log('the message that was answered could not be marked', error) // its account is gone
      })
  }

  async #step(entry: OutboxEntry, record: OutboxRecord): Promise<void> {
    await this.#record(record)
    this.#report(entry.message.id)
  }

  async #record(record: OutboxRecord): Promise<void> {
    await this.#options.journal.append(record)
    advance(this.#entries, record)
  }

  #report(id: DraftId): void {
    const entry = this.#entries.get(id)
    if (entry) this.#options.onState(this.#stateOf(entry))
  }

  #stateOf(entry: OutboxEntry): OutgoingState {
    return toOutgoingState(entry, this.#options.now())
  }
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise(resolve => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
