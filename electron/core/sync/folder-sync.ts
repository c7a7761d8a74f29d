/**
 * Brings one folder of the cache to what the server has. Every batch carries its cursor, so the work can end after any of them and go on later.
 *
 *   select -> relink where UIDVALIDITY changed -> changes of known rows -> missing rows, newest first -> verify -> verifiedAt
 *
 * The cursor's values are read before the fetch they cover (law 2). Rows are removed only by VANISHED or by a whole listing (law 3).
 */
import { union } from '../../../shared/ranges.ts'
import { plan } from './plan.ts'
import { bringUpToDate } from './changes.ts'
import { fetchMissing } from './missing.ts'
import { verify } from './verify.ts'
import { type SyncContext, type SyncResult, type Work, apply, relink } from './work.ts'

export async function syncFolder(context: SyncContext): Promise<SyncResult> {
  const { session, folder } = context
  const began = context.asOf()
  const cursor = folder.cursor
  const opened = context.opening?.()
  const selected = await session.select(folder.ref.path, cursor?.modseq ? { uidValidity: cursor.uidValidity, modseq: cursor.modseq } : null)
  await opened?.(selected, cursor)
  const todo = plan(cursor, selected, session.capabilities, context.now())
  if (todo.relink) await relink(context, selected, false)
  folder.cursor ??= { uidValidity: selected.uidValidity, uidNext: 1, modseq: selected.modseq, known: [], verifiedAt: null }
  const work: Work = {
    ...context,
    selected,
    began,
    apply: rest => apply(context, selected, began, rest),
  }

  const compared = await bringUpToDate(work, todo.changes)
  const missing = union(todo.missing, compared?.missing ?? [])
  if ((await fetchMissing(work, missing)) === 'yielded') return 'yielded'
  return verify(work, todo.reconcile && !compared?.complete)
}
