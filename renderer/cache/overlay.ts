/**
 * The overlay: changes that wait. What a move or copy will bring is put into the target at once, as rows without UID (`State.pending`) under the message's own
 * local id; they get their UID from COPYUID, or are adopted by the target's next sync, or go when the change is refused.
 */
import { State, blockSlots, pageSlots, type Applied, type Notice, type Transfer } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import { flagsOf } from '../../shared/model/flags.ts'
import type { Folder, FolderId, FolderRef } from '../../shared/model/folder.ts'
import type { Preview } from '../../shared/model/message.ts'
import type { OpId, Operation, PendingChange } from '../../shared/operations.ts'
import { appendSlots, beginWork, finishWork, removeSlots, takeIds, toApplied, type SlotRow, type Work } from './rows.ts'
import { addOrphan, dropOrphan, forgetChanges, identity, indexRows, loadChanges, overlayUnread, requireFolder, type CacheContext } from './context.ts'
import { appendPages } from './header-pages.ts'
import { folderOf } from './folders.ts'
import { keywordIndexes } from './keywords.ts'
import { idsIn, resolveRefs } from './resolve.ts'
import { moveTo, addLocations, locationsOf } from './where.ts'

type PendingRows = NonNullable<PendingChange['rows']>

/** Adds and removes changes; answers what windows must hear. */
export async function changeOverlay(context: CacheContext, put: Operation[], drop: OpId[]): Promise<Notice[]> {
  const notices: Notice[] = []
  const changes = await loadChanges(context)
  for (const id of drop) {
    const change = changes.get(id)
    if (change?.rows) notices.push(...(await takeBack(context, change.rows)))
  }
  await forgetChanges(context, drop)
  const added: PendingChange[] = []
  for (const op of put) {
    if (changes.has(op.id)) continue
    const change = await toPendingChange(context, op)
    if (op.kind === 'move' || op.kind === 'copy') {
      const rows = await putRows(context, op, change)
      if (rows) {
        change.rows = rows.rows
        notices.push(rows.notice)
      }
    }
    changes.set(change.id, change)
    added.push(change)
  }
  await context.database.changes.bulkPut(added)
  await recountShown(context)
  return [...notices, { kind: 'changes', put: added, dropped: drop }]
}

/** The operation as the overlay keeps it; messages the cache does not know are left out. */
async function toPendingChange(context: CacheContext, op: Operation): Promise<PendingChange> {
  const messages = Array.isArray(op.messages)
    ? (await resolveRefs(context, op.messages)).filter(one => one !== null).map(one => one.message)
    : await idsIn(context, op.messages)
  const flags = op.kind === 'setFlags' ? { add: op.add, remove: op.remove } : { add: flagsOf(0), remove: flagsOf(0) }
  return { id: op.id, kind: op.kind, account: op.account, at: op.at, messages, ...flags }
}

/** Puts rows for the messages of a move or copy into its target; null where the cache does not know the target. */
async function putRows(
  context: CacheContext,
  op: { to: FolderRef; kind: 'move' | 'copy' },
  change: PendingChange,
): Promise<{ rows: PendingRows; notice: Notice } | null> {
  const { database } = context
  const target = await folderOf(context, op.to)
  if (!target) return null
  const bySource = new Map<FolderId, number[]>()
  for (const one of await locationsOf(database, change.messages)) {
    if (!one || one.folder === target.id) continue
    const slots = bySource.get(one.folder)
    if (slots) slots.push(one.slot)
    else bySource.set(one.folder, [one.slot])
  }
  const rows: PendingRows = []
  const work = await beginWork(context, target, target.asOf)
  for (const [source, slots] of bySource) {
    const copies = await readRows(context, await requireFolder(context, source), slots)
    const from = target.slots
    const firstId = op.kind === 'copy' ? await takeIds(context, copies.length) : null
    await appendPages(database, target.id, from, pagesOf(copies.map(({ header }) => header)), copies.length, null)
    await appendSlots(
      work,
      copies.map(({ row, names }, i) => ({
        ...row,
        uid: 0,
        modseq: 0,
        id: firstId === null ? row.id : firstId + i,
        state: pendingState(row.state, op.kind),
        keywords: keywordIndexes(target, names),
      })),
    )
    await putPreviews(context, target.id, from, copies)
    const pendingSlots = copies.map((_, i) => from + i)
    const hashes = copies.map(({ row }) => row.hash)
    if (firstId !== null) await addLocations(database, target.id, firstId, pendingSlots, hashes)
    copies.forEach(({ row }, i) => {
      addOrphan(work.index, identity(row.hash, row.size, row.date), from + i)
      rows.push({ folder: target.id, slot: from + i, source, uid: row.uid, message: row.id })
    })
  }
  if (rows.length === 0) return null
  const notice = await finishWork(work)
  return notice && { rows, notice }
}

function pendingState(state: number, kind: 'move' | 'copy'): number {
  const kept = State.attachments | State.previewed | (kind === 'move' ? State.offline : 0) // a copy has a local id of its own, and no body yet
  return (state & kept) | State.pending
}

function pagesOf(headers: unknown[]): string[] {
  const pages: string[] = []
  for (let i = 0; i < headers.length; i += pageSlots) pages.push(JSON.stringify(headers.slice(i, i + pageSlots)))
  return pages
}

interface RowCopy {
  /** Its keywords mean nothing in another folder: `names`. */
  row: SlotRow
  names: string[]
  header: unknown
  preview: Preview | undefined
}

async function readRows(context: CacheContext, folder: Folder, slots: number[]): Promise<RowCopy[]> {
  const { database } = context
  const work = await beginWork(context, folder, folder.asOf)
  await work.columns.load(slots)
  await work.marks.load(slots)
  const numbers = [...new Set(slots.map(slot => Math.floor(slot / pageSlots)))]
  const keys = numbers.map(n => [folder.id, n] as [FolderId, number])
  const pages = new Map(
    (await database.pages.bulkGet(keys)).filter(page => page !== undefined).map(page => [page.n, JSON.parse(page.json) as unknown[]]),
  )
  const previews = new Map((await database.previews.bulkGet(keys)).filter(page => page !== undefined).map(page => [page.n, page.items]))
  return slots.map(slot => {
    const at = slot % blockSlots
    const columns = work.columns.at(slot)
    const marks = work.marks.at(slot)
    const n = Math.floor(slot / pageSlots)
    return {
      row: {
        uid: columns.uid[at]!,
        id: columns.id[at]!,
        date: columns.date[at]!,
        size: columns.size[at]!,
        hash: columns.hash[at]!,
        flags: marks.flags[at]!,
        keywords: [],
        state: marks.state[at]!,
        thread: marks.thread[at]!,
        modseq: 0,
      },
      names: (marks.keywords?.[at] ?? []).map(index => folder.keywords[index]!),
      header: pages.get(n)?.[slot % pageSlots] ?? { from: [], to: [], subject: '' },
      preview: previews.get(n)?.[slot % pageSlots],
    }
  })
}

async function putPreviews({ database }: CacheContext, folder: FolderId, from: number, copies: RowCopy[]): Promise<void> {
  const numbers = [...new Set(copies.map((_, i) => Math.floor((from + i) / pageSlots)))]
  const stored = await database.previews.bulkGet(numbers.map(n => [folder, n] as [FolderId, number]))
  const records = new Map(numbers.map((n, i) => [n, stored[i] ?? { folder, n, format: 1 as const, items: {} }]))
  copies.forEach(({ preview }, i) => {
    const slot = from + i
    if (preview) records.get(Math.floor(slot / pageSlots))!.items[slot % pageSlots] = preview
  })
  await database.previews.bulkPut([...records.values()])
}

/** Rows that were put somewhere for a change that will not come true; those that got a UID in pieces of it are there. */
async function takeBack(context: CacheContext, rows: PendingRows): Promise<Notice[]> {
  const notices: Notice[] = []
  for (const id of new Set(rows.map(({ folder }) => folder))) {
    const folder = await context.database.folders.get(id)
    if (!folder) continue
    const work = await beginWork(context, folder, folder.asOf)
    const slots = rows.filter(one => one.folder === id).map(({ slot }) => slot)
    await work.marks.load(slots)
    await work.columns.load(slots)
    const waiting = slots.filter(slot => work.marks.at(slot).state[slot % blockSlots]! & State.pending)
    const isThere = (slot: number): boolean => work.columns.at(slot).uid[slot % blockSlots] !== 0
    for (const slot of waiting.filter(isThere)) stopWaiting(work, slot)
    await removeSlots(
      work,
      waiting.filter(slot => !isThere(slot)),
    )
    const notice = await finishWork(work)
    context.indexes.delete(id) // its orphans name the slots
    if (notice) notices.push(notice)
  }
  return notices
}

/**
 * What the server made of a move or copy, all of it or one piece of very many: rows leave the source, those in the target get their UID. They stay what the change put
 * there until the last piece: its messages are taken away wherever they are.
 */
export async function applyTransfer(
  context: CacheContext,
  transfer: Transfer,
): Promise<{ result: { from: Applied; to: Applied | null }; notices: (Notice | null)[] }> {
  const source = await requireFolder(context, transfer.from)
  if (source.cursor?.uidValidity !== transfer.uidValidity)
    throw new MailError('stale', 'cache.renumbered', { folder: source.name, uidValidity: transfer.uidValidity })
  const change = (await loadChanges(context)).get(transfer.op)
  const isLast = transfer.finished !== null
  const notices: (Notice | null)[] = []
  const target = transfer.to === null ? undefined : await context.database.folders.get(transfer.to)
  if (target) {
    const slotOf = await pendingSlots(context, change, source)
    const work = await beginWork(context, target, target.asOf)
    const slots = transfer.uids.map(slotOf)
    const known = slots.filter(slot => slot !== undefined)
    await work.columns.load(known)
    await work.marks.load(known)
    const trusted = transfer.toUids !== null && target.cursor?.uidValidity === transfer.toUidValidity
    const twice: number[] = []
    const moved: [number, FolderId, number][] = []
    slots.forEach((slot, i) => {
      if (slot === undefined) return
      if (!arrive(work, slot, trusted ? transfer.toUids![i]! : 0, isLast)) twice.push(slot)
      else if (transfer.moves) moved.push([work.columns.at(slot).id[slot % blockSlots]!, target.id, slot])
    })
    await removeSlots(work, twice)
    await moveTo(context.database, moved)
    notices.push(await finishWork(work, [], isLast && (change?.rows?.length ?? 0) > 0, false)) // a window asks for UIDs once, with the last
  }
  const work = await beginWork(context, source, transfer.asOf)
  if (transfer.moves)
    await removeSlots(
      work,
      transfer.uids.map(uid => work.index.uids.get(uid)).filter(slot => slot !== undefined),
    )
  source.asOf = Math.max(source.asOf, transfer.asOf)
  if (transfer.finished !== null) {
    notices.push(...(await release(context, change?.rows ?? [])))
    await forgetChanges(context, [transfer.finished])
  }
  notices.push(await finishWork(work, transfer.finished === null ? [] : [transfer.finished], false, false))
  if (isLast) await recountShown(context)
  const after = target && (await context.database.folders.get(target.id))
  return { result: { from: toApplied(source), to: after ? toApplied(after) : null }, notices }
}

/** From a UID of the source to the slot that was put into the target for it: by the UID it had then, else by the message. */
async function pendingSlots(context: CacheContext, change: PendingChange | undefined, source: Folder): Promise<(uid: number) => number | undefined> {
  const index = change && indexRows(context, change)
  const mine = index?.bySource.get(source.id)
  if (!mine) return () => undefined
  const rows = change!.rows!
  const work = await beginWork(context, source, source.asOf)
  await work.columns.loadAll(mine.isWhole ? 0 : source.slots)
  return uid => {
    const known = mine.byUid.get(uid)
    if (known !== undefined || mine.isWhole) return known === undefined ? undefined : rows[known]!.slot
    const slot = work.index.uids.get(uid)
    const row = slot === undefined ? undefined : index!.byMessage.get(work.columns.at(slot).id[slot % blockSlots]!)
    return row === undefined || rows[row]!.source !== source.id ? undefined : rows[row]!.slot
  }
}

/** Rows the server did not tell of: the target's next sync adopts them, or finds that they are not there. */
async function release(context: CacheContext, rows: PendingRows): Promise<Notice[]> {
  const notices: Notice[] = []
  for (const id of new Set(rows.map(({ folder }) => folder))) {
    const folder = await context.database.folders.get(id)
    if (!folder) continue
    const work = await beginWork(context, folder, folder.asOf)
    const slots = rows.filter(one => one.folder === id).map(({ slot }) => slot)
    await work.marks.load(slots)
    for (const slot of slots) if (work.marks.at(slot).state[slot % blockSlots]! & State.pending) stopWaiting(work, slot)
    const notice = await finishWork(work, [], work.changed.size > blockSlots, false) // so many are sooner loaded than told
    if (notice) notices.push(notice)
  }
  return notices
}

function stopWaiting(work: Work, slot: number): void {
  const marks = work.marks.at(slot)
  marks.state[slot % blockSlots]! &= ~State.pending
  work.marks.touch(marks)
  work.changed.add(slot)
}

/** Gives a row its UID; `isLast`: it waits no more. False where the folder has that UID in another row already. */
function arrive(work: Work, slot: number, uid: number, isLast: boolean): boolean {
  const at = slot % blockSlots
  const columns = work.columns.at(slot)
  if (work.marks.at(slot).state[at]! & State.dead) return false
  if (isLast) stopWaiting(work, slot)
  if (uid === 0 || columns.uid[at] !== 0) return true // its UID comes with the next sync, or came with the last
  dropOrphan(work.index, identity(columns.hash[at]!, columns.size[at]!, columns.date[at]!), slot)
  if (work.index.uids.get(uid) !== undefined) return false
  columns.uid[at] = uid
  work.columns.touch(columns)
  work.index.uids.set(uid, slot)
  work.folder.awaiting--
  return true
}

export async function recountShown(context: CacheContext): Promise<void> {
  const deltas = await overlayUnread(context)
  for (const folder of await context.database.folders.toArray()) {
    const shownUnread = folder.unread + (deltas.get(folder.id) ?? 0)
    if (shownUnread !== folder.shownUnread) await context.database.folders.update(folder.id, { shownUnread })
  }
}
