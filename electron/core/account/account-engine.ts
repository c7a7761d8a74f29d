/**
 * One account over IMAP: two connections and the order of work.
 *
 *   sync    lists folders, brings dirty ones up to date (the open one first, then Inbox), prefetches previews and bodies, watches Inbox
 *   user    performs operations, fetches bodies and what is on screen, watches the open folder; never waits behind the sync
 *
 * News and polls only mark folders dirty; one loop does the work. Without a cache attached the loop rests and operations go on.
 */
import { MailError, isTransient } from '../../../shared/errors.ts'
import { type AccountStatus } from '../../../shared/model/account.ts'
import { type Cursor, type Folder } from '../../../shared/model/folder.ts'
import { type MessageRef, type Part } from '../../../shared/model/message.ts'
import { fromUids } from '../../../shared/ranges.ts'
import type { Account } from '../accounts/accounts.ts'
import type { Attachment } from '../cache/port.ts'
import { fetchBody, fetchInline, fetchPreviews } from '../sync/bodies.ts'
import { ImapConnection, newSignIn, type ConnectionOptions, type ConnectionState } from '../store/imap/connection.ts'
import type { FolderStatus, MailStore } from '../store/mail-store.ts'
import type { Log } from '../log.ts'
import type { Mime } from '../mime/mime.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { Outcome } from '../operations/entries.ts'
import { eachFolder, type Whereabouts } from '../operations/locate.ts'
import type { PerformContext } from '../operations/performer.ts'
import { applyOutcome } from '../operations/outcome.ts'
import { toStatus } from './account-status.ts'
import type { NewMessage } from '../sync/new-mail.ts'
import { Prefetch, type PrefetchPlan } from '../sync/prefetch.ts'
import { syncFolder } from '../sync/folder-sync.ts'
import { type FolderState } from '../sync/work.ts'

export interface AccountEngineOptions {
  account: Account
  password(): Promise<string | null>
  trust: ConnectionOptions['trust']
  mime: Mime
  /** The cache attached now, or the next one. */
  attached(): Promise<Attachment>
  onStatus(status: AccountStatus): void
  /** Unread mail came into Inbox. */
  onNewMail(newMail: NewMessage[]): void
  /** Told by the hash of its Message-ID: this program put the message into Inbox itself. */
  isOurs(hash: number): boolean
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
  folders: Map<string, Folder & FolderState>
}

export class AccountEngine {
  readonly #options: AccountEngineOptions
  readonly #sync: ImapConnection
  readonly #user: ImapConnection
  #attached: Attached | null = null
  #openPath = 'INBOX'
  readonly #dirty = new Set<string>()
  /** The folder that is brought up to date now; `again`: it was opened meanwhile, which is no reason to begin anew before the end. */
  #at: { path: string; again: boolean } | null = null
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
  #problem: string | null = null
  /** By path: why a folder could not be brought up to date, until it could; the others go on. */
  readonly #failures = new Map<string, string>()
  #checkedAt: number | null = null
  #since: number
  #lastKind = ''
  readonly #poll: NodeJS.Timeout

  constructor(options: AccountEngineOptions) {
    this.#options = options
    this.#since = options.now()
    const { incoming } = options.account
    const shared = { server: incoming, password: options.password, trust: options.trust, signIn: newSignIn() }
    this.#sync = new ImapConnection({
      ...shared,
      watch: () => 'INBOX',
      onNews: path => this.#markDirty(path),
      onState: state => this.#onSyncState(state),
    })
    this.#user = new ImapConnection({
      ...shared,
      watch: () => this.#openPath,
      onNews: path => this.#markDirty(path),
      onState: state => {
        if (state.kind === 'ready') options.onReady()
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
      folders,
    })
  }

  /** A cache page attached: its cursors are the truth now, whatever was remembered. */
  attach(attachment: Attachment): void {
    const mine = attachment.folders.filter(folder => folder.account === this.#options.account.id)
    this.#attached = { attachment, folders: new Map(mine.map(folder => [folder.path, { ...folder }])) }
    for (const folder of mine) this.#performed.set(folder.path, Math.max(this.#performed.get(folder.path) ?? 0, folder.asOf))
    this.#prefetch.reset()
    this.#missing.clear()
    this.#failures.clear()
    this.#checkedAt ??= mine.reduce<number | null>((latest, { checkedAt }) => Math.max(latest ?? 0, checkedAt ?? 0) || null, null)
    this.#listDue = true
    this.#kick()
  }

  detach(): void {
    this.#attached = null
  }

  openFolder(path: string): void {
    this.#openPath = path
    this.#user.rewatch()
    if (this.#at?.path === path) this.#at.again = true
    else this.#markDirty(path)
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
    this.#markDirty('INBOX')
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
          eachFolder: (...args) => eachFolder(this.#whereabouts(session), ...args),
          performedOn: path => void this.#performed.set(path, this.#asOf(path) + 1),
        }),
      { priority: 5 },
    )
  }

  /** Puts what an operation left on the server into the cache and takes the operation out of the overlay. */
  async applyOutcome(op: Operation, outcome: Outcome | null): Promise<void> {
    const { port } = await this.#options.attached()
    const markDirty = (path: string): void => this.folderChanged(path)
    await applyOutcome({ port, folder: path => this.#attached?.folders.get(path), asOf: path => this.#asOf(path), markDirty }, op, outcome)
  }

  /** We put something into a folder: its next sync has something to tell. */
  folderChanged(path: string): void {
    if (this.#attached && !this.#attached.folders.has(path)) this.#listDue = true // created on the way
    this.#markDirty(path)
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
  async wantPreviews(path: string, uids: number[]): Promise<void> {
    const attached = this.#attached
    const folder = attached?.folders.get(path)
    const uidValidity = folder?.cursor?.uidValidity
    if (!attached || !folder || uidValidity === undefined || uids.length === 0) return
    const found = await this.#user.run(
      async session => {
        const selected = await session.select(path, null)
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
        result = { value: await work(session, uids[0]!) }
        return uids
      })
      if (!result) throw new MailError('gone', 'The message is no longer on the server.')
      return (result as { value: T }).value
    }, limits)
  }

  #whereabouts(session: MailStore): Whereabouts {
    return {
      session,
      /** Never waits for a cache: what holds the connection holds up everything behind it. An operation comes back when one attaches. */
      resolve: async (refs, elsewhere) => {
        if (!this.#attached) throw new MailError('busy', 'The messages are still being looked for.')
        return this.#attached.attachment.port.resolve({ refs, elsewhere })
      },
      isKnown: path => this.#isKnown(path),
    }
  }

  /** Known from end to end, or not there at all. */
  #isKnown(path: string): boolean {
    if (!this.#attached || this.#attached.folders.size === 0) return false
    const folder = this.#attached.folders.get(path)
    return !folder || folder.cursor?.verifiedAt != null
  }

  #asOf(path: string): number {
    return this.#performed.get(path) ?? 0
  }

  #onSyncState(state: ConnectionState): void {
    this.#options.log(`connection ${state.kind}`, 'error' in state ? state.error : undefined)
    if (state.kind === 'ready') {
      this.#listDue = true
      this.#dirty.add('INBOX')
      this.#dirty.add(this.#openPath)
      this.#options.onReady()
      this.#kick()
    }
    this.#report()
  }

  #markDirty(path: string): void {
    this.#dirty.add(path)
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
        this.#problem = error instanceof Error ? error.message : String(error)
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
        if (attached.folders.size === 0) throw new MailError('refused', 'The server lists no folders.')
      }
      const path = this.#mostUrgent(attached)
      if (path !== null) await this.#asSync(() => this.#syncOne(attached, path))
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
    const first = [this.#openPath, 'INBOX']
    const order = [...new Set([...first, ...folders.keys()])].map(path => folders.get(path)).filter(folder => folder !== undefined)
    return { port: attachment.port, folders: order.filter(({ selectable }) => selectable), bodiesToo: new Set(first) }
  }

  #mostUrgent({ folders }: Attached): string | null {
    const isThere = (path: string): boolean => folders.get(path)?.selectable === true && !this.#missing.has(path)
    for (const path of [...this.#dirty, ...this.#failures.keys()]) {
      if (isThere(path)) continue
      this.#dirty.delete(path) // a folder that went: nothing must wait for it
      this.#failures.delete(path)
    }
    for (const path of [this.#openPath, 'INBOX', ...this.#dirty]) if (this.#dirty.has(path)) return path
    return null
  }

  async #list({ attachment, folders }: Attached): Promise<void> {
    this.#listDue = false
    try {
      const { folders: listed, statuses } = await this.#sync.run(session => session.list())
      const stored = await attachment.port.folders({ account: this.#options.account.id, folders: listed })
      for (const path of [...folders.keys()]) if (!stored.some(folder => folder.path === path)) folders.delete(path)
      for (const folder of stored) {
        const known = folders.get(folder.path)
        if (known) Object.assign(known, { role: folder.role, selectable: folder.selectable })
        else folders.set(folder.path, { ...folder })
        if (folder.selectable && hasChanged(folders.get(folder.path)!, statuses.get(folder.path), this.#options.now())) this.#dirty.add(folder.path)
      }
      for (const path of this.#failures.keys()) this.#dirty.add(path)
    } catch (error) {
      this.#listDue = true
      throw error
    }
  }

  async #syncOne({ attachment, folders }: Attached, path: string): Promise<void> {
    const folder = folders.get(path)!
    this.#dirty.delete(path)
    const at = (this.#at = { path, again: false })
    const isUrgent = path === this.#openPath || path === 'INBOX'
    try {
      const result = await this.#sync.run(session =>
        syncFolder({
          session,
          cache: attachment.port,
          mime: this.#options.mime,
          folder,
          asOf: () => this.#asOf(path),
          now: this.#options.now,
          shouldYield: () => this.#disposed || this.#dirty.has(this.#openPath) || (!isUrgent && this.#dirty.has('INBOX')),
          ...(path === 'INBOX' && { onNewMail: this.#options.onNewMail, isOurs: this.#options.isOurs }),
          onProgress: (_, total) => {
            folder.server = { messages: total, unseen: null }
            this.#report()
          },
        }),
      )
      if (result === 'yielded') this.#dirty.add(path)
      else {
        this.#failures.delete(path)
        this.#prefetch.changed(path)
        this.#retryMs = firstRetryMs
        this.#incomplete = result === 'incomplete' ? folder.name : this.#incomplete === folder.name ? null : this.#incomplete
        this.#checkedAt = this.#options.now()
        this.#options.onReady() // an operation may have waited for this folder to be matched
      }
    } catch (error) {
      if (error instanceof MailError && error.kind === 'gone') {
        this.#missing.add(path) // listed, and yet not there: asked again with the next check
        this.#listDue = true
      } else if (isTransient(error)) {
        this.#dirty.add(path)
        throw error
      } else {
        this.#options.log('a folder could not be brought up to date', error)
        this.#failures.set(path, error instanceof Error ? error.message : String(error))
      }
    } finally {
      this.#at = null
      if (at.again) this.#dirty.add(path)
    }
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
