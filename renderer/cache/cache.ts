/**
 * The cache as the core calls it (`cacheCalls`): one writer, one call after another, each in one transaction; windows hear of it after the commit.
 * Runs in cache.html and, on fake-indexeddb, in Node.
 */
import { State, blockSlots, pageSlots, type Notice } from '../../shared/batch.ts'
import type { cacheCalls } from '../../shared/contract/cache-calls.ts'
import type { Handlers } from '../../shared/contract/call.ts'
import { MailError } from '../../shared/errors.ts'
import type { Folder, FolderId } from '../../shared/model/folder.ts'
import type { Preview } from '../../shared/model/message.ts'
import { fromUids } from '../../shared/ranges.ts'
import { applyBatch } from './batches.ts'
import { beginWork, finishWork, type Work } from './rows.ts'
import { dropFolder, readEpoch, replaceFolders } from './folders.ts'
import { compareListing } from './compare.ts'
import { loadChanges, requireFolder, type CacheContext } from './context.ts'
import { applyTransfer, changeOverlay } from './overlay.ts'
import { newestRows } from './newest.ts'
import { relinkFolder } from './relink.ts'
import { numbersOf, resolveRefs } from './resolve.ts'
import type { Database } from './schema.ts'
import { locationsOf } from './where.ts'

export type Cache = Handlers<typeof cacheCalls>

async function storePreviews(context: CacheContext, folder: Folder, uids: number[], previews: Preview[]): Promise<Notice[]> {
  const { database } = context
  const work = await beginWork(context, folder, folder.asOf)
  const found = uids.map((uid, i) => ({ slot: work.index.uids.get(uid), preview: previews[i] })).filter(isComplete)
  const numbers = [...new Set(found.map(({ slot }) => Math.floor(slot / pageSlots)))]
  const stored = await database.previews.bulkGet(numbers.map(n => [folder.id, n] as [FolderId, number]))
  const records = new Map(numbers.map((n, i) => [n, stored[i] ?? { folder: folder.id, n, format: 1 as const, items: {} }]))
  await work.marks.load(found.map(({ slot }) => slot))
  for (const { slot, preview } of found) {
    records.get(Math.floor(slot / pageSlots))!.items[slot % pageSlots] = preview
    addState(work, slot, State.previewed | (preview.attachments.length > 0 ? State.attachments : 0))
  }
  await database.previews.bulkPut([...records.values()])
  const notice = await finishWork(work)
  return [...(notice ? [notice] : []), { kind: 'previews', folder: folder.id, slots: found.map(({ slot }) => slot) }]
}

function isComplete(one: { slot: number | undefined; preview: Preview | undefined }): one is { slot: number; preview: Preview } {
  return one.slot !== undefined && one.preview !== undefined
}

function addState(work: Work, slot: number, bits: number): void {
  const block = work.marks.at(slot)
  const at = slot % blockSlots
  if ((block.state[at]! & bits) === bits) return
  block.state[at]! |= bits
  work.marks.touch(block)
  work.changed.add(slot)
}

/** `notify` tells windows; `now` is the clock in ms. */
export function createCache(database: Database, notify: (notice: Notice) => void, now: () => number): Cache {
  const context: CacheContext = { database, indexes: new Map(), changes: null, rowIndexes: new WeakMap(), notify, now }
  let last: Promise<unknown> = Promise.resolve()

  /** Runs one call at a time in one transaction over all tables; notices go out after the commit. */
  function write<T>(run: () => Promise<{ result: T; notices: (Notice | null)[] }>): Promise<T> {
    const next = last.then(async () => {
      try {
        const { result, notices } = await database.transaction('rw', database.tables, run)
        for (const notice of notices) if (notice) notify(notice)
        return result
      } catch (error) {
        context.indexes.clear()
        context.changes = null
        if (error instanceof Error && error.name === 'QuotaExceededError') throw new MailError('full', 'cache.full', {}, { cause: error })
        throw error
      }
    })
    last = next.catch(() => undefined) // the caller hears of it; the next call must not
    return next
  }

  return {
    'cache.attach': ({ stores, operations }) =>
      write(async () => {
        const epoch = await readEpoch(context)
        const isThere = ({ ref }: Folder): boolean => stores.some(({ account, store }) => account === ref.account && store === ref.store)
        for (const folder of await database.folders.toArray()) if (!isThere(folder)) await dropFolder(context, folder)
        const waiting = new Set(operations.map(({ id }) => id))
        const over = [...(await loadChanges(context)).keys()].filter(id => !waiting.has(id))
        await changeOverlay(context, operations, over)
        return { result: { epoch, folders: await database.folders.toArray() }, notices: [{ kind: 'epoch', epoch }] }
      }),
    'cache.folders': ({ folders, ...store }) => write(async () => ({ result: await replaceFolders(context, store, folders), notices: [] })),
    'cache.apply': batch =>
      write(async () => {
        const { applied, notice } = await applyBatch(context, batch)
        return { result: applied, notices: [notice] }
      }),
    'cache.compare': listing =>
      write(async () => {
        const { difference, notice } = await compareListing(context, listing)
        return { result: difference, notices: [notice] }
      }),
    'cache.relink': arg =>
      write(async () => {
        const { applied, notice } = await relinkFolder(context, arg)
        return { result: applied, notices: [notice] }
      }),
    'cache.overlay': ({ put, drop }) => write(async () => ({ result: null, notices: await changeOverlay(context, put, drop) })),
    'cache.transfer': transfer => write(async () => applyTransfer(context, transfer)), // async: Dexie follows native promises only from there
    'cache.resolve': ({ refs, elsewhere }) => write(async () => ({ result: await resolveRefs(context, refs, elsewhere), notices: [] })),
    'cache.numbersOf': ({ op }) => write(async () => ({ result: await numbersOf(context, op), notices: [] })),
    'cache.newest': arg => write(async () => ({ result: await newestRows(context, arg), notices: [] })),
    'cache.putBody': ({ message, body, size }) =>
      write(async () => {
        const [location] = await locationsOf(database, [message])
        if (!location) throw new MailError('stale', 'cache.noMessage')
        await database.bodies.put({ id: message, format: 1, body, size, usedAt: now() })
        const work = await beginWork(context, await requireFolder(context, location.folder), 0)
        await work.marks.load([location.slot])
        addState(work, location.slot, State.offline)
        return { result: null, notices: [await finishWork(work)] }
      }),
    'cache.putParts': ({ message, parts }) =>
      write(async () => {
        await database.parts.bulkPut(
          parts.map(({ part, base64 }) => ({ id: message, part: part.part, format: 1, info: part, bytes: decodeBase64(base64), usedAt: now() })),
        )
        return { result: null, notices: [] }
      }),
    'cache.putPreviews': ({ folder: id, uidValidity, uids, previews }) =>
      write(async () => {
        const folder = await requireFolder(context, id)
        if (folder.cursor?.uidValidity !== uidValidity) return { result: null, notices: [] }
        return { result: null, notices: await storePreviews(context, folder, uids, previews) }
      }),
    'cache.withoutBody': ({ folder, among, limit }) =>
      write(async () => ({ result: await bodilessRows(context, folder, among, limit), notices: [] })),
    'cache.withoutPreview': ({ folder, limit }) =>
      write(async () => {
        const marks = await database.marks.where('[folder+n]').between([folder, 0], [folder, Infinity]).toArray()
        const blocks = marks.filter(({ state }) => state.some(bits => (bits & (State.dead | State.previewed)) === 0))
        const columns = await database.columns.bulkGet(blocks.map(({ n }) => [folder, n] as [FolderId, number]))
        const candidates: number[] = []
        blocks.forEach(({ state }, k) => {
          const uid = columns[k]?.uid
          for (let i = 0; i < state.length; i++) if (!(state[i]! & (State.dead | State.previewed)) && uid?.[i]) candidates.push(uid[i]!)
        })
        return { result: fromUids(Uint32Array.from(candidates).sort().slice(-limit)), notices: [] }
      }),
  }
}

async function bodilessRows({ database }: CacheContext, folder: FolderId, among: number, limit: number): Promise<{ message: number; uid: number }[]> {
  const all = [
    [folder, 0],
    [folder, Infinity],
  ] as const
  const columns = await database.columns.where('[folder+n]').between(all[0], all[1]).toArray()
  const marks = new Map((await database.marks.where('[folder+n]').between(all[0], all[1]).toArray()).map(block => [block.n, block.state]))
  const alive = (state: Uint8Array | undefined, i: number): boolean => state !== undefined && !(state[i]! & State.dead)
  const dates: number[] = []
  for (const { n, uid, date } of columns) for (let i = 0; i < uid.length; i++) if (uid[i] && alive(marks.get(n), i)) dates.push(date[i]!)
  const oldest = Uint32Array.from(dates).sort().at(-among) ?? 0 // no object a row: there may be a million
  const rows: { date: number; message: number; uid: number; kept: boolean }[] = []
  for (const { n, uid, id, date } of columns) {
    const state = marks.get(n)
    for (let i = 0; i < uid.length; i++)
      if (uid[i] && date[i]! >= oldest && alive(state, i))
        rows.push({ date: date[i]!, message: id[i]!, uid: uid[i]!, kept: (state![i]! & State.offline) !== 0 })
  }
  return rows
    .sort((a, b) => b.date - a.date)
    .slice(0, among)
    .filter(({ kept }) => !kept)
    .slice(0, limit)
    .map(({ message, uid }) => ({ message, uid }))
}

function decodeBase64(text: string): Uint8Array {
  const binary = atob(text)
  return Uint8Array.from(binary, char => char.charCodeAt(0))
}
