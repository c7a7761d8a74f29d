/**
 * One account's way out: its messages one after the other, in the order they were sent off. When and which, not how.
 *
 * A connection that fails holds back all of them, with a back-off; an answer about one message holds back that message alone. A refused password is tried twice and
 * then not again by itself.
 */
import type { MailError } from '../../../shared/errors.ts'
import type { DraftId } from '../../../shared/model/outgoing.ts'
import type { OutboxEntry } from './outbox-entries.ts'

/** `later`: it still waits; `of` the connection, or this message alone. */
export type SendResult = { kind: 'done' } | { kind: 'later'; of: 'connection' | 'message'; error: MailError }

export interface SendQueueOptions {
  /** Outgoing of the account that wait, in order. */
  waiting(): OutboxEntry[]
  send(entry: OutboxEntry): Promise<SendResult>
  /** Something went wrong that is not the server's: this computer's disk, or our defect. */
  onFault(error: unknown): void
  now(): number
  /** After the first, second, … failure in a row; the last holds for all that follow. */
  backOffMs: readonly number[]
}

/** By itself; the user may ask for more. */
const mostAuthAttempts = 2
/** A connection that came back elsewhere ends a back-off that has lasted so long. */
const shortestOfflineMs = 15_000

export class SendQueue {
  readonly #options: SendQueueOptions
  #running: Promise<void> | null = null
  /** Asked for while it ran: what the run has already passed by may be due. */
  #wanted = false
  #timer: NodeJS.Timeout | null = null
  #failures = 0
  #retryAt = 0
  #triedAt = 0
  #authRefusals = 0
  #offline = false
  #released = false
  #disposed = false
  readonly #messages = new Map<DraftId, { failures: number; retryAt: number }>()

  constructor(options: SendQueueOptions) {
    this.#options = options
  }

  /** Goes on: something new waits. */
  kick(): void {
    this.#wanted = true
    if (this.#disposed || this.#running) return
    this.#wanted = false
    this.#running = this.#run()
      .catch((error: unknown) => {
        this.#options.onFault(error)
        this.#failed() // a full disk is not tried again at once
        this.#wakeAt(this.#retryAt)
      })
      .finally(() => {
        this.#running = null
        if (this.#wanted) this.kick()
      })
  }

  /** The user asks, or sends one more: ends all waiting. */
  retryNow(): void {
    this.#authRefusals = Math.min(this.#authRefusals, mostAuthAttempts - 1)
    this.#messages.clear()
    this.networkChanged()
  }

  networkChanged(): void {
    this.#failures = this.#retryAt = 0
    this.kick()
  }

  /** Another connection of the account is there: what failed for want of one may go now. */
  connected(): void {
    if (this.#offline && this.#options.now() - this.#triedAt >= shortestOfflineMs) this.#retryAt = 0
    this.kick()
  }

  /** The program ends: messages held back go now. Resolves when nothing more can be done. */
  async release(): Promise<void> {
    this.#released = true
    for (this.kick(); this.#running;) await this.#running
  }

  dispose(): void {
    this.#disposed = true
    if (this.#timer) clearTimeout(this.#timer)
  }

  async #run(): Promise<void> {
    while (!this.#disposed) {
      const now = this.#options.now()
      const waiting = this.#options.waiting()
      if (waiting.length === 0 || this.#authRefusals >= mostAuthAttempts) return
      if (now < this.#retryAt) return this.#wakeAt(this.#retryAt)
      // a message of the future: the clock was put back, and how long it was held is not known
      const heldUntil = ({ message, sendAt }: OutboxEntry): number => (this.#released || now < message.at ? 0 : sendAt)
      const retryAt = ({ message: { id } }: OutboxEntry): number => {
        const time = this.#messages.get(id)?.retryAt ?? 0
        return time - now > this.#delay(Infinity) ? 0 : time
      }
      const dueAt = (entry: OutboxEntry): number => Math.max(heldUntil(entry), retryAt(entry))
      const next = waiting.find(entry => dueAt(entry) <= now)
      if (!next) return this.#wakeAt(Math.min(...waiting.map(dueAt)))
      this.#triedAt = now
      const result = await this.#options.send(next)
      if (result.kind === 'done') {
        this.#failures = this.#authRefusals = 0
        this.#messages.delete(next.message.id)
      } else if (result.of === 'message') this.#holdBack(next.message.id)
      else {
        this.#offline = result.error.kind === 'offline' || result.error.kind === 'timeout'
        if (result.error.kind === 'auth') this.#authRefusals++
        this.#failed()
      }
    }
  }

  #delay(failures: number): number {
    return this.#options.backOffMs[Math.min(failures, this.#options.backOffMs.length - 1)]!
  }

  #failed(): void {
    this.#retryAt = this.#options.now() + this.#delay(this.#failures++)
  }

  #holdBack(id: DraftId): void {
    const failures = this.#messages.get(id)?.failures ?? 0
    this.#messages.set(id, { failures: failures + 1, retryAt: this.#options.now() + this.#delay(failures) })
  }

  #wakeAt(time: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.kick(), Math.max(0, time - this.#options.now()))
    this.#timer.unref()
  }
}
