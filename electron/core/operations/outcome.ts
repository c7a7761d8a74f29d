/**
 * From what an operation left on the server to the cache, some messages at a time, so that nothing there takes long. Steps may be repeated after a crash; the operation
 * leaves the overlay with the last of them.
 */
import type { Applied, FlagChanges } from '../../../shared/batch.ts'
import { toFlagList } from '../../../shared/model/flags.ts'
import type { Cursor, FolderId, FolderRef } from '../../../shared/model/folder.ts'
import { foldersOf } from '../../../shared/model/message.ts'
import type { OpId, Operation } from '../../../shared/operations.ts'
import { inPieces, uidsOf } from '../../../shared/ranges.ts'
import { eachRun } from '../../../shared/runs.ts'
import type { CachePort } from '../cache/port.ts'
import type { Outcome } from './entries.ts'

/** Messages of one step (ARCHITECTURE, Cost rules). */
const chunk = 1000

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
  // also where the outcome names nothing: an answer may have been lost after the server did it
  for (const one of foldersOf(op.messages)) markDirty(one)
  for (const one of outcome?.folders ?? []) markDirty(one.folder) // a message that was moved since was marked there
  if (op.kind === 'move' || op.kind === 'copy') markDirty(op.to)
  const remember = (at: FolderRef, applied: Applied | null): void => {
    const known = folder(at)
    if (known && applied) Object.assign(known, { slots: applied.slots, messages: applied.messages, awaiting: applied.awaiting })
  }
  const current = (at: FolderRef, uidValidity: number): FolderId | null => {
    const found = folder(at)
    return found?.cursor?.uidValidity === uidValidity ? found.id : null // renumbered meanwhile: its next sync tells
  }

  function* steps({ folders, expunged, transfers }: Outcome): Generator<Step> {
    for (const { folder: ref, uidValidity, ...rest } of folders) {
      const at = { uidValidity, asOf: asOf(ref) }
      for (const flags of flagChanges(rest)) {
        const id = current(ref, uidValidity)
        if (id === null) break
        yield async ending => remember(ref, await port.apply({ ...at, folder: id, flags, ...ending }))
      }
    }
    for (const { folder: ref, uidValidity, uids } of expunged) {
      const at = { uidValidity, asOf: asOf(ref) }
      for (const gone of inPieces(uids, chunk)) {
        const id = current(ref, uidValidity)
        if (id === null) break
        yield async ending => remember(ref, await port.apply({ ...at, folder: id, gone, ...ending }))
      }
    }
    for (const { folder: ref, to, uids, toUids, ...rest } of transfers) {
      const at = { ...rest, op: op.id, asOf: asOf(ref) }
      const targets = toUids && inPieces(toUids, chunk)
      for (const piece of inPieces(uids, chunk)) {
        const next = targets && [...uidsOf(targets.next().value!)]
        const from = current(ref, rest.uidValidity)
        if (from === null) break
        yield async ({ finished }) => {
          const step = { ...at, from, to: folder(to)?.id ?? null, uids: [...uidsOf(piece)], toUids: next, finished: finished?.[0] ?? null }
          const applied = await port.transfer(step)
          remember(ref, applied.from)
          remember(to, applied.to)
        }
      }
    }
  }

  let step: Step | null = null
  for (const next of outcome ? steps(outcome) : []) {
    await step?.({ more: true })
    step = next
  }
  if (step) await step({ finished: [op.id] })
  else await port.overlay({ put: [], drop: [op.id] })
}

/** One call of the cache. The last is told that it is the last. */
type Step = (ending: { more: true; finished?: never } | { finished: OpId[] }) => Promise<void>

function* flagChanges({ uids, flags, modseqs }: Omit<Outcome['folders'][number], 'folder' | 'uidValidity'>): Generator<FlagChanges> {
  const [flagRuns, modseqRuns] = [eachRun(flags), modseqs && eachRun(modseqs)]
  for (const piece of inPieces(uids, chunk)) {
    const list = [...uidsOf(piece)]
    yield {
      uids: list,
      flags: toFlagList(
        list.map(() => {
          const [, bits, keywords] = flagRuns.next().value!
          return { bits, keywords }
        }),
      ),
      modseqs: modseqRuns && list.map(() => modseqRuns.next().value![1]),
    }
  }
}
