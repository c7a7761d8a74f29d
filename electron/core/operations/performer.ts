/** What one kind of operation must know: how it is performed, also when the program died while it was. One file per kind. */
import type { FolderRef } from '../../../shared/model/folder.ts'
import type { MessageRef, MessageSet, UidSet } from '../../../shared/model/message.ts'
import type { Operation, OpId } from '../../../shared/operations.ts'
import type { Ranges } from '../../../shared/ranges.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Evidence, Outcome } from './entries.ts'

/** Messages of one folder, found for the operation at the last moment. */
export interface Group {
  folder: FolderRef
  uidValidity: number
  uids: Ranges
  /** By UID; null where the operation names them by UID alone. */
  refs: ReadonlyMap<number, MessageRef> | null
}

/** How many of the messages were found, and the folders they should have been in and that the server does not have. */
export interface Located {
  found: number
  missing: FolderRef[]
}

export interface PerformContext {
  session: MailStore
  /** A folder of this store. */
  refOf(path: string): FolderRef
  /**
   * Runs once a folder, with it selected and the UIDs the messages had in it; `run` answers those that were there. Messages that are nowhere are left out.
   * `elsewhere`: those that were not there are looked for in all folders of the store by identity, and what is found may be a copy.
   */
  eachFolder(messages: MessageSet, run: (group: Group) => Promise<Ranges>, options?: { elsewhere: boolean }): Promise<Located>
  /**
   * Messages named by UID as their folder numbers them now. Throws `busy` while it is being matched after it was renumbered, `gone` where nobody knows which they were.
   */
  renumber(op: OpId, messages: UidSet): Promise<UidSet>
  /** Counts an operation as performed on a folder: flags fetched before are older than it. */
  performedOn(folder: FolderRef): void
}

/** One life of an operation being performed. */
export interface Performing extends PerformContext {
  /** What an earlier life recorded before its first effect; undefined: this is the first, or the earlier one came to no effect. */
  before: Evidence | undefined
  /** Records (fsynced) that effects begin now. Called once, before the first effect. */
  begin(evidence: Evidence): Promise<void>
}

export type Performer<O extends Operation> = (performing: Performing, op: O) => Promise<Outcome>

export const nothingDone: Outcome = { folders: [], transfers: [], expunged: [] }
