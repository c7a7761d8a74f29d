/**
 * Letters on their way out. Every step is in the journal (fsynced) before the next begins; a letter goes out at most once unasked (law 5).
 *
 * Found `sending` at start it is uncertain: the program died between the first byte and the answer. Sent is looked into; what is not found there is left to the
 * user. A letter can be recalled until its first byte.
 */
import { createHash } from 'node:crypto'
import { asMailError, MailError, toWireError, type WireError } from '../../../shared/errors.ts'
import type { LetterId, LetterState } from '../../../shared/model/outgoing.ts'
import { Flag, type AccountId } from '../../../shared/model/model.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { ImapSession } from '../store/mail-store.ts'
import type { Log } from '../log.ts'
import type { Submitted } from '../submission/submit.ts'
import type { Journal } from '../storage/journal.ts'
import { Copies } from './sent-copies.ts'
import { Lane, type Passage } from './send-queue.ts'
import type { LetterFiles } from './draft-files.ts'
import { advance, condense, isFinished, toLetterState, type Post, type Posted, type PostEntry, type Posts } from './outbox-entries.ts'

export interface OutboxOptions {
  journal: Journal<PostEntry>
  files: Pick<LetterFiles, 'readMessage' | 'remove'>
  /** Hands a letter to its server; `begin` is awaited before the first byte. */
  submit(letter: Posted, begin: () => Promise<void>): Promise<Submitted>
  /** Runs work on an IMAP connection of the account; rejects with the reason while there is none. */
  perform<T>(account: AccountId, work: (session: ImapSession) => Promise<T>): Promise<T>
  /** Keeps a wish; the same id twice is one wish. */
  enqueue(op: Operation): Promise<void>
  /** The server is known to put copies in Sent by itself. */
  filesItself(account: AccountId): boolean
  /** A folder got a message. */
  onFiled(account: AccountId, path: string): void
  onState(state: LetterState): void
  log: Log
  now(): number
  backOffMs?: readonly number[]
  copyRetryMs?: number
}

const usualBackOffMs = [5000, 15_000, 60_000, 2 * 60_000, 5 * 60_000, 10 * 60_000]
const usualCopyRetryMs = 10_000
/** Letters that are done and still shown. */
const newestKept = 20
/** The program ends: letters held back may still go for so long, and one whose bytes are going is waited for so long. */
const flushMs = 5000
const lastByteMs = 12_000

const interrupted: WireError = { kind: 'offline', message: 'Pillarbox ended while this letter was being sent. It may have arrived.' }

/** Taken back in the moment its turn had come, or the program ends: it waits on. */
class Recalled extends Error {}

export class Outbox {
  readonly #options: OutboxOptions
  readonly #posts: Posts = new Map()
  readonly #lanes = new Map<AccountId, Lane>()
  readonly #copies: Copies
  /** Letters whose first byte goes: too late to take them back. */
  readonly #begun = new Set<LetterId>()
  /** Letters that went out, and whose answered message could not be marked yet. */
  readonly #unmarked = new Set<LetterId>()
  /** No letter begins to go out any more. */
  #ending = false
  #disposed = false

  private constructor(options: OutboxOptions) {
    this.#options = options
    this.#copies = new Copies({
      open: account =>
        [...this.#posts.values()].filter(
          ({ letter, state, copy }) => letter.account === account && (state === 'uncertain' || (state === 'sent' && copy === 'pending')),
        ),
      perform: options.perform,
      filesItself: options.filesItself,
      read: id => options.files.readMessage(id),
      begin: (post, evidence) => this.#record({ t: 'filing', id: post.letter.id, evidence }),
      filed: (post, path) => this.#filed(post, path),
      failed: (post, error) => this.#step(post, { t: 'copied', id: post.letter.id, copy: 'failed', error }),
      found: post => this.#found(post),
      onFault: error => options.log('a copy in Sent could not be filed', error),
      now: options.now,
      retryMs: options.copyRetryMs ?? usualCopyRetryMs,
    })
  }

  /** Reads the journal; nothing goes out before `start`. */
  static async open(options: OutboxOptions): Promise<Outbox> {
    const outbox = new Outbox(options)
    const posts = outbox.#posts
    for (const entry of options.journal.records) advance(posts, entry)
    for (const post of posts.values()) {
      const { id } = post.letter
      if (isFinished(post)) await outbox.#try(options.files.remove(id), 'a letter that is done') // the program may have died before that
      if (post.state === 'sending') {
        const uncertain: PostEntry = { t: 'uncertain', id, at: options.now(), error: interrupted }
        await outbox.#try(options.journal.append(uncertain), 'an uncertain letter') // the next start finds out the same
        advance(posts, uncertain)
      }
      if (post.copy === 'failed') Object.assign(post, { copy: 'pending', error: null }) // a full mailbox may have room now
    }
    const entries = condense(posts, newestKept)
    if (options.journal.records.length > entries.length + 100 && (await outbox.#try(options.journal.compact(entries), 'the journal of letters'))) {
      posts.clear()
      for (const entry of entries) advance(posts, entry)
    }
    return outbox
  }

  /** Tidying up at the start: what a full disk does not let us do now is done another time. */
  async #try(work: Promise<void>, what: string): Promise<boolean> {
    try {
      await work
      return true
    } catch (error) {
      this.#options.log(`${what} could not be tidied up`, error)
      return false
    }
  }

  get states(): LetterState[] {
    const posts = [...this.#posts.values()]
    const old = new Set(posts.filter(isFinished).slice(0, -newestKept))
    return posts.filter(post => !old.has(post)).map(post => this.#stateOf(post))
  }

  has(id: LetterId): boolean {
    return this.#posts.has(id)
  }

  stateOf(id: LetterId): LetterState {
    return this.#stateOf(this.#post(id))
  }

  /** Begins with what waits. */
  async start(): Promise<void> {
    for (const post of this.#posts.values()) {
      if (post.state === 'sent' && !isFinished(post)) await this.#afterSent(post) // the program may have died before that
      this.connected(post.letter.account)
    }
  }

  /** Keeps a letter for sending; its message is on the disk already. */
  async post(letter: Posted): Promise<LetterState> {
    await this.#record({ t: 'queued', letter })
    this.#report(letter.id)
    this.#lane(letter.account).retryNow()
    return this.stateOf(letter.id)
  }

  /** Takes back what waits or was refused; false where it is on its way or gone. */
  async recall(id: LetterId): Promise<boolean> {
    const post = this.#posts.get(id)
    if (!post || (post.state !== 'waiting' && post.state !== 'refused') || this.#begun.has(id)) return false
    this.#posts.delete(id) // at once: whoever was about to begin finds that it is gone
    try {
      await this.#record({ t: 'dropped', id })
    } catch (error) {
      this.#posts.set(id, post)
      throw error
    }
    return true
  }

  async settle(id: LetterId, how: 'look' | 'again' | 'arrived'): Promise<LetterState> {
    const post = this.#post(id)
    const { now } = this.#options
    if (how === 'arrived' && post.state === 'sent' && post.refused.length > 0) {
      await this.#step(post, { t: 'seen', id })
      return this.stateOf(id)
    }
    if (post.state !== 'uncertain' && !(how === 'again' && post.state === 'refused'))
      throw new MailError('refused', how === 'again' ? 'This letter needs no second try.' : 'It is known what became of this letter.')
    if (how === 'again') {
      await this.#step(post, { t: 'again', id, at: now(), sendAt: now() })
      this.#lane(post.letter.account).retryNow()
    } else if (how === 'arrived') {
      await this.#step(post, { t: 'sent', id, at: now(), refused: [] })
      await this.#afterSent(post)
    } else if (!(await this.#copies.look(post)) && post.state === 'uncertain') {
      const { kind, message, detail } = post.error ?? interrupted
      const told = message.endsWith(notFound) ? message : `${message}${notFound}`
      await this.#step(post, { t: 'uncertain', id, at: post.at, error: { kind, message: told, ...(detail !== undefined && { detail }) } })
    }
    return this.stateOf(id)
  }

  /** Drops the letters of an account that goes: nothing more is sent. One whose bytes are going is left to its server. */
  async forget(account: AccountId): Promise<void> {
    this.#lanes.get(account)?.dispose()
    this.#lanes.delete(account)
    for (const { letter } of [...this.#posts.values()].filter(post => post.letter.account === account)) {
      await this.#record({ t: 'dropped', id: letter.id })
      await this.#options.files.remove(letter.id)
    }
  }

  /** Another connection of the account is there. */
  connected(account: AccountId): void {
    this.#lane(account).connected()
    this.#copies.kick(account)
  }

  /** The user asks; null: for every account. */
  retryNow(account: AccountId | null): void {
    for (const one of this.#accounts())
      if (account === null || account === one) {
        this.#lane(one).retryNow()
        this.#copies.kick(one)
      }
  }

  networkChanged(): void {
    for (const account of this.#accounts()) this.#lane(account).networkChanged()
  }

  /** Lets go what was held back, for a short while, and ends. */
  async stop(): Promise<void> {
    const lanes = [...this.#lanes.values()]
    const done = Promise.all(lanes.map(lane => lane.release())).then(() => this.#copies.settled())
    await within(flushMs, done)
    this.#ending = true
    for (const lane of lanes) lane.dispose()
    if (this.#begun.size > 0) await within(lastByteMs - flushMs, done)
    this.dispose()
    await this.#options.journal.close()
  }

  dispose(): void {
    this.#ending = this.#disposed = true
    for (const lane of this.#lanes.values()) lane.dispose()
    this.#copies.dispose()
  }

  #accounts(): Set<AccountId> {
    return new Set([...this.#posts.values()].map(({ letter }) => letter.account))
  }

  #post(id: LetterId): Post {
    const post = this.#posts.get(id)
    if (!post) throw new MailError('gone', 'This letter is not on its way.')
    return post
  }

  #lane(account: AccountId): Lane {
    const known = this.#lanes.get(account)
    if (known) return known
    const { now, log, backOffMs = usualBackOffMs } = this.#options
    const lane: Lane = new Lane({
      waiting: () => this.#waiting(account),
      send: post => this.#send(post),
      onFault: error => log('a letter could not go on', error),
      now,
      backOffMs,
    })
    this.#lanes.set(account, lane)
    return lane
  }

  #waiting(account: AccountId): Post[] {
    return [...this.#posts.values()].filter(({ letter, state }) => letter.account === account && state === 'waiting')
  }

  async #send(post: Post): Promise<Passage> {
    const { letter } = post
    const { id } = letter
    this.#report(id) // no longer held back
    let result: Submitted
    try {
      result = await this.#options.submit(letter, async () => {
        if (this.#ending || this.#posts.get(id) !== post || post.state !== 'waiting') throw new Recalled()
        this.#begun.add(id)
        await this.#step(post, { t: 'sending', id })
      })
    } catch (error) {
      this.#begun.delete(id)
      if (error instanceof Recalled) return { kind: 'done' }
      this.#options.log('a letter could not be handed over', error)
      // nothing went out: the passwords are locked, or the disk is full
      if (post.state !== 'sending') result = { kind: 'later', of: 'connection', error: asMailError(error) }
      // our file could not be read to its end, so the server never got one
      else result = { kind: 'refused', error: new MailError('internal', 'The letter could not be read from this computer.'), refused: [] }
    }
    if (this.#posts.get(id) !== post) return { kind: 'done' } // recalled while the server was being reached
    try {
      return await this.#conclude(post, result)
    } finally {
      this.#begun.delete(id)
    }
  }

  async #conclude(post: Post, result: Submitted): Promise<Passage> {
    const { id, account } = post.letter
    const at = this.#options.now()
    switch (result.kind) {
      case 'accepted':
        await this.#note(post, { t: 'sent', id, at, refused: result.refused })
        await this.#afterSent(post)
        return { kind: 'done' }
      case 'refused':
        await this.#note(post, { t: 'refused', id, at, error: toWireError(result.error), refused: result.refused })
        return { kind: 'done' }
      case 'unknown':
        await this.#note(post, { t: 'uncertain', id, at, error: toWireError(result.error) })
        this.#copies.kick(account)
        return { kind: 'done' }
      case 'later': {
        const error = toWireError(result.error)
        if (post.state === 'sending') await this.#note(post, { t: 'waiting', id, error })
        const held = result.of === 'letter' ? [post] : this.#waiting(account).filter(({ sendAt }) => sendAt <= at)
        for (const one of held) {
          one.error = error
          this.#report(one.letter.id)
        }
        return result
      }
    }
  }

  /**
   * What became of a letter is known here only: where it cannot be written down (a full disk) that is said and tried again, until the program ends. Nothing else of
   * the account could go out meanwhile, as that would have to be written down too.
   */
  async #note(post: Post, entry: PostEntry): Promise<void> {
    const { backOffMs = usualBackOffMs, log } = this.#options
    for (let failures = 0; ; failures++) {
      try {
        return await this.#step(post, entry)
      } catch (error) {
        if (this.#disposed || this.#posts.get(post.letter.id) !== post) throw error
        log('what became of a letter could not be written down yet', error)
        post.error = toWireError(error)
        this.#report(post.letter.id)
        await new Promise(resolve => setTimeout(resolve, backOffMs[Math.min(failures, backOffMs.length - 1)]).unref())
      }
    }
  }

  /** Where the mark cannot be written down it is tried again before the letter is done. */
  async #afterSent(post: Post): Promise<void> {
    const { id, account } = post.letter
    this.#unmarked.add(id)
    try {
      await this.#mark(post)
      this.#unmarked.delete(id)
    } catch (error) {
      this.#options.log('the message that was answered could not be marked yet', error)
    }
    this.#copies.kick(account)
  }

  async #found(post: Post): Promise<void> {
    await this.#step(post, { t: 'sent', id: post.letter.id, at: this.#options.now(), refused: [] })
    this.#unmarked.add(post.letter.id)
    await this.#filed(post, null)
  }

  /** The last step: nothing of the letter is needed here any more. */
  async #filed(post: Post, path: string | null): Promise<void> {
    const { id, account } = post.letter
    if (this.#unmarked.has(id)) await this.#mark(post)
    this.#unmarked.delete(id)
    await this.#step(post, { t: 'copied', id, copy: 'filed', error: null })
    await this.#options.files.remove(id)
    if (path !== null) this.#options.onFiled(account, path)
  }

  /** Marks the message that was answered or passed on: a wish like any other; its id follows from the letter's, so that it is one wish however often the program dies. */
  async #mark({ letter: { id, answers, at } }: Post): Promise<void> {
    if (!answers) return
    const add = answers.kind === 'reply' ? Flag.answered : Flag.forwarded
    const opId = `letter-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`
    await this.#options
      .enqueue({ kind: 'setFlags', id: opId, account: answers.ref.account, at, messages: [answers.ref], add, remove: 0 })
      .catch((error: unknown) => {
        if (!(error instanceof MailError)) throw error
        this.#options.log('the message that was answered could not be marked', error) // its account is gone
      })
  }

  async #step(post: Post, entry: PostEntry): Promise<void> {
    await this.#record(entry)
    this.#report(post.letter.id)
  }

  async #record(entry: PostEntry): Promise<void> {
    await this.#options.journal.append(entry)
    advance(this.#posts, entry)
  }

  #report(id: LetterId): void {
    const post = this.#posts.get(id)
    if (post) this.#options.onState(this.#stateOf(post))
  }

  #stateOf(post: Post): LetterState {
    return toLetterState(post, this.#options.now())
  }
}

const notFound = ' It was not found in Sent.'

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise(resolve => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
