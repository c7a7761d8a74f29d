/** What one sync of a folder works with, and how it hands a batch to the cache. */
import type { Batch } from '../../../shared/batch.ts'
import type { Cursor, FolderId, FolderRef } from '../../../shared/model/folder.ts'
import type { CachePort } from '../cache/port.ts'
import type { MailStore, Selected } from '../store/mail-store.ts'
import type { Mime } from '../mime/mime.ts'

/** What the core remembers of a folder between batches; the cache's answers keep it right. */
export interface FolderState {
  id: FolderId
  ref: FolderRef
  cursor: Cursor | null
  messages: number
  slots: number
  awaiting: number
}

export interface SyncContext {
  session: MailStore
  cache: CachePort
  mime: Pick<Mime, 'parseHeaders'>
  folder: FolderState
  /** Number of the last operation performed on this folder. */
  asOf(): number
  now(): number
  /** True where something more urgent waits; the work ends after the batch at hand. */
  shouldYield(): boolean
  /** Called before SELECT; what it answers is awaited with what SELECT found and the cursor before it, before anything is stored. */
  opening?(): (selected: Selected, cursor: Cursor | null) => Promise<void>
  onProgress?(known: number, total: number): void
}

/** `yielded`: more is to be done, ask again now. `incomplete`: the server did not give all it says it has; try again later. */
export type SyncResult = 'complete' | 'yielded' | 'incomplete'

export interface Work extends SyncContext {
  selected: Selected
  /** `asOf` when the work began. */
  began: number
  apply(rest: Partial<Batch> & { cursor: Cursor }): Promise<void>
}

export async function apply(
  { cache, folder }: SyncContext,
  selected: Selected,
  asOf: number,
  rest: Partial<Batch> & { cursor: Cursor },
): Promise<void> {
  const applied = await cache.apply({
    folder: folder.id,
    uidValidity: selected.uidValidity,
    asOf,
    server: { messages: selected.exists, unseen: null },
    ...rest,
  })
  folder.cursor = rest.cursor
  Object.assign(folder, { slots: applied.slots, messages: applied.messages, awaiting: applied.awaiting })
}

export async function relink({ cache, folder }: SyncContext, selected: Selected, finish: boolean): Promise<void> {
  const applied = await cache.relink({ folder: folder.id, uidValidity: selected.uidValidity, finish })
  Object.assign(folder, { slots: applied.slots, messages: applied.messages, awaiting: applied.awaiting })
  if (!finish) folder.cursor = { uidValidity: selected.uidValidity, uidNext: 1, modseq: null, known: [], verifiedAt: null }
}
