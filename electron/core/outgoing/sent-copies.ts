/**
 * What is left to do on the IMAP side: the copy in Sent of a message that went out, and looking there for one whose fate is not known. Tried again while the
 * connection is down; ends with the copy filed, or failed for good in words.
 */
import type { FolderRef } from '../../../shared/model/folder.ts'
import { MailError, toWireError, type ErrorKind, type WireError } from '../../../shared/errors.ts'
import type { DraftId } from '../../../shared/model/outgoing.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import type { MailStore } from '../store/mail-store.ts'
import { withBlindRecipients } from './message-builder.ts'
import type { CopyEvidence, OutboxEntry } from './outbox-entries.ts'
import { fileCopy, isInSent } from './sent-copy.ts'

export interface CopiesOptions {
  /** Outgoing of the account that went out without their copy being filed, and those that are uncertain. */
  open(account: AccountId): OutboxEntry[]
  /** Runs work on a connection of the account; rejects with the reason while there is none. */
  perform<T>(account: AccountId, work: (session: MailStore, refOf: (path: string) => FolderRef) => Promise<T>): Promise<T>
  /** The server is known to put a copy in Sent by itself. */
  filesItself(account: AccountId): boolean
  read(id: DraftId): Promise<Buffer>
  begin(entry: OutboxEntry, evidence: CopyEvidence): Promise<void>
  filed(entry: OutboxEntry, folder: FolderRef | null): Promise<void>
  failed(entry: OutboxEntry, error: WireError): Promise<void>
  /** An uncertain message was found in Sent. */
  found(entry: OutboxEntry): Promise<void>
  onFault(error: unknown): void
  now(): number
  /** Between two looks, and after the first failure; twice as long after each further one, up to 32 times. */
  retryMs: number
}

/** Times Sent is looked into before a copy that the server should have made is made by us, or an uncertain message is left to the user. */
const mostLooks = 5
/** Trying again, unchanged, does not help. */
const final: ReadonlySet<ErrorKind> = new Set(['refused', 'full', 'limit', 'invalid'])

interface Looks {
  state: OutboxEntry['state']
  count: number
  nextAt: number
}

export class Copies {
  readonly #options: CopiesOptions
  readonly #running = new Map<AccountId, Promise<void>>()
  /** Asked for while they ran. */
  readonly #wanted = new Set<AccountId>()
  readonly #timers = new Map<AccountId, NodeJS.Timeout>()
  readonly #looks = new Map<DraftId, Looks>()
  /** Runs in which something failed, one after another. */
  readonly #failures = new Map<AccountId, number>()
  #disposed = false

  constructor(options: CopiesOptions) {
    this.#options = options
  }

  kick(account: AccountId): void {
    if (this.#disposed) return
    if (this.#running.has(account)) return void this.#wanted.add(account)
    const run = this.#run(account)
      .catch((error: unknown) => this.#options.onFault(error))
      .finally(() => {
        this.#running.delete(account)
        if (this.#wanted.delete(account)) this.kick(account)
      })
    this.#running.set(account, run)
  }

  /** Looks for an uncertain message now; true where it was found. Throws the reason where that cannot be told. */
  async look(entry: OutboxEntry): Promise<boolean> {
    const { account, messageId } = entry.message
    const there = await this.#options.perform(account, session => isInSent(session, messageId))
    if (there && entry.state === 'uncertain') await this.#options.found(entry)
    return there
  }

  async decided(): Promise<void> {
    await Promise.all(this.#running.values())
  }

  dispose(): void {
    this.#disposed = true
    for (const timer of this.#timers.values()) clearTimeout(timer)
  }

  async #run(account: AccountId): Promise<void> {
    const before = this.#failures.get(account) ?? 0
    const failed = (): void => {
      this.#failures.set(account, before + 1)
      this.#retryLater(account, 2 ** Math.min(before, 5))
    }
    this.#failures.delete(account)
    for (const entry of this.#options.open(account)) {
      if (this.#disposed) return
      const looks = this.#looksOf(entry) // of the state it has now: the user may decide meanwhile
      const { count, nextAt } = looks
      if (this.#options.now() < nextAt) {
        this.#retryLater(account) // a server needs a moment to put its copy there
        continue
      }
      try {
        if (looks.state === 'sent') {
          if (!(await this.#file(entry, count))) this.#again(entry, looks)
        } else if (count < mostLooks && !(await this.look(entry))) this.#again(entry, looks)
      } catch (error) {
        if (!(error instanceof MailError)) {
          this.#options.onFault(error) // this computer's disk, or our defect: the other messages go on
          failed()
        } else if (looks.state === 'sent' && final.has(error.kind)) await this.#options.failed(entry, toWireError(error))
        else failed()
      }
    }
  }

  async #file(entry: OutboxEntry, looks: number): Promise<boolean> {
    const { account, id, messageId, bcc } = entry.message
    const folder = await this.#options.perform(account, (session, refOf) =>
      fileCopy(session, refOf, {
        messageId,
        read: async () => withBlindRecipients(await this.#options.read(id), bcc),
        before: entry.evidence,
        begin: evidence => this.#options.begin(entry, evidence),
        mayAppend: !this.#options.filesItself(account) || looks >= mostLooks,
      }),
    )
    if (folder !== null) await this.#options.filed(entry, folder)
    return folder !== null
  }

  /** Looks taken since the message came to its state. */
  #looksOf({ message: { id }, state }: OutboxEntry): Looks {
    const looks = this.#looks.get(id)
    return looks?.state === state ? looks : { state, count: 0, nextAt: 0 }
  }

  #again({ message }: OutboxEntry, { state, count }: Looks): void {
    const { now, retryMs } = this.#options
    this.#looks.set(message.id, { state, count: count + 1, nextAt: now() + retryMs })
    this.#retryLater(message.account)
  }

  #retryLater(account: AccountId, times = 1): void {
    if (this.#timers.has(account)) return // one that is always put off would never come
    const timer = setTimeout(() => {
      this.#timers.delete(account)
      this.kick(account)
    }, this.#options.retryMs * times)
    timer.unref()
    this.#timers.set(account, timer)
  }
}
