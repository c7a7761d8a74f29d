/**
 * One account over IMAP: two connections and the order of work.
 *
 *   sync    lists folders, brings dirty ones up to date (the open one first, then Inbox), prefetches previews and bodies, watches Inbox
 *   user    performs operations, fetches bodies and what is on screen, watches the open folder; never waits behind the sync
 *
 * News and polls only mark folders dirty; one loop does the work. Without a cache attached the loop rests and operations go on.
 */
import { MailError, isTransient, toWireError, type WireError } from '../../../shared/errors.ts'
import { type AccountStatus } from '../../../shared/model/account.ts'
import { keyOf, type Cursor, type Folder, type FolderRef } from '../../../shared/model/folder.ts'
import { type MessageRef, type Part } from '../../../shared/model/message.ts'
import { fromUids } from '../../../shared/ranges.ts'
import { storeOf, type Account } from '../accounts/accounts.ts'
import type { Attachment, CacheProblem } from '../cache/port.ts'
import { fetchBody, fetchInline, fetchPreviews } from '../sync/bodies.ts'
import { ImapConnection, newSignIn, type ConnectionOptions, type ConnectionState } from '../store/imap/connection.ts'
import type { FolderStatus, MailStore } from '../store/mail-store.ts'
import type { Log } from '../log.ts'
import type { Mime } from '../mime/mime.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { Outcome } from '../operations/entries.ts'
import { eachFolder, renumber, type Whereabouts } from '../operations/locate.ts'
import type { PerformContext } from '../operations/performer.ts'
import { applyOutcome, type OutcomeContext } from '../operations/outcome.ts'
import { toStatus } from './account-status.ts'
import { Prefetch, type PrefetchPlan } from '../sync/prefetch.ts'
import { syncFolder } from '../sync/folder-sync.ts'
import type { Told } from '../sync/told.ts'
import { type FolderState } from '../sync/work.ts'

export interface AccountEngineOptions {
  account: Account
  password(): Promise<string | null>
  trust: ConnectionOptions['trust']
  mime: Mime
  /** The cache attached now, or the next one. */
  attached(): Promise<Attachment>
  /** Why none is attached. */
  cacheProblem(): CacheProblem | null
  onStatus(status: AccountStatus): void
  /** Tells of new mail after each sync. */
  told: Pick<Told, 'opening' | 'look'>
  /** A connection is there: operations can go on. */
  onReady(): void
  log: Log
  now(): number
}

const pollMs = 5 * 60_000
const firstRetryMs = 1000
const longestRetryMs = 60_000
/** Someone waits for it on the screen. */
const silenceMs = 30_000
const urgent = { priority: 10, silenceMs }

interface Attached {
  attachment: Attachment
  /** By `keyOf`. */
  folders: Map<string, Folder & FolderState>
}

export class AccountEngine {
  readonly #options: AccountEngineOptions
  readonly #sync: ImapConnection
  readonly #user: ImapConnection
  #attached: Attached | null = null
  /** Of the cache that was attached last. */
  #epoch: string | null = null
  readonly #inbox: FolderRef
  /** The folder in front of the user. */
  #open: FolderRef
  /** By key, as all that follows. */
  readonly #dirty = new Set<string>()
  /** The folder that is brought up to date now; `again`: it was opened meanwhile, which is no reason to begin anew before the end. */
  #at: { key: string; again: boolean } | null = null
  #listDue = true
  /** Folders that could not be selected, until the next check. */
  readonly #missing = new Set<string>()
  /** Grows while the server asks to come back later. */
  #retryMs = firstRetryMs
  readonly #prefetch: Prefetch
  /** Operations performed, by folder: `asOf`. */
  readonly #performed = new Map<string, number>()
  #working = false
  #syncing = false
  #disposed = false
  #incomplete: string | null = null
  /** What ended all work, and is not the connection. */
  #problem: WireError | null = null
  /** Why a folder could not be brought up to date, until it could; the others go on. */
  readonly #failures = new Map<string, WireError>()
  #checkedAt: number | null = null
  #since: number
  #lastKind = ''
  readonly #poll: NodeJS.Timeout

  constructor(options: AccountEngineOptions) {
    this.#options = options
    this.#since = options.now()
    this.#inbox = this.#open = this.#refOf('INBOX')
    const { incoming } = options.account
    const shared = { server: incoming, password: options.password, trust: options.trust, signIn: newSignIn() }
    this.#sync = new ImapConnection({
      ...shared,
      watch: () => this.#inbox.path,
      onNews: path => this.#markDirty(keyOf(this.#refOf(path))),
      onState: state => this.#onSyncState(state),
    })
    this.#user = new ImapConnection({
      ...shared,
      watch: () => this.#open.path,
      onNews: path => this.#markDirty(keyOf(this.#refOf(path))),
      onState: state => {
        if (state.kind !== 'ready') return
        this.#sync.serverAnswers()
        options.onReady()
      },
    })
    this.#prefetch = new Prefetch({ mime: options.mime, log: options.log, run: work => this.#sync.run(work) })
    this.#poll = setInterval(() => this.#look(), pollMs)
    this.#poll.unref()
  }

  start(): void {
    this.#sync.start()
    this.#user.start()
  }

  get status(): AccountStatus {
    const folders = this.#attached ? [...this.#attached.folders.values()] : []
    return toStatus({
      account: this.#options.account.id,
      connection: this.#sync.state,
      since: this.#since,
      checkedAt: this.#checkedAt,
      working: this.#syncing,
      incomplete: this.#incomplete,
      problem: this.#problem ?? [...this.#failures.values()][0] ?? null,
      noCache: this.#attached ? null : (this.#options.cacheProblem() ?? 'opening'),
      folders,
    })
  }

  /** A cache page attached: its cursors are the truth now, whatever was remembered. */
  attach(attachment: Attachment): void {
    const mine = attachment.folders.filter(folder => folder.ref.account === this.#options.account.id)
    if (attachment.epoch !== this.#epoch) this.#checkedAt = null // it holds nothing of what was checked
    this.#epoch = attachment.epoch
    this.#attached = { attachment, folders: new Map(mine.map(folder => [keyOf(folder.ref), { ...folder }])) }
    for (const { ref, asOf } of mine) this.#performed.set(keyOf(ref), Math.max(this.#asOf(ref), asOf))
    this.#prefetch.reset()
    this.#missing.clear()
    this.#failures.clear()
    this.#checkedAt ??= mine.reduce<number | null>((latest, { checkedAt }) => Math.max(latest ?? 0, checkedAt ?? 0) || null, null)
    this.#listDue = true
    this.#report()
    this.#kick()
  }

  detach(): void {
    this.#attached = null
    this.#report()
  }

  /** Why no cache is attached has changed. */
  cacheProblemChanged(): void {
    this.#report()
  }

  openFolder(folder: FolderRef): void {
    this.#open = folder
    this.#user.rewatch()
    if (this.#at?.key === keyOf(folder)) this.#at.again = true
    else this.#markDirty(keyOf(folder))
  }

  /** The user asks: checks all folders now, and ends a back-off or the silence after a refused password. */
  checkNow(): void {
    this.#sync.retryNow()
    this.#user.retryNow()
    this.#look()
  }

  #look(): void {
    this.#missing.clear()
    this.#listDue = true
    this.#markDirty(keyOf(this.#inbox))
  }

  networkChanged(): void {
    this.#sync.reset()
    this.#user.reset()
  }

  dispose(): void {
    this.#disposed = true
    clearInterval(this.#poll)
    this.#sync.dispose()
    this.#user.dispose()
  }

  /** Runs an operation on the user's connection. */
  perform<T>(work: (context: PerformContext) => Promise<T>): Promise<T> {
    return this.#user.run(
      session =>
        work({
          session,
          refOf: path => this.#refOf(path),
          eachFolder: (...args) => eachFolder(this.#whereabouts(session), ...args),
          renumber: (op, messages) => renumber(this.#whereabouts(session), op, messages),
          performedOn: folder => void this.#performed.set(keyOf(folder), this.#asOf(folder) + 1),
        }),
      { priority: 5 },
    )
  }

  /** Puts what an operation left on the server into the cache and takes the operation out of the overlay. */
  async applyOutcome(op: Operation, outcome: Outcome | null): Promise<void> {
    const { port } = await this.#options.attached()
    const context: OutcomeContext = {
      port,
      folder: ref => this.#attached?.folders.get(keyOf(ref)),
      asOf: ref => this.#asOf(ref),
      markDirty: ref => this.folderChanged(ref),
    }
    await applyOutcome(context, op, outcome)
  }

  /** We put something into a folder: its next sync has something to tell. */
  folderChanged(folder: FolderRef): void {
    const key = keyOf(folder)
    if (this.#attached && !this.#attached.folders.has(key)) this.#listDue = true // created on the way
    this.#markDirty(key)
  }

  async fetchBody(message: number, ref: MessageRef): Promise<void> {
    const { port } = await this.#options.attached()
    const { body, size } = await this.#onMessage(ref, (session, uid) => fetchBody(session, this.#options.mime, uid))
    await port.putBody({ message, body, size })
  }

  async fetchParts(message: number, ref: MessageRef, parts: Part[]): Promise<void> {
    const { port } = await this.#options.attached()
    await port.putParts({ message, parts: await this.#onMessage(ref, (session, uid) => fetchInline(session, uid, parts)) })
  }

  /** The decoded bytes of one part, handed over piece by piece. */
  download(ref: MessageRef, part: Part, write: (chunk: Uint8Array) => Promise<void>): Promise<void> {
    return this.#onMessage(
      ref,
      async (session, uid) => {
        for await (const chunk of session.download(uid, part.part)) await write(chunk)
      },
      { priority: urgent.priority }, // the silence may be ours, while a piece is written
    )
  }

  /** Previews of rows that are on screen now. */
  async wantPreviews(ref: FolderRef, uids: number[]): Promise<void> {
    const attached = this.#attached
    const folder = attached?.folders.get(keyOf(ref))
    const uidValidity = folder?.cursor?.uidValidity
    if (!attached || !folder || uidValidity === undefined || uids.length === 0) return
    const found = await this.#user.run(
      async session => {
        const selected = await session.select(ref.path, null)
        return selected.uidValidity === uidValidity ? fetchPreviews(session, this.#options.mime, fromUids(uids)) : null
      },
      { priority: 3, silenceMs },
    )
    if (found && found.uids.length > 0) await attached.attachment.port.putPreviews({ folder: folder.id, uidValidity, ...found })
  }

  async #onMessage<T>(
    ref: MessageRef,
    work: (session: MailStore, uid: number) => Promise<T>,
    limits: { priority: number; silenceMs?: number } = urgent,
  ): Promise<T> {
    return this.#user.run(async session => {
      let result: { value: T } | null = null
      await eachFolder({ ...this.#whereabouts(session), isKnown: () => true }, [ref], async ({ uids }) => {
        result = { value: await work(session, uids[0]![0]) }
        return uids
      })
      if (!result) throw new MailError('gone', 'message.gone')
      return (result as { value: T }).value
    }, limits)
  }

  #whereabouts(session: MailStore): Whereabouts {
    return {
      session,
      /** Never waits for a cache: what holds the connection holds up everything behind it. An operation comes back when one attaches. */
      resolve: async (refs, elsewhere) => {
        if (!this.#attached) throw new MailError('busy', 'messages.sought')
        return this.#attached.attachment.port.resolve({ refs, elsewhere })
      },
      numbersOf: async op => {
        if (!this.#attached) throw new MailError('busy', 'messages.sought')
        return this.#attached.attachment.port.numbersOf({ op })
      },
      isKnown: folder => this.#isKnown(folder),
    }
  }

  /** Known from end to end, or not there at all. */
  #isKnown(ref: FolderRef): boolean {
    if (!this.#attached || this.#attached.folders.size === 0) return false
    const folder = this.#attached.folders.get(keyOf(ref))
    return !folder || folder.cursor?.verifiedAt != null
  }

  #asOf(folder: FolderRef): number {
    return this.#performed.get(keyOf(folder)) ?? 0
  }

  #onSyncState(state: ConnectionState): void {
    this.#options.log(`connection ${state.kind}`, 'error' in state ? state.error : undefined)
    if (state.kind === 'ready') {
      this.#user.serverAnswers()
      this.#listDue = true
      this.#dirty.add(keyOf(this.#inbox))
      this.#dirty.add(keyOf(this.#open))
      this.#options.onReady()
      this.#kick()
    }
    this.#report()
  }

  #markDirty(key: string): void {
    this.#dirty.add(key)
    this.#kick()
  }

  #kick(): void {
    if (this.#working || this.#disposed || !this.#attached || this.#sync.state.kind !== 'ready') return
    this.#working = true
    this.#work(this.#attached)
      .then(() => {
        this.#problem = null
        return true
      })
      .catch((error: unknown) => {
        this.#options.log('the work on an account ended', error)
        this.#problem = toWireError(error)
        return isTransient(error)
      })
      .then(again => {
        this.#working = this.#syncing = false
        this.#report()
        // what a second try will not mend waits for the next poll
        if (again && this.#attached && (this.#dirty.size > 0 || this.#listDue) && this.#sync.state.kind === 'ready') this.#retryLater()
      })
      .catch((error: unknown) => this.#options.log('a state could not be told', error))
  }

  #retryLater(): void {
    setTimeout(() => this.#kick(), this.#retryMs).unref()
    this.#retryMs = Math.min(this.#retryMs * 2, longestRetryMs)
  }

  /** Does all there is to do, most urgent first; ends when nothing is left or the connection or the cache goes. */
  async #work(attached: Attached): Promise<void> {
    const current = (): boolean => this.#attached === attached && !this.#disposed
    while (current()) {
      if (attached.folders.size === 0) {
        await this.#asSync(() => this.#list(attached))
        if (attached.folders.size === 0) throw new MailError('refused', 'folders.none')
      }
      const key = this.#mostUrgent(attached)
      if (key !== null) await this.#asSync(() => this.#syncOne(attached, key))
      else if (this.#listDue) await this.#asSync(() => this.#list(attached))
      else if (!(await this.#prefetch.step(this.#prefetchPlan(attached)))) return
    }
  }

  /** Work that decides whether the account is up to date; prefetching does not. */
  async #asSync(work: () => Promise<void>): Promise<void> {
    if (!this.#syncing) {
      this.#syncing = true
      this.#report()
    }
    try {
      await work()
    } finally {
      this.#syncing = this.#dirty.size > 0 || this.#listDue
      if (!this.#syncing) this.#report()
    }
  }

  #prefetchPlan({ attachment, folders }: Attached): PrefetchPlan {
    const first = [keyOf(this.#open), keyOf(this.#inbox)]
    const order = [...new Set([...first, ...folders.keys()])].map(key => folders.get(key)).filter(folder => folder !== undefined)
    return { port: attachment.port, folders: order.filter(({ selectable }) => selectable), bodiesToo: new Set(first) }
  }

  #mostUrgent({ folders }: Attached): string | null {
    const isThere = (key: string): boolean => folders.get(key)?.selectable === true && !this.#missing.has(key)
    for (const key of [...this.#dirty, ...this.#failures.keys()]) {
      if (isThere(key)) continue
      this.#dirty.delete(key) // a folder that went: nothing must wait for it
      this.#failures.delete(key)
    }
    for (const key of [keyOf(this.#open), keyOf(this.#inbox), ...this.#dirty]) if (this.#dirty.has(key)) return key
    return null
  }

  async #list({ attachment, folders }: Attached): Promise<void> {
    this.#listDue = false
    try {
      const { folders: listed, statuses } = await this.#sync.run(session => session.list())
      const stored = await attachment.port.folders({ ...storeOf(this.#options.account), folders: listed })
      const there = new Set(stored.map(({ ref }) => keyOf(ref)))
      for (const key of [...folders.keys()]) if (!there.has(key)) folders.delete(key)
      for (const folder of stored) {
        const key = keyOf(folder.ref)
        const known = folders.get(key) ?? { ...folder }
        Object.assign(known, { role: folder.role, selectable: folder.selectable })
        folders.set(key, known)
        const { path } = folder.ref // as its own store says it
        if (folder.selectable && hasChanged(known, statuses.get(path), this.#options.now())) this.#dirty.add(key)
      }
      for (const key of this.#failures.keys()) this.#dirty.add(key)
    } catch (error) {
      this.#listDue = true
      throw error
    }
  }

  async #syncOne({ attachment, folders }: Attached, key: string): Promise<void> {
    const folder = folders.get(key)!
    this.#dirty.delete(key)
    const at = (this.#at = { key, again: false })
    const isUrgent = key === keyOf(this.#inbox) || key === keyOf(this.#open)
    try {
      const result = await this.#sync.run(session =>
        syncFolder({
          session,
          cache: attachment.port,
          mime: this.#options.mime,
          folder,
          asOf: () => this.#asOf(folder.ref),
          now: this.#options.now,
          shouldYield: () => this.#disposed || this.#dirty.has(keyOf(this.#open)) || (!isUrgent && this.#dirty.has(keyOf(this.#inbox))),
          opening: () => this.#options.told.opening(folder.ref),
          onProgress: (_, total) => {
            folder.server = { messages: total, unseen: null }
            this.#report()
          },
        }),
      )
      void this.#options.told.look({ folder, cache: attachment.port, result }) // a window may take its time
      if (result === 'yielded') this.#dirty.add(key)
      else {
        this.#failures.delete(key)
        this.#prefetch.changed(key)
        this.#retryMs = firstRetryMs
        this.#incomplete = result === 'incomplete' ? folder.name : this.#incomplete === folder.name ? null : this.#incomplete
        this.#checkedAt = this.#options.now()
        this.#options.onReady() // an operation may have waited for this folder to be matched
      }
    } catch (error) {
      if (error instanceof MailError && (error.kind === 'gone' || error.kind === 'stale')) {
        this.#missing.add(key) // listed, and yet not there, or not as it was: asked again with the next check
        this.#listDue = true
      } else if (isTransient(error)) {
        this.#dirty.add(key)
        throw error
      } else {
        this.#options.log('a folder could not be brought up to date', error)
        this.#failures.set(key, toWireError(error))
      }
    } finally {
      this.#at = null
      if (at.again) this.#dirty.add(key)
    }
  }

  #refOf(path: string): FolderRef {
    return { ...storeOf(this.#options.account), path }
  }

  #report(): void {
    if (this.#disposed) return
    const kind = this.#sync.state.kind
    if (kind !== this.#lastKind && !(this.#lastKind === 'connecting' && kind === 'waiting')) this.#since = this.#options.now()
    this.#lastKind = kind === 'connecting' && this.#lastKind === 'waiting' ? 'waiting' : kind
    this.#options.onStatus(this.status)
  }
}

/** Whether STATUS says that a folder is no longer as its cursor says; without STATUS, whether it was never or not lately looked at. */
function hasChanged({ cursor, messages }: { cursor: Cursor | null; messages: number }, status: FolderStatus | undefined, now: number): boolean {
  if (!cursor || cursor.verifiedAt === null) return true
  if (!status) return now - cursor.verifiedAt > pollMs
  if (status.uidValidity !== cursor.uidValidity || status.uidNext !== cursor.uidNext || status.messages !== messages) return true
  return status.modseq === null || cursor.modseq === null ? now - cursor.verifiedAt > pollMs : status.modseq !== cursor.modseq
}
