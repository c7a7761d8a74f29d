/**
 * One account's way out: its letters one after the other, in the order they were sent off. When and which, not how.
 *
 * A connection that fails holds back all of them, with a back-off; an answer about one letter holds back that letter alone. A refused password is tried twice and
 * then not again by itself.
 */
import type { MailError } from '../../../shared/errors.ts'
import type { LetterId } from '../../../shared/model/outgoing.ts'
import type { Post } from './outbox-entries.ts'

/** `later`: it still waits; `of` the connection, or this letter alone. */
export type Passage = { kind: 'done' } | { kind: 'later'; of: 'connection' | 'letter'; error: MailError }

export interface LaneOptions {
  /** Letters of the account that wait, in order. */
  waiting(): Post[]
  send(post: Post): Promise<Passage>
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

export class Lane {
  readonly #options: LaneOptions
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
  readonly #letters = new Map<LetterId, { failures: number; retryAt: number }>()

  constructor(options: LaneOptions) {
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
    this.#letters.clear()
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

  /** The program ends: letters held back go now. Resolves when nothing more can be done. */
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
      // a letter of the future: the clock was put back, and how long it was held is not known
      const heldUntil = ({ letter, sendAt }: Post): number => (this.#released || now < letter.at ? 0 : sendAt)
      const retryAt = ({ letter: { id } }: Post): number => {
        const time = this.#letters.get(id)?.retryAt ?? 0
        return time - now > this.#delay(Infinity) ? 0 : time
      }
      const dueAt = (post: Post): number => Math.max(heldUntil(post), retryAt(post))
      const next = waiting.find(post => dueAt(post) <= now)
      if (!next) return this.#wakeAt(Math.min(...waiting.map(dueAt)))
      this.#triedAt = now
      const passage = await this.#options.send(next)
      if (passage.kind === 'done') {
        this.#failures = this.#authRefusals = 0
        this.#letters.delete(next.letter.id)
      } else if (passage.of === 'letter') this.#holdBack(next.letter.id)
      else {
        this.#offline = passage.error.kind === 'offline' || passage.error.kind === 'timeout'
        if (passage.error.kind === 'auth') this.#authRefusals++
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

  #holdBack(id: LetterId): void {
    const failures = this.#letters.get(id)?.failures ?? 0
    this.#letters.set(id, { failures: failures + 1, retryAt: this.#options.now() + this.#delay(failures) })
  }

  #wakeAt(time: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.kick(), Math.max(0, time - this.#options.now()))
    this.#timer.unref()
  }
}
