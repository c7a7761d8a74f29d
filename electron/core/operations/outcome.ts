/** From what an operation left on the server to the cache. Steps may be repeated after a crash; the operation leaves the overlay with the last of them. */
import type { Applied } from '../../../shared/batch.ts'
import type { Cursor, FolderId, FolderRef } from '../../../shared/model/folder.ts'
import { foldersOf } from '../../../shared/model/message.ts'
import type { OpId, Operation } from '../../../shared/operations.ts'
import { fromUids } from '../../../shared/ranges.ts'
import type { CachePort } from '../cache/port.ts'
import type { Outcome } from './entries.ts'

export interface OutcomeContext {
  port: CachePort
  /** A folder as the core knows it now. */
  folder(folder: FolderRef): { id: FolderId; cursor: Cursor | null; slots: number; messages: number; awaiting: number } | undefined
  /** Number of the last operation performed on a folder. */
  asOf(folder: FolderRef): number
  /** The folder's next sync has something to tell. */
  markDirty(folder: FolderRef): void
}

/** `outcome` null: the operation was refused or taken back. */
export async function applyOutcome({ port, folder, asOf, markDirty }: OutcomeContext, op: Operation, outcome: Outcome | null): Promise<void> {
  const { id } = op
  // also where the outcome names nothing: an answer may have been lost after the server did it
  for (const one of foldersOf(op.messages)) markDirty(one)
  for (const one of outcome?.folders ?? []) markDirty(one.folder) // a message that was moved since was marked there
  if (op.kind === 'move' || op.kind === 'copy') markDirty(op.to)
  const remember = (at: FolderRef, applied: Applied | null): void => {
    const known = folder(at)
    if (known && applied) Object.assign(known, { slots: applied.slots, messages: applied.messages, awaiting: applied.awaiting })
  }
  const steps: ((finished: OpId[]) => Promise<void>)[] = []
  const current = (at: FolderRef, uidValidity: number): FolderId | null => {
    const found = folder(at)
    return found?.cursor?.uidValidity === uidValidity ? found.id : null // renumbered meanwhile: its next sync tells
  }
  for (const { folder: ref, uidValidity, ...flags } of outcome?.folders ?? []) {
    const at = current(ref, uidValidity)
    if (at !== null) steps.push(async finished => remember(ref, await port.apply({ folder: at, uidValidity, asOf: asOf(ref), flags, finished })))
  }
  for (const { folder: ref, uidValidity, uids } of outcome?.expunged ?? []) {
    const at = current(ref, uidValidity)
    if (at !== null)
      steps.push(async finished => remember(ref, await port.apply({ folder: at, uidValidity, asOf: asOf(ref), gone: fromUids(uids), finished })))
  }
  for (const { folder: ref, to, ...transfer } of outcome?.transfers ?? []) {
    const from = current(ref, transfer.uidValidity)
    if (from === null) continue
    steps.push(async finished => {
      const step = { ...transfer, op: id, from, to: folder(to)?.id ?? null, asOf: asOf(ref), finished: finished[0] ?? null }
      const applied = await port.transfer(step)
      remember(ref, applied.from)
      remember(to, applied.to)
    })
  }
  for (const [i, step] of steps.entries()) await step(i === steps.length - 1 ? [id] : [])
  if (steps.length === 0) await port.overlay({ put: [], drop: [id] })
}
