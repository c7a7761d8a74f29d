/**
 * New mail is told by a record, not by a callback: what came is in the cache, how far it was told is in a journal of the profile, and after every sync the one is
 * compared with the other. So it is told once, also where the program died in between, and later where no window was there to put it in words.
 *
 *   SELECT answered -> record of the folder (fsync) -> sync, its rows in the cache -> look: rows from the record's UIDNEXT on -> shown -> record goes on (fsync)
 *
 * Where the program dies after it was shown and before the record goes on, it is shown once more: that is better than never.
 */
import { join } from 'node:path'
import type { Fact } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import { keyOf, type Cursor, type FolderId, type FolderRef } from '../../../shared/model/folder.ts'
import type { NewMail } from '../../../shared/model/new-mail.ts'
import type { Operation, OpState } from '../../../shared/operations.ts'
import { subtract } from '../../../shared/ranges.ts'
import type { CachePort } from '../cache/port.ts'
import type { Log } from '../log.ts'
import type { Outcome } from '../operations/entries.ts'
import { openJournal, type Journal } from '../storage/journal.ts'
import type { Selected } from '../store/mail-store.ts'
import { newMailFacts } from './new-mail.ts'
import { OwnOperations } from './own-operations.ts'
import { afterOperation, afterTelling, atSelect, newsIn, toldFormat, ToldFolder, type Arrived, type ToldEntry } from './told-records.ts'
import type { SyncResult } from './work.ts'

export interface ToldOptions {
  journal: Journal<ToldEntry>
  /** Shows it to the person. Rejects where that is not possible now: it is shown later. */
  show(newMail: NewMail): Promise<void>
  /** Asks for a sync of the folder: what could not be shown may be now. */
  again(folder: FolderRef): void
  log: Log
}

/** After a sync of a folder. */
export interface Synced {
  folder: { id: FolderId; ref: FolderRef; cursor: Cursor | null }
  cache: Pick<CachePort, 'newest'>
  result: SyncResult
}

interface Kept {
  record: ToldFolder
  /** It is on the disk as it is here. */
  isSaved: boolean
  /** The newest UIDNEXT a SELECT told in this run. */
  seen: number | null
  /** Operations of ours recorded in this run. */
  performed: number
}

/** What is looked at next, and what is at work on it. */
interface Look {
  next: Synced | null
  work: Promise<void> | null
}

/** Rows that are looked at once; of more new messages than that the newest are told. */
const mostRows = 1000

/** Whether new mail in it is told. */
function isFollowed({ path }: FolderRef): boolean {
  return path === 'INBOX'
}

export class Told {
  readonly startupWarnings: readonly Fact[]
  readonly #options: ToldOptions
  /** By `keyOf`, as all that follows. */
  readonly #kept = new Map<string, Kept>()
  readonly #own = new OwnOperations()
  readonly #looks = new Map<string, Look>()
  /** Something is to be told that could not be told yet. */
  readonly #due = new Map<string, FolderRef>()
  #isCompacting = false
  #closed = false

  constructor(options: ToldOptions) {
    this.#options = options
    this.startupWarnings = options.journal.damaged > 0 ? [{ code: 'startup.told', params: {} }] : []
    for (const entry of options.journal.records) {
      if (entry.t === 'forgotten') this.#drop(entry.account)
      if (entry.t !== 'folder') continue
      const record = ToldFolder.parse(entry) // without what makes it an entry
      this.#kept.set(keyOf(record.folder), { record, isSaved: true, seen: null, performed: 0 })
    }
  }

  /** A sync begins, before SELECT. What comes back takes its answer, and the cursor before the sync; never rejects. */
  opening(folder: FolderRef): (selected: Selected, cursor: Cursor | null) => Promise<void> {
    const key = keyOf(folder)
    const performed = this.#kept.get(key)?.performed
    return async (selected, cursor) => {
      if (!isFollowed(folder) || this.#closed) return
      const kept = this.#kept.get(key)
      const record = atSelect(folder, kept?.record ?? null, selected, cursor, kept?.performed === performed)
      if (record === null) return
      if (kept && selected.uidValidity === record.uidValidity) kept.seen = selected.uidNext
      if (kept && kept.record !== record) await this.#put(kept, record)
      if (kept) return
      const fresh: Kept = { record, isSaved: false, seen: selected.uidNext, performed: 0 }
      this.#kept.set(key, fresh)
      await this.#put(fresh, record)
    }
  }

  /** A sync has ended: tells what is to be told. Resolves when it was, or waits for a better time; never rejects. */
  look(synced: Synced): Promise<void> {
    const { ref, cursor } = synced.folder
    if (!isFollowed(ref) || this.#closed) return Promise.resolve()
    const key = keyOf(ref)
    const look = this.#looks.get(key) ?? { next: null, work: null }
    this.#looks.set(key, look)
    look.next = { ...synced, folder: { id: synced.folder.id, ref, cursor } } // as it is now: the folder goes on
    look.work ??= this.#work(look)
    return look.work
  }

  /** An operation waits to be performed: what it puts somewhere is no news there. */
  expect(op: Operation): void {
    if ((op.kind === 'move' || op.kind === 'copy') && isFollowed(op.to)) this.#own.add(op)
  }

  /** An operation goes on. */
  follow(state: OpState): void {
    const folder = this.#own.folderOf(state.id)
    if (!folder) return
    const kept = this.#kept.get(keyOf(folder))
    if (state.state === 'performing' || state.state === 'performed') this.#own.begin(state.id, kept?.seen ?? kept?.record.uidNext ?? 1)
    if (state.state !== 'done' && state.state !== 'refused' && state.state !== 'withdrawn') return
    if (state.state === 'refused') void this.#record(folder, this.#own.record(state.id, null, null))
    this.#own.end(state)
    if (this.#due.has(keyOf(folder))) this.#options.again(folder)
  }

  /** An operation was performed; to be called before the cache learns of it. Never rejects. */
  async performed(op: Operation, outcome: Outcome | null): Promise<void> {
    const folder = this.#own.folderOf(op.id)
    if (folder && outcome) await this.#record(folder, this.#own.record(op.id, op, outcome))
  }

  /** A window is there that was not. */
  windowCame(): void {
    for (const folder of this.#due.values()) this.#options.again(folder)
  }

  /** The account goes. */
  async forget(account: AccountId): Promise<void> {
    this.#drop(account)
    await this.#options.journal.append({ t: 'forgotten', account })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#options.journal.close()
  }

  #drop(account: AccountId): void {
    for (const [key, { record }] of this.#kept) if (record.folder.account === account) this.#kept.delete(key)
    this.#own.forget(account)
    for (const [key, folder] of this.#due) if (folder.account === account) this.#due.delete(key)
  }

  async #record(folder: FolderRef, arrived: Arrived | null): Promise<void> {
    const kept = this.#kept.get(keyOf(folder))
    if (!kept || !arrived) return
    kept.performed++
    await this.#put(kept, afterOperation(kept.record, arrived))
  }

  /** One look after the other: a window may take its time. Of those that come meanwhile the last is enough. */
  async #work(look: Look): Promise<void> {
    while (look.next && !this.#closed) {
      const synced = look.next
      look.next = null
      const { ref } = synced.folder
      try {
        if (await this.#tell(synced)) this.#due.delete(keyOf(ref))
        else this.#due.set(keyOf(ref), ref)
      } catch (error) {
        if (this.#kept.has(keyOf(ref))) this.#due.set(keyOf(ref), ref)
        this.#options.log('new mail could not be told yet', error)
      }
    }
    look.work = null // at once: who comes now must not be taken for one who is waited for
  }

  /** False where it must wait for what somebody else will do. */
  async #tell({ folder: { id, ref, cursor }, cache, result }: Synced): Promise<boolean> {
    const kept = this.#kept.get(keyOf(ref))
    if (!kept || !cursor || cursor.uidValidity !== kept.record.uidValidity) return true
    const { uidValidity, uidNext } = cursor
    const from = kept.record.uidNext
    if (uidNext <= from) return true
    // a sync that went to its end has brought what there is, whatever the server left out; the next one goes on with one that did not
    if (result === 'yielded' && subtract([[from, uidNext - 1]], cursor.known).length > 0) return true
    const mustWait = (): boolean => kept.record.blind !== null || this.#own.areUncertain(ref)
    if (mustWait()) return false
    if (!kept.isSaved && !(await this.#save(kept))) return false
    const rows = await cache.newest({ folder: id, uidValidity, uids: [from, uidNext - 1], limit: mostRows })
    if (mustWait()) return false
    const news = newsIn(kept.record, rows, this.#own.into(ref))
    if (news.length > 0) await this.#options.show({ folder: ref, ...newMailFacts(news, rows.length === mostRows) })
    const isStill = this.#kept.get(keyOf(ref)) === kept && kept.record.uidValidity === uidValidity
    if (!isStill || this.#closed) return true
    const hashes = news.map(({ hash }) => hash).reverse()
    await this.#put(kept, afterTelling(kept.record, uidNext, hashes))
    return true
  }

  async #put(kept: Kept, record: ToldFolder): Promise<void> {
    kept.record = record
    kept.isSaved = false
    await this.#save(kept)
  }

  /** False where it did not come to the disk: it holds for this run, and is tried again before anything else is told. */
  async #save(kept: Kept): Promise<boolean> {
    const { record } = kept
    try {
      await this.#options.journal.append({ t: 'folder', ...record })
    } catch (error) {
      this.#options.log('what was told of new mail could not be kept', error)
      return false
    }
    if (kept.record === record) kept.isSaved = true
    this.#compactIfLong()
    return true
  }

  #compactIfLong(): void {
    const { journal, log } = this.#options
    if (this.#isCompacting || this.#closed || !journal.isLong) return
    this.#isCompacting = true
    journal
      .compact([...this.#kept.values()].map(({ record }) => ({ t: 'folder', ...record })))
      .catch((error: unknown) => log('the journal of what was told could not be condensed; the old one is whole', error))
      .finally(() => (this.#isCompacting = false))
  }
}

export async function openTold(dataFolder: string, options: Omit<ToldOptions, 'journal'>): Promise<Told> {
  const journal = await openJournal(join(dataFolder, toldFormat.name), toldFormat)
  if (journal.damaged > 0) options.log(`${journal.damaged} records of what was told of new mail could not be read and were set aside`)
  return new Told({ ...options, journal })
}
