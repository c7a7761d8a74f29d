/**
 * The operations that wait, in the order they were made, one account at a time. Every step is in the journal (fsynced) before the next begins; an operation ends in a
 * visible state (law 4). Found `performing` at start
 * its kind knows, by the evidence, what is left to do; found `performed` it is only applied to the cache again.
 */
import { MailError, isTransient, toWireError, type WireError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import { flagsOf } from '../../../shared/model/flags.ts'
import { countMessages } from '../../../shared/model/message.ts'
import type { OpId, OpState, Operation } from '../../../shared/operations.ts'
import type { Log } from '../log.ts'
import type { Journal } from '../storage/journal.ts'
import { expunge } from './kinds/expunge.ts'
import { advance, condense, type Entry, type Evidence, type Outcome, type Pending, type Refusal } from './entries.ts'
import type { PerformContext, Performer, Performing } from './performer.ts'
import { setFlags } from './kinds/set-flags.ts'
import { copy } from './kinds/copy.ts'
import { move } from './kinds/move.ts'

const performers: { [K in Operation['kind']]: Performer<Extract<Operation, { kind: K }>> } = { setFlags, move, copy, expunge }

export interface OpQueueOptions {
  journal: Journal<Entry>
  /** Runs work on a connection of the account; rejects with the reason while there is none. */
  perform<T>(account: AccountId, work: (context: PerformContext) => Promise<T>): Promise<T>
  /** Puts the outcome into the cache and takes the operation out of the overlay; waits until a cache is attached. */
  applyOutcome(op: Operation, outcome: Outcome | null): Promise<void>
  /** A new operation joins the overlay. */
  announce(op: Operation): void
  onState(state: OpState): void
  log: Log
}

const refusalsKept = 100

/** The operation was taken back while it waited for its turn. */
class Withdrawn extends Error {}

export class OpQueue {
  readonly #options: OpQueueOptions
  readonly #pending = new Map<OpId, Pending>()
  readonly #refusals = new Map<OpId, Refusal>()
  readonly #draining = new Set<AccountId>()
  /** Operations whose effects begin: too late to take them back. */
  readonly #begun = new Set<OpId>()
  /** Performed, and on their way into the cache; the next operation does not wait for that. */
  readonly #applying = new Set<OpId>()
  /** The last of them, by account: what a large one has still to tell is older than what the next one has. */
  readonly #lastApplied = new Map<AccountId, Promise<void>>()
  /** Records on their way to the disk: they are not in `#pending` yet. */
  #appending = 0
  #disposed = false

  constructor(options: OpQueueOptions) {
    this.#options = options
    for (const entry of options.journal.records) advance(this.#pending, this.#refusals, entry)
  }

  /** Every operation that waits: the overlay. */
  get operations(): Operation[] {
    return [...this.#pending.values()].map(({ op }) => op)
  }

  get states(): OpState[] {
    return [
      ...[...this.#refusals.values()].slice(-refusalsKept).map(({ op, error }) => this.#stateOf(op, 'refused', error)),
      ...[...this.#pending.values()].map(({ op, state }) => this.#stateOf(op, state, null)),
    ]
  }

  /** Keeps an operation; when this resolves it will survive whatever happens. The same operation twice is one. */
  async enqueue(op: Operation): Promise<void> {
    if (this.#pending.has(op.id)) return
    await this.#record({ t: 'queued', op })
    this.#report(op.id, 'queued')
    this.#options.announce(op)
    this.kick(op.account)
  }

  /** Takes an operation back that nobody has begun, or forgets a refused one. */
  async withdraw(id: OpId): Promise<boolean> {
    const refusal = this.#refusals.get(id)
    if (refusal) {
      await this.#record({ t: 'withdrawn', id })
      this.#options.onState(this.#stateOf(refusal.op, 'withdrawn', null))
      return true
    }
    const one = this.#pending.get(id)
    if (one?.state !== 'queued' || this.#begun.has(id)) return false
    this.#pending.delete(id) // at once: whoever was about to begin it finds that it is gone
    try {
      await this.#record({ t: 'withdrawn', id })
    } catch (error) {
      this.#pending.set(id, one)
      throw error
    }
    await this.#options.applyOutcome(one.op, null)
    this.#options.onState(this.#stateOf(one.op, 'withdrawn', null))
    return true
  }

  /** Operations of an account that have not reached its server. */
  waiting(account: AccountId): number {
    return [...this.#pending.values()].filter(({ op, state }) => op.account === account && state !== 'performed').length
  }

  /** Drops the operations of an account that goes. Its engine has ended, so none is under way. */
  async forget(account: AccountId): Promise<void> {
    const mine = [...this.#pending.values()].filter(({ op }) => op.account === account)
    for (const { op } of [...mine, ...[...this.#refusals.values()].filter(({ op }) => op.account === account)])
      await this.#record({ t: 'withdrawn', id: op.id })
  }

  /** Goes on with an account's operations: a new one, or a connection that is back. */
  kick(account: AccountId): void {
    if (this.#disposed || this.#draining.has(account)) return
    this.#draining.add(account)
    void this.#drain(account).finally(() => {
      this.#draining.delete(account)
      if (this.#appending === 0 && this.#options.journal.isLong) this.#condense()
    })
  }

  dispose(): void {
    this.#disposed = true
  }

  async #drain(account: AccountId): Promise<void> {
    for (;;) {
      const next = this.#next(account)
      if (!next || this.#disposed) return
      try {
        if (!(await this.#finish(next))) return
      } catch (error) {
        this.#options.log('an operation could not go on', error) // this computer's disk or our defect: the operation stays as the journal has it
        return
      }
    }
  }

  #next(account: AccountId): Pending | null {
    for (const one of this.#pending.values()) if (one.op.account === account && !this.#applying.has(one.op.id)) return one
    return null
  }

  /** Performs an operation and hands it over to the cache. False where it must wait for the connection. */
  async #finish(one: Pending): Promise<boolean> {
    const { op } = one
    if (one.state !== 'performed') {
      let outcome: Outcome
      try {
        outcome = await this.#options.perform(op.account, context => this.#perform(one, context))
      } catch (error) {
        if (error instanceof Withdrawn) return true
        if (!(error instanceof MailError)) throw error
        if (isTransient(error)) return false // whoever sees the connection come back kicks again
        await this.#refuse(one, toWireError(error))
        return true
      }
      await this.#record({ t: 'performed', id: op.id, outcome })
      this.#report(op.id, 'performed')
    }
    this.#applying.add(op.id)
    const before = this.#lastApplied.get(op.account) ?? Promise.resolve()
    this.#lastApplied.set(
      op.account,
      before.then(() => this.#applyOutcome(one)),
    )
    return true
  }

  /** Waits for a cache where none is attached; what fails is done again at the next kick. */
  async #applyOutcome(one: Pending): Promise<void> {
    const { op } = one
    try {
      await this.#options.applyOutcome(op, one.outcome)
      await this.#record({ t: 'done', id: op.id })
      this.#options.onState(this.#stateOf(op, 'done', null))
    } catch (error) {
      this.#options.log('an operation that was performed could not be put into the cache yet', error)
      this.#applying.delete(op.id)
      return
    }
    this.#applying.delete(op.id)
    this.#begun.delete(op.id)
    this.kick(op.account) // an operation may have waited for this one to arrive
  }

  async #perform(one: Pending, context: PerformContext): Promise<Outcome> {
    if (this.#pending.get(one.op.id) !== one) throw new Withdrawn()
    await this.#renumber(one, context)
    const { op } = one
    const perform = performers[op.kind] as Performer<Operation>
    const begin = async (evidence: Evidence): Promise<void> => {
      if (this.#pending.get(op.id) !== one) throw new Withdrawn()
      this.#begun.add(op.id)
      await this.#record({ t: 'performing', id: op.id, evidence })
      this.#report(op.id, 'performing')
    }
    return perform({ ...context, before: one.state === 'performing' ? one.evidence : undefined, begin } satisfies Performing, op)
  }

  /** UIDs of an operation that waited while its folder was renumbered: the new ones are kept before they are used. */
  async #renumber(one: Pending, context: PerformContext): Promise<void> {
    const { id, messages } = one.op
    if (Array.isArray(messages)) return
    const now = await context.renumber(id, messages)
    if (now !== messages) await this.#record({ t: 'renumbered', id, messages: now })
  }

  async #refuse(one: Pending, error: WireError): Promise<void> {
    await this.#record({ t: 'refused', id: one.op.id, error })
    this.#begun.delete(one.op.id)
    this.#options.onState(this.#stateOf(one.op, 'refused', error))
    void this.#options.applyOutcome(one.op, null).catch((reason: unknown) => this.#options.log('a refused operation still shows', reason))
  }

  async #record(entry: Entry): Promise<void> {
    this.#appending++
    try {
      await this.#options.journal.append(entry)
      advance(this.#pending, this.#refusals, entry)
    } finally {
      this.#appending--
    }
  }

  #condense(): void {
    const entries = condense(this.#pending, this.#refusals, refusalsKept)
    this.#options.journal
      .compact(entries)
      .catch((error: unknown) => this.#options.log('the journal could not be condensed; the old one is whole', error))
  }

  #report(id: OpId, state: OpState['state']): void {
    const one = this.#pending.get(id)
    if (one) this.#options.onState(this.#stateOf(one.op, state, null))
  }

  #stateOf(op: Operation, state: OpState['state'], error: WireError | null): OpState {
    const to = op.kind === 'move' || op.kind === 'copy' ? op.to : null
    const flags = op.kind === 'setFlags' ? { add: op.add, remove: op.remove } : { add: flagsOf(0), remove: flagsOf(0) }
    return { id: op.id, account: op.account, kind: op.kind, to, ...flags, state, count: countMessages(op.messages), at: op.at, error }
  }
}
