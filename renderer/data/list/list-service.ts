/**
 * The list worker without the worker: holds the folders a window looked at last, applies notices in the order of `rev`, and sends a view after each change.
 *
 * Rules: everything runs one after the other in one queue, so that a view is consistent; a gap in `rev`, a `reload` or a new epoch loads again; changes of
 * this window ("saving") stand beside the stored overlay until the cache names them, they are refused, or they are finished.
 */
import type Dexie from 'dexie'
import { State, type Notice, type RowsNotice } from '../../../shared/batch.ts'
import type { Folder, FolderId } from '../../../shared/model/folder.ts'
import type { MessageId } from '../../../shared/model/message.ts'
import type { OpId, PendingChange } from '../../../shared/operations.ts'
import { bandsOf } from './bands.ts'
import type { Reader } from '../database.ts'
import { errorWords } from '../words/errors.ts'
import { setLocale } from '../words/locale.ts'
import { say } from '../words/say.ts'
import { createPageCache, loadFolder, loadSlots, type PageCache } from './list-load.ts'
import {
  addSlots,
  changeMarks,
  createModel,
  dropChange,
  findUid,
  firstOlderThan,
  indexOf,
  isWaiting,
  keep,
  putChange,
  setFilter,
  shownFlags,
  slotOf,
  type ListModel,
} from './list-model.ts'
import type { FromWorker, ListCalls, ListView, Resolved, Row, ToWorker, Watch } from './list-protocol.ts'

interface Held {
  folder: Folder
  model: ListModel
  rev: number
  pages: PageCache
}

export interface ListService {
  receive(message: ToWorker): void
  notice(notice: Notice): void
  /** Sends the view again: the day has changed. */
  refresh(): void
}

const heldFolders = 4
const retryMs = 1000

export function createListService(reader: Reader, send: (message: FromWorker) => void, now: () => number): ListService {
  const held = new Map<FolderId, Held>()
  const stored = new Map<OpId, PendingChange>()
  const saving = new Map<OpId, PendingChange>()
  const finished = new Set<OpId>()
  let watch: Watch | null = null
  let viewQueued = false
  let queue: Promise<void> = Promise.resolve()

  function enqueue(work: () => Promise<void> | void): void {
    queue = queue.then(work).catch((error: unknown) => {
      send({ kind: 'broken', message: errorWords(error) })
      held.clear()
      reader.close()
      setTimeout(queueView, retryMs)
    })
  }

  function queueView(): void {
    if (viewQueued) return
    viewQueued = true
    enqueue(async () => {
      viewQueued = false
      if (watch) await sendView(watch)
    })
  }

  async function hold(id: FolderId, fresh = false): Promise<Held | null> {
    const known = held.get(id)
    if (known && !fresh) return known
    const loaded = await loadFolder(await reader.open(), id)
    if (!loaded) {
      held.delete(id)
      return null
    }
    replaceStored(loaded.changes)
    const model = createModel()
    for (const block of loaded.blocks) addSlots(model, block)
    for (const change of shownChanges()) putChange(model, change)
    if (known) {
      setFilter(model, known.model.filter)
      for (const slot of known.model.kept) keep(model, known.model.id[slot]!)
    }
    const entry = { folder: loaded.folder, model, rev: loaded.folder.rev, pages: createPageCache(id) }
    held.delete(id)
    held.set(id, entry)
    for (const other of held.keys()) if (held.size > heldFolders && other !== id && other !== watch?.folder) held.delete(other)
    return entry
  }

  function shownChanges(): PendingChange[] {
    return [...new Map([...saving, ...stored]).values()]
  }

  function replaceStored(changes: PendingChange[]): void {
    for (const id of [...stored.keys()]) if (!changes.some(change => change.id === id)) drop(id)
    for (const change of changes) put(change)
  }

  function put(change: PendingChange): void {
    saving.delete(change.id)
    stored.set(change.id, change)
    for (const { model } of held.values()) putChange(model, change)
  }

  function drop(id: OpId): void {
    stored.delete(id)
    saving.delete(id)
    for (const { model } of held.values()) dropChange(model, id)
  }

  function finish(id: OpId): void {
    finished.add(id)
    drop(id)
  }

  async function applyRows(notice: RowsNotice): Promise<void> {
    const entry = held.get(notice.folder)
    if (entry && notice.rev > entry.rev) {
      if (notice.reload || notice.rev !== entry.rev + 1 || !(await append(entry, notice))) await hold(notice.folder, true)
      else {
        entry.rev = notice.rev
        const { slots, flags, state } = notice.changed
        changeMarks(entry.model, slots, flags, state)
      }
    }
    for (const id of notice.finished) finish(id)
    if (entry || notice.finished.length > 0) queueView()
  }

  /** False where the delta does not fit what is held. */
  async function append(entry: Held, { folder, added, changed }: RowsNotice): Promise<boolean> {
    const { model } = entry
    const end = model.slots + (added?.count ?? 0)
    if (changed.slots.some(slot => slot >= end)) return false
    if (!added || added.count === 0) return true
    if (added.from !== model.slots) return false
    const blocks = await loadSlots(await reader.open(), folder, added.from, added.count)
    if (!blocks) return false
    entry.pages.forgetPagesFrom(added.from)
    for (const block of blocks) addSlots(model, block)
    return true
  }

  async function rowOf(database: Dexie, { model, pages }: Held, slot: number): Promise<Row> {
    const state = model.state[slot]!
    return {
      id: model.id[slot]!,
      uid: model.uid[slot]!,
      date: model.date[slot]!,
      size: model.size[slot]!,
      flags: shownFlags(model, slot),
      attachments: (state & State.attachments) !== 0,
      offline: (state & State.offline) !== 0,
      previewed: (state & State.previewed) !== 0,
      waiting: isWaiting(model, slot),
      headers: await pages.headers(database, slot),
      snippet: await pages.snippet(database, slot),
    }
  }

  async function sendView(wanted: Watch): Promise<void> {
    const entry = await hold(wanted.folder)
    if (!entry || watch !== wanted) {
      if (watch !== wanted) queueView()
      return
    }
    const { model } = entry
    if (model.filter !== wanted.filter) setFilter(model, wanted.filter)
    if (wanted.focus !== null) keep(model, wanted.focus)
    const database = await reader.open()
    const count = model.view.length
    const from = Math.max(0, Math.min(wanted.from, count))
    const to = Math.max(from, Math.min(wanted.to, count))
    const rows: Row[] = []
    for (let i = from; i < to; i++) rows.push(await rowOf(database, entry, model.view.array[i]!))
    const oldest = count > 0 ? model.date[model.view.array[count - 1]!]! * 1000 : 0
    const focusSlot = wanted.focus === null ? -1 : slotOf(model, wanted.focus)
    const view: ListView = {
      ticket: wanted.ticket,
      folder: wanted.folder,
      filter: wanted.filter,
      rev: entry.rev,
      count,
      total: model.order.length,
      unread: model.unread,
      bands: bandsOf(count, oldest, now(), ms => firstOlderThan(model, Math.ceil(ms / 1000))),
      from,
      rows,
      focus:
        wanted.focus === null
          ? null
          : { id: wanted.focus, index: indexOf(model, wanted.focus), row: focusSlot < 0 ? null : await rowOf(database, entry, focusSlot) },
    }
    send({ kind: 'view', view })
  }

  async function resolve(entry: Held, ids: MessageId[]): Promise<Resolved> {
    const folder = await (await reader.open()).table<Folder>('folders').get(entry.folder.id)
    // UIDs and UIDVALIDITY must be of one moment: a notice may still be on its way
    const { model } = folder && folder.rev !== entry.rev ? ((await hold(folder.id, true)) ?? entry) : entry
    const ref = (folder ?? entry.folder).ref
    const found: Resolved = {
      folder: ref,
      uidValidity: folder?.cursor?.uidValidity ?? 0,
      ids: [],
      uids: [],
      hashes: [],
      sizes: [],
      dates: [],
      flags: [],
    }
    for (const id of ids) {
      const slot = slotOf(model, id)
      if (slot < 0 || !folder) continue
      const uid = model.uid[slot]! // 0: on its way here; the core finds it by its identity
      if (uid === 0 && model.hash[slot] === 0) continue
      found.ids.push(id)
      found.flags.push(shownFlags(model, slot))
      found.uids.push(uid)
      found.hashes.push(model.hash[slot]!)
      found.sizes.push(model.size[slot]!)
      found.dates.push(model.date[slot]!)
    }
    return found
  }

  const calls: {
    [N in keyof ListCalls]: (entry: Held, arg: Parameters<ListCalls[N]>[0]) => ReturnType<ListCalls[N]> | Promise<ReturnType<ListCalls[N]>>
  } = {
    ids: ({ model }, { from, to }) => model.view.array.slice(Math.max(0, from), Math.min(to, model.view.length)).map(slot => model.id[slot]!),
    indexOf: ({ model }, { id }) => indexOf(model, id),
    findUid: ({ model }, { uid }) => findUid(model, uid),
    resolve: (entry, { ids: wanted }) => resolve(entry, wanted),
  }

  async function answer(message: Extract<ToWorker, { kind: 'call' }>): Promise<void> {
    try {
      const entry = await hold(message.arg.folder)
      if (!entry) throw new Error(say('list.folderGone'))
      const perform = calls[message.name] as (entry: Held, arg: unknown) => unknown
      send({ kind: 'answer', id: message.id, result: await perform(entry, message.arg) })
    } catch (error) {
      send({ kind: 'failed', id: message.id, message: errorWords(error) })
    }
  }

  function receive(message: ToWorker): void {
    switch (message.kind) {
      case 'locale':
        return setLocale(message.locale)
      case 'watch':
        watch = message.watch
        return queueView()
      case 'saving':
        return enqueue(() => {
          if (finished.has(message.change.id) || stored.has(message.change.id)) return
          saving.set(message.change.id, message.change)
          for (const { model } of held.values()) putChange(model, message.change)
          queueView()
        })
      case 'dropped':
        return enqueue(() => {
          if (!saving.has(message.id)) return
          drop(message.id)
          queueView()
        })
      case 'refresh':
        return enqueue(() => {
          const entry = watch && held.get(watch.folder)
          if (entry) setFilter(entry.model, entry.model.filter)
          queueView()
        })
      case 'call':
        return enqueue(() => answer(message))
    }
  }

  function notice(notice: Notice): void {
    switch (notice.kind) {
      case 'rows':
        return enqueue(() => applyRows(notice))
      case 'changes':
        return enqueue(() => {
          for (const id of notice.dropped) finish(id)
          for (const change of notice.put) put(change)
          queueView()
        })
      case 'previews':
        return enqueue(() => {
          held.get(notice.folder)?.pages.forgetPreviews(notice.slots)
          if (watch?.folder === notice.folder) queueView()
        })
      case 'epoch':
        return enqueue(() => {
          held.clear()
          stored.clear()
          if (reader.epoch !== notice.epoch) reader.close()
          queueView()
        })
    }
  }

  return { receive, notice, refresh: queueView }
}
