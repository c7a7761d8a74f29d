/** From what an operation left on the server to the cache. Steps may be repeated after a crash; the operation leaves the overlay with the last of them. */
import type { Applied } from '../../../shared/batch.ts'
import type { Cursor, FolderId } from '../../../shared/model/folder.ts'
import type { OpId, Operation } from '../../../shared/operations.ts'
import { fromUids } from '../../../shared/ranges.ts'
import type { CachePort } from '../cache/port.ts'
import type { Outcome } from './entries.ts'

export interface OutcomeContext {
  port: CachePort
  /** A folder as the core knows it now. */
  folder(path: string): { id: FolderId; cursor: Cursor | null; slots: number; messages: number; awaiting: number } | undefined
  /** Number of the last operation performed on a folder. */
  asOf(path: string): number
  /** The folder's next sync has something to tell. */
  markDirty(path: string): void
}

/** `outcome` null: the operation was refused or taken back. */
export async function applyOutcome({ port, folder, asOf, markDirty }: OutcomeContext, op: Operation, outcome: Outcome | null): Promise<void> {
  const { id } = op
  // also where the outcome names nothing: an answer may have been lost after the server did it
  for (const path of new Set(op.messages.flatMap(({ locators }) => locators.map(locator => locator.folder)))) markDirty(path)
  for (const { path } of outcome?.folders ?? []) markDirty(path) // a message that was moved since was marked there
  if (op.kind === 'move' || op.kind === 'copy') markDirty(op.to)
  const remember = (path: string, applied: Applied | null): void => {
    const known = folder(path)
    if (known && applied) Object.assign(known, { slots: applied.slots, messages: applied.messages, awaiting: applied.awaiting })
  }
  const steps: ((finished: OpId[]) => Promise<void>)[] = []
  const current = (path: string, uidValidity: number): FolderId | null => {
    const found = folder(path)
    return found?.cursor?.uidValidity === uidValidity ? found.id : null // renumbered meanwhile: its next sync tells
  }
  for (const { path, uidValidity, ...flags } of outcome?.folders ?? []) {
    const at = current(path, uidValidity)
    if (at !== null) steps.push(async finished => remember(path, await port.apply({ folder: at, uidValidity, asOf: asOf(path), flags, finished })))
  }
  for (const { path, uidValidity, uids } of outcome?.expunged ?? []) {
    const at = current(path, uidValidity)
    if (at !== null)
      steps.push(async finished => remember(path, await port.apply({ folder: at, uidValidity, asOf: asOf(path), gone: fromUids(uids), finished })))
  }
  for (const { path, to, ...transfer } of outcome?.transfers ?? []) {
    const from = current(path, transfer.uidValidity)
    if (from === null) continue
    steps.push(async finished => {
      const step = { ...transfer, op: id, from, to: folder(to)?.id ?? null, asOf: asOf(path), finished: finished[0] ?? null }
      const applied = await port.transfer(step)
      remember(path, applied.from)
      remember(to, applied.to)
    })
  }
  for (const [i, step] of steps.entries()) await step(i === steps.length - 1 ? [id] : [])
  if (steps.length === 0) await port.overlay({ put: [], drop: [id] })
}
