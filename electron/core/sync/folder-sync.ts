/**
 * Brings one folder of the cache to what the server has. Every batch carries its cursor, so the work can end after any of them and go on later.
 *
 *   select -> relink where UIDVALIDITY changed -> changes of known rows -> missing rows, newest first -> verify -> verifiedAt
 *
 * The cursor's values are read before the fetch they cover (law 2). Rows are removed only by VANISHED or by a whole listing (law 3).
 */
import { pageSlots, type Batch, type NewRows } from '../../../shared/batch.ts'
import type { Cursor, FolderId } from '../../../shared/model/model.ts'
import { countOf, fromUids, highest, subtract, union, type Ranges } from '../../../shared/ranges.ts'
import type { CachePort } from '../cache/port.ts'
import type { FlagRecord, HeaderRecord, MailStore, Selected } from '../store/mail-store.ts'
import { packHeaders } from '../mime/headers.ts'
import type { Mime } from '../mime/mime.ts'
import { newMailIn, type NewMessage } from './new-mail.ts'
import { plan } from './plan.ts'

/** What the core remembers of a folder between batches; the cache's answers keep it right. */
export interface FolderState {
  id: FolderId
  path: string
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
  /** Unread mail that came since the folder was last looked at; never with a first sync. */
  onNewMail?(newMail: NewMessage[]): void
  /** Told by the hash of its Message-ID: this program put the message there itself. */
  isOurs?(hash: number): boolean
  onProgress?(known: number, total: number): void
}

/** `yielded`: more is to be done, ask again now. `incomplete`: the server did not give all it says it has; try again later. */
export type SyncResult = 'complete' | 'yielded' | 'incomplete'

/** The first screen. */
const firstChunk = 100
const chunk = 2000

export async function syncFolder(context: SyncContext): Promise<SyncResult> {
  const { session, folder } = context
  const began = context.asOf()
  const cursor = folder.cursor
  const selected = await session.select(folder.path, cursor?.modseq ? { uidValidity: cursor.uidValidity, modseq: cursor.modseq } : null)
  const todo = plan(cursor, selected, session.capabilities, context.now())
  if (todo.relink) await relink(context, selected, false)
  folder.cursor ??= { uidValidity: selected.uidValidity, uidNext: 1, modseq: selected.modseq, known: [], verifiedAt: null }
  const newFrom = cursor && !todo.relink && cursor.uidNext > 1 ? cursor.uidNext : null
  const work: Work = {
    ...context,
    selected,
    began,
    async apply(rest) {
      await apply(context, selected, began, rest)
      const newMail = rest.add && newFrom !== null ? newMailIn(rest.add, newFrom, hash => context.isOurs?.(hash) ?? false) : []
      if (newMail.length > 0) context.onNewMail?.(newMail)
    },
  }

  const compared = await bringUpToDate(work, todo.changes)
  const missing = union(todo.missing, compared?.missing ?? [])
  if ((await fetchMissing(work, missing)) === 'yielded') return 'yielded'
  return verify(work, todo.reconcile && !compared?.complete)
}

interface Work extends SyncContext {
  selected: Selected
  /** `asOf` when the work began. */
  began: number
  apply(rest: Partial<Batch> & { cursor: Cursor }): Promise<void>
}

async function apply({ cache, folder }: SyncContext, selected: Selected, asOf: number, rest: Partial<Batch> & { cursor: Cursor }): Promise<void> {
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

async function relink({ cache, folder }: SyncContext, selected: Selected, finish: boolean): Promise<void> {
  const applied = await cache.relink({ folder: folder.id, uidValidity: selected.uidValidity, finish })
  Object.assign(folder, { slots: applied.slots, messages: applied.messages, awaiting: applied.awaiting })
  if (!finish) folder.cursor = { uidValidity: selected.uidValidity, uidNext: 1, modseq: null, known: [], verifiedAt: null }
}

function toChanges(records: FlagRecord[]): NonNullable<Batch['flags']> {
  const modseqs = records.every(({ modseq }) => modseq !== null) ? records.map(({ modseq }) => modseq!) : null
  return { uids: records.map(({ uid }) => uid), flags: records.map(({ flags }) => flags), modseqs }
}

/** Flags and expunges of rows we have. Answers what a comparison of all flags found missing, where one was made. */
async function bringUpToDate(work: Work, changes: ReturnType<typeof plan>['changes']): Promise<{ missing: Ranges; complete: boolean } | null> {
  const { session, folder, selected } = work
  const cursor = folder.cursor!
  const current: Cursor = { ...cursor, modseq: selected.modseq }
  switch (changes) {
    case 'nothing':
      if (cursor.modseq !== selected.modseq) folder.cursor = current
      return null
    case 'told': {
      const { flags, vanished } = selected.since!
      if (flags.length > 0 || vanished.length > 0 || cursor.modseq !== selected.modseq)
        await work.apply({ ...(flags.length > 0 && { flags: toChanges(flags) }), ...(vanished.length > 0 && { gone: vanished }), cursor: current })
      return null
    }
    case 'condstore': {
      const flags = await session.fetchFlags(cursor.known, cursor.modseq!)
      await work.apply({ ...(flags.length > 0 && { flags: toChanges(flags) }), cursor: current })
      return null
    }
    case 'compare': {
      const below = cursor.uidNext - 1
      const records = below > 0 ? await session.fetchFlags([[1, below]]) : []
      const [difference, complete] = await compare(work, records)
      await work.apply({ cursor: current })
      return { missing: difference, complete }
    }
  }
}

/** All flags below UIDNEXT against the rows. Complete where EXISTS is what was listed, plus what is newer than the cursor. */
async function compare(work: Work, records: FlagRecord[]): Promise<[missing: Ranges, complete: boolean]> {
  const { cache, folder, selected, began, session } = work
  const sorted = [...new Map(records.map(record => [record.uid, record])).values()].sort((a, b) => a.uid - b.uid)
  const runs: [number, number][] = []
  for (const { flags } of sorted) {
    const last = runs.at(-1)
    if (last && last[1] === flags) last[0]++
    else runs.push([1, flags])
  }
  const whole = folder.cursor!.uidNext === selected.uidNext && sorted.length === selected.exists && !session.capabilities.truncates
  const { missing } = await cache.compare({
    folder: folder.id,
    uidValidity: selected.uidValidity,
    asOf: began,
    uids: fromUids(sorted.map(({ uid }) => uid)),
    uidNext: folder.cursor!.uidNext,
    flags: runs,
    complete: whole,
  })
  return [subtract(missing, []), whole]
}

interface Chunk {
  ask: Ranges
  /** What is known once the rows are stored: also UIDs in between that do not exist. */
  covers: Ranges
}

/** Newest first, the next chunk asked for before the last is stored. */
async function fetchMissing(work: Work, missing: Ranges): Promise<SyncResult> {
  const { session, folder, selected } = work
  if (missing.length === 0) return 'complete'
  let left = missing
  if (folder.cursor!.known.length === 0 && selected.exists > 0) {
    const newest = await session.fetchNewest(firstChunk)
    const covers = newest.length >= selected.exists ? left : newest.length > 0 ? coveredBy(newest, selected) : []
    await store(work, newest, covers)
    left = subtract(left, covers)
    if (work.shouldYield() && left.length > 0) return 'yielded'
  }
  return storeChunks(work, await toChunks(work, left))
}

/** While one chunk is stored the next is parsed and the one after it fetched. */
async function storeChunks(work: Work, chunks: Chunk[]): Promise<SyncResult> {
  const { folder } = work
  const ahead = (i: number): Promise<HeaderRecord[]> | null => (i < chunks.length && !work.shouldYield() ? ask(work.session, chunks[i]!) : null)
  if (chunks.length === 0) return 'complete'
  let fetching = ahead(0)
  if (!fetching) return 'yielded'
  let rows: NewRows | null = await parseRows(work, await fetching, folder.slots)
  fetching = ahead(1)
  for (let i = 0; rows !== null; i++) {
    const storing = work.apply({ ...(rows.uids.length > 0 && { add: rows }), cursor: covering(work, chunks[i]!.covers) })
    storing.catch(() => undefined) // awaited below, whatever comes first
    const records = fetching && (await fetching)
    if (records) fetching = ahead(i + 2)
    const next: NewRows | null = records && (await parseRows(work, records, folder.slots + rows.uids.length))
    await storing
    work.onProgress?.(folder.messages, work.selected.exists)
    if (!next && i + 1 < chunks.length) return 'yielded'
    rows = next
  }
  return 'complete'
}

function coveredBy(newest: HeaderRecord[], selected: Selected): Ranges {
  const lowest = Math.min(...newest.map(({ uid }) => uid))
  const top = Math.max(selected.uidNext - 1, ...newest.map(({ uid }) => uid))
  return [[lowest, top]]
}

function ask(session: MailStore, { ask: uids }: Chunk): Promise<HeaderRecord[]> {
  const asked = session.fetchHeaders(uids)
  asked.catch(() => undefined) // reported where it is awaited, which may be after another failure
  return asked
}

/** Pieces of at most `chunk` messages, highest first. Wide gaps are asked of the server first: UIDs may be sparse. */
async function toChunks({ session, selected }: Work, missing: Ranges): Promise<Chunk[]> {
  if (countOf(missing) <= chunk) return missing.length > 0 ? [{ ask: missing, covers: missing }] : []
  const listed = await session.searchAll()
  const trusted = countOf(listed) === selected.exists
  let present = intersect(listed, missing)
  let open = missing
  const chunks: Chunk[] = []
  while (present.length > 0) {
    const asked = highest(present, chunk)
    present = subtract(present, asked)
    const lowest = asked[0]![0]
    const covers = !trusted ? asked : present.length === 0 ? open : intersect(open, [[lowest, 0xffffffff]])
    open = subtract(open, covers)
    chunks.push({ ask: asked, covers })
  }
  if (chunks.length === 0 && trusted) chunks.push({ ask: [], covers: open })
  return chunks
}

function intersect(a: Ranges, b: Ranges): Ranges {
  return subtract(a, subtract(a, b))
}

function covering({ folder, selected }: Work, covers: Ranges): Cursor {
  return {
    ...folder.cursor!,
    known: union(folder.cursor!.known, covers),
    uidNext: Math.max(folder.cursor!.uidNext, selected.uidNext, ...covers.map(([, to]) => to + 1)),
  }
}

/** `slots`: where the rows will go, so that pages come out as they are stored; where it turns out wrong the cache cuts them again. */
async function parseRows({ mime }: Work, records: HeaderRecord[], slots: number): Promise<NewRows> {
  const sorted = [...records].sort((a, b) => b.uid - a.uid)
  const parsed = await mime.parseHeaders(packHeaders(sorted.map(({ header }) => header)), pageSlots - (slots % pageSlots))
  return {
    uids: sorted.map(({ uid }) => uid),
    dates: sorted.map(({ date }) => date),
    sizes: sorted.map(({ size }) => size),
    flags: sorted.map(({ flags }) => flags),
    modseqs: sorted.every(({ modseq }) => modseq !== null) ? sorted.map(({ modseq }) => modseq!) : null,
    ...parsed,
  }
}

async function store(work: Work, records: HeaderRecord[], covers: Ranges): Promise<void> {
  const cursor = covering(work, covers)
  await work.apply({ ...(records.length > 0 && { add: await parseRows(work, records, work.folder.slots) }), cursor })
  work.onProgress?.(work.folder.messages, work.selected.exists)
}

/**
 * The folder is known from end to end: is it the same number of messages? Where it is not, or where it is time, all UIDs are listed and compared; what is
 * missing is fetched, what is gone goes, if the listing is whole.
 */
async function verify(work: Work, reconcile: boolean): Promise<SyncResult> {
  const { session, folder, cache, selected } = work
  let verified = folder.messages - folder.awaiting === selected.exists
  if (!verified || (reconcile && folder.cursor!.verifiedAt !== null)) {
    const listed = await session.searchAll()
    const below = subtract(listed, [[selected.uidNext, 0xffffffff]])
    const complete = countOf(below) === selected.exists && !session.capabilities.truncates
    const { missing } = await cache.compare({
      folder: folder.id,
      uidValidity: selected.uidValidity,
      asOf: work.began,
      uids: below,
      uidNext: selected.uidNext,
      flags: null,
      complete,
    })
    for (const piece of await toChunks(work, missing)) await store(work, await session.fetchHeaders(piece.ask), [])
    await work.apply({ cursor: folder.cursor! })
    verified = folder.messages - folder.awaiting === selected.exists
  }
  if (verified && folder.awaiting > 0) await relink(work, selected, true)
  const now = work.now()
  const before = folder.cursor!
  await work.apply({ cursor: { ...before, verifiedAt: verified ? now : before.verifiedAt }, checkedAt: now })
  return verified || session.capabilities.truncates || folder.messages >= selected.exists ? 'complete' : 'incomplete'
}
