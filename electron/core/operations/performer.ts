/** What one kind of operation must know: how it is performed, also when the program died while it was. One file per kind. */
import type { MessageRef } from '../../../shared/model/message.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Evidence, Outcome } from './entries.ts'

/** Messages of one folder, found for the operation at the last moment. `refs` in the order of `uids`. */
export interface Group {
  path: string
  uidValidity: number
  uids: number[]
  refs: MessageRef[]
}

/** How many of the messages were found, and the folders they should have been in and that the server does not have. */
export interface Located {
  found: number
  missing: string[]
}

export interface PerformContext {
  session: MailStore
  /**
   * Runs once a folder, with it selected and the UIDs the messages had in it; `run` answers those that were there. Messages that are nowhere are left out.
   * `elsewhere`: those that were not there are looked for in all folders of the account by identity, and what is found may be a copy.
   */
  eachFolder(refs: MessageRef[], run: (group: Group) => Promise<number[]>, options?: { elsewhere: boolean }): Promise<Located>
  /** Counts an operation as performed on a folder: flags fetched before are older than it. */
  performedOn(path: string): void
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
