/** Rows that are not here yet: fetched newest first, in chunks, the next asked for before the last is stored. */
import { pageSlots, type NewRows } from '../../../shared/batch.ts'
import { toFlagList } from '../../../shared/model/flags.ts'
import type { Cursor } from '../../../shared/model/folder.ts'
import { countOf, highest, intersect, subtract, union, type Ranges } from '../../../shared/ranges.ts'
import type { HeaderRecord, MailStore, Selected } from '../store/mail-store.ts'
import { packHeaders } from '../mime/headers.ts'
import type { SyncResult, Work } from './work.ts'

/** The first screen. */
const firstChunk = 100
const chunk = 2000

interface Chunk {
  ask: Ranges
  /** What is known once the rows are stored: also UIDs in between that do not exist. */
  covers: Ranges
}

/** Newest first, the next chunk asked for before the last is stored. */
export async function fetchMissing(work: Work, missing: Ranges): Promise<SyncResult> {
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
export async function toChunks({ session, selected }: Work, missing: Ranges): Promise<Chunk[]> {
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
    flags: toFlagList(sorted.map(({ flags }) => flags)),
    modseqs: sorted.every(({ modseq }) => modseq !== null) ? sorted.map(({ modseq }) => modseq!) : null,
    ...parsed,
  }
}

export async function store(work: Work, records: HeaderRecord[], covers: Ranges): Promise<void> {
  const cursor = covering(work, covers)
  await work.apply({ ...(records.length > 0 && { add: await parseRows(work, records, work.folder.slots) }), cursor })
  work.onProgress?.(work.folder.messages, work.selected.exists)
}
