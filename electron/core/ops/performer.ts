/** What one kind of wish must know: how it is performed, and what to do when the program died meanwhile. One file per kind. */
import type { MessageRef } from '../../../shared/model.ts'
import type { Operation } from '../../../shared/ops.ts'
import type { ImapSession } from '../imap/session.ts'
import type { Outcome } from './entries.ts'

/** Messages of one folder, found for the operation at the last moment. */
export interface Group {
  path: string
  uidValidity: number
  uids: number[]
}

export interface PerformContext {
  session: ImapSession
  /** Runs once a folder, with it selected and the UIDs of the messages that are in it now; messages that are nowhere are left out. */
  eachFolder(refs: MessageRef[], run: (group: Group) => Promise<void>): Promise<void>
  /** Counts an operation as performed on a folder: flags fetched before are older than it. */
  performedOn(path: string): void
}

export interface Performer<O extends Operation> {
  perform(context: PerformContext, op: O): Promise<Outcome>
  /** Found `performing` at start: absolute flags are performed again; a copy or a letter would look at the evidence first. */
  recover(op: O): 'perform-again'
}
