/**
 * The cache as plain maps: what a reader would write from the description alone. Core tests run on it in microseconds, and the contract suite compares the
 * real cache with it. It keeps no previews' text, no bodies' bytes and tells no windows.
 */
import type { Batch, Location } from '../../../shared/batch.ts'
import { MailError } from '../../../shared/errors.ts'
import { Flag, flagsOf, readFlagList, sameFlags, type Flags } from '../../../shared/model/flags.ts'
import { keyOf, type Folder } from '../../../shared/model/folder.ts'
import { type HeaderRow, type MessageRef, type UidSet } from '../../../shared/model/message.ts'
import { isTakenAway, projectBits, type Operation, type PendingChange } from '../../../shared/operations.ts'
import { contains, countOf, fromUids, subtract, uidsOf } from '../../../shared/ranges.ts'
import type { CachePort } from './port.ts'

export interface MemoryRow {
  /** Of this row alone: two moves of one message that wait put two rows with the message's id. */
  slot: number
  id: number
  uid: number
  date: number
  size: number
  hash: number
  /** Bits. */
  flags: number
  keywords: string[]
  modseq: number
  header: unknown
  previewed: boolean
  kept: boolean
  /** The move or copy that put the row here, until the server has performed it. */
  pending: string | null
}

function headerOf(row: unknown): Pick<HeaderRow, 'from' | 'subject'> {
  const { from, subject } = row as HeaderRow
  return { from, subject }
}

export interface MemoryCache extends CachePort {
  /** Everything that must be equal after a crash and a resume: rows by folder path, cursors, overlay. Local ids are left out. */
  snapshot(): unknown
  rowsOf(path: string): MemoryRow[]
}

export function createMemoryCache(): MemoryCache {
  const epoch = 'memory'
  let lastId = 0
  let lastSlot = 0
  let lastFolder = 0
  const folders = new Map<number, { folder: Folder; rows: MemoryRow[] }>()
  const changes = new Map<string, PendingChange>()

  function entry(id: number): { folder: Folder; rows: MemoryRow[] } {
    const found = folders.get(id)
    if (!found) throw new MailError('stale', 'cache.noFolder', { folder: id })
    return found
  }

  function recount(): void {
    const waiting = new Map<number, PendingChange[]>()
    for (const change of [...changes.values()].sort((a, b) => a.at - b.at))
      for (const id of new Set(change.messages)) waiting.set(id, [...(waiting.get(id) ?? []), change])
    for (const { folder, rows } of folders.values()) {
      folder.messages = rows.length
      folder.unread = rows.filter(row => !(row.flags & Flag.seen)).length
      folder.shownUnread = rows.filter(row => {
        const mine = waiting.get(row.id) ?? []
        return (row.pending !== null || !isTakenAway(mine)) && !(projectBits(row.flags, mine) & Flag.seen)
      }).length
    }
  }

  function find(ref: MessageRef, elsewhere = false): Location | null {
    const all = [...folders.values()].filter(({ folder }) => folder.ref.account === ref.account)
    const location = (folder: Folder, row: MemoryRow): Location => ({
      message: row.id,
      folder: folder.id,
      ref: folder.ref,
      uidValidity: folder.cursor?.uidValidity ?? 0,
      uid: row.uid,
    })
    const isAt = (folder: Folder, { uid }: MemoryRow): boolean =>
      ref.locators.some(
        one => uid !== 0 && uid === one.uid && keyOf(folder.ref) === keyOf(one.folder) && folder.cursor?.uidValidity === one.uidValidity,
      )
    for (const { folder, rows } of elsewhere ? [] : all) {
      const row = rows.find(one => isAt(folder, one))
      if (row) return location(folder, row)
    }
    if (!ref.messageIdHash) return null
    const same = all.flatMap(({ folder, rows }) =>
      rows
        .filter(
          row =>
            row.hash === ref.messageIdHash && row.size === ref.size && !(elsewhere && ((row.pending !== null && row.uid === 0) || isAt(folder, row))),
        )
        .map(row => location(folder, row)),
    )
    if (elsewhere) return same.sort((a, b) => a.message - b.message)[0] ?? null
    return same.find(one => ref.locators.some(locator => keyOf(locator.folder) === keyOf(one.ref))) ?? null
  }

  function inSet({ folder: ref, uidValidity, uids }: UidSet): Location[] {
    const found = [...folders.values()].find(({ folder }) => keyOf(folder.ref) === keyOf(ref) && folder.cursor?.uidValidity === uidValidity)
    if (!found) return []
    const { folder, rows } = found
    return rows.filter(({ uid }) => contains(uids, uid)).map(({ id, uid }) => ({ message: id, folder: folder.id, ref: folder.ref, uidValidity, uid }))
  }

  function putChange(op: Operation): void {
    if (changes.has(op.id)) return
    const locations = (Array.isArray(op.messages) ? op.messages.map(ref => find(ref)) : inSet(op.messages)).filter(location => location !== null)
    const flags = op.kind === 'setFlags' ? { add: op.add, remove: op.remove } : { add: flagsOf(0), remove: flagsOf(0) }
    changes.set(op.id, { id: op.id, kind: op.kind, account: op.account, at: op.at, messages: locations.map(location => location.message), ...flags })
    if (op.kind !== 'move' && op.kind !== 'copy') return
    const target = [...folders.values()].find(({ folder }) => keyOf(folder.ref) === keyOf(op.to))
    if (!target) return
    const rows: PendingChange['rows'] = []
    for (const { folder, message, uid } of locations) {
      if (folder === target.folder.id) continue
      const row = entry(folder).rows.find(one => one.id === message)!
      const id = op.kind === 'copy' ? ++lastId : row.id
      const slot = ++lastSlot
      target.rows.push({ ...row, slot, id, uid: 0, modseq: 0, kept: op.kind === 'move' && row.kept, pending: op.id })
      target.folder.slots++
      target.folder.awaiting++
      rows.push({ folder: target.folder.id, slot, source: folder, uid, message })
    }
    changes.get(op.id)!.rows = rows
  }

  function pendingRow(one: NonNullable<PendingChange['rows']>[number]): MemoryRow | undefined {
    return folders.get(one.folder)?.rows.find(row => row.slot === one.slot)
  }

  function dropChange(id: string): void {
    for (const one of changes.get(id)?.rows ?? []) {
      const waiting = pendingRow(one)
      if (waiting?.pending && waiting.uid !== 0) waiting.pending = null
      else if (waiting?.pending) keep(one.folder, row => row.slot !== one.slot)
    }
    changes.delete(id)
  }

  function setFlags(folder: Folder, row: MemoryRow, { bits, keywords }: Flags, modseq: number | null, asOf: number): boolean {
    const stale = modseq && row.modseq ? modseq < row.modseq : asOf < folder.asOf
    if (stale) return false
    const changed = !sameFlags({ bits: row.flags, keywords: row.keywords }, { bits, keywords })
    row.flags = bits
    row.keywords = keywords
    row.modseq = modseq ?? row.modseq
    return changed
  }

  function add(folder: Folder, rows: MemoryRow[], batch: Batch): void {
    const { uids, hashes, sizes, dates, flags, modseqs, pages } = batch.add!
    const flagsAt = readFlagList(flags)
    const headers = pages.flatMap(page => JSON.parse(page) as unknown[])
    if (headers.length !== uids.length)
      throw new MailError('invalid', 'cache.malformed', { field: 'add.pages', found: headers.length, expected: uids.length })
    uids.forEach((uid, i) => {
      const modseq = modseqs?.[i] ?? null
      const known = rows.find(row => row.uid === uid)
      const orphan = rows.find(
        row => row.uid === 0 && row.size === sizes[i] && (row.hash ? row.hash === hashes[i] : !hashes[i] && row.date === dates[i]),
      )
      if (known) setFlags(folder, known, flagsAt(i), modseq, batch.asOf)
      else if (orphan) {
        orphan.uid = uid
        folder.awaiting--
        setFlags(folder, orphan, flagsAt(i), modseq, batch.asOf)
      } else {
        rows.push({
          slot: ++lastSlot,
          id: ++lastId,
          uid,
          date: dates[i]!,
          size: sizes[i]!,
          hash: hashes[i]!,
          flags: flagsAt(i).bits,
          keywords: flagsAt(i).keywords,
          modseq: modseq ?? 0,
          header: headers[i],
          previewed: false,
          kept: false,
          pending: null,
        })
        folder.slots++
      }
    })
  }

  function keep(id: number, stays: (row: MemoryRow) => boolean): number {
    const found = entry(id)
    const before = found.rows.length
    found.folder.awaiting -= found.rows.filter(row => row.uid === 0 && !stays(row)).length
    found.rows.splice(0, before, ...found.rows.filter(stays))
    return before - found.rows.length
  }

  const applied = (folder: Folder) => ({ rev: ++folder.rev, slots: folder.slots, messages: folder.messages, awaiting: folder.awaiting })

  return {
    snapshot: () => ({
      folders: [...folders.values()]
        .map(({ folder, rows }) => ({
          path: folder.ref.path,
          cursor: folder.cursor && { ...folder.cursor, verifiedAt: null },
          rows: [...rows]
            .sort((a, b) => a.uid - b.uid)
            .map(({ uid, flags, keywords, header, hash }) => ({ uid, flags, keywords: [...keywords].sort(), header, hash })),
        }))
        .sort((a, b) => (a.path < b.path ? -1 : 1)),
      changes: [...changes.keys()].sort(),
    }),
    rowsOf: path => [...folders.values()].find(({ folder: { ref } }) => keyOf(ref) === keyOf({ ...ref, path }))?.rows ?? [],
    async attach({ stores, operations: ops }) {
      const isThere = ({ ref }: Folder): boolean => stores.some(({ account, store }) => account === ref.account && store === ref.store)
      for (const [id, { folder }] of folders) if (!isThere(folder)) folders.delete(id)
      for (const id of [...changes.keys()]) if (!ops.some(op => op.id === id)) dropChange(id)
      for (const op of ops) putChange(op)
      recount()
      return { epoch, folders: structuredClone([...folders.values()].map(({ folder }) => folder)) }
    },
    async folders({ account, store, folders: listed }) {
      const refOf = (path: string) => ({ account, store, path })
      const isMine = ({ ref }: Folder): boolean => ref.account === account && ref.store === store
      const mine = [...folders.values()].filter(({ folder }) => isMine(folder))
      for (const { path, parent, ...one } of listed) {
        const known = { ...one, ref: refOf(path), parent: parent === '' ? null : refOf(parent) }
        const old = mine.find(({ folder }) => keyOf(folder.ref) === keyOf(known.ref))
        if (old) Object.assign(old.folder, known)
        else {
          const id = ++lastFolder
          const fresh = {
            cursor: null,
            keywords: [],
            messages: 0,
            unread: 0,
            shownUnread: 0,
            server: null,
            slots: 0,
            awaiting: 0,
            rev: 0,
            asOf: 0,
            checkedAt: null,
          }
          folders.set(id, { folder: { ...known, ...fresh, id, format: 2 }, rows: [] })
        }
      }
      const there = new Set(listed.map(({ path }) => keyOf(refOf(path))))
      if (listed.some(one => one.role === 'inbox')) for (const { folder } of mine) if (!there.has(keyOf(folder.ref))) folders.delete(folder.id)
      return structuredClone([...folders.values()].map(({ folder }) => folder).filter(isMine))
    },
    async apply(batch) {
      const { folder, rows } = entry(batch.folder)
      if (folder.cursor && folder.cursor.uidValidity !== batch.uidValidity)
        throw new MailError('stale', 'cache.renumbered', { folder: folder.name, uidValidity: batch.uidValidity })
      for (const id of batch.finished ?? []) changes.delete(id)
      if (batch.add) add(folder, rows, batch)
      const changed = batch.flags && readFlagList(batch.flags.flags)
      batch.flags?.uids.forEach((uid, i) => {
        const row = rows.find(one => one.uid === uid)
        if (row) setFlags(folder, row, changed!(i), batch.flags!.modseqs?.[i] ?? null, batch.asOf)
      })
      if (batch.gone) keep(batch.folder, row => row.uid === 0 || !contains(batch.gone!, row.uid))
      if (batch.cursor) folder.cursor = structuredClone(batch.cursor)
      if (batch.server) folder.server = batch.server
      if (batch.checkedAt !== undefined) folder.checkedAt = batch.checkedAt
      folder.asOf = Math.max(folder.asOf, batch.asOf)
      recount()
      return applied(folder)
    },
    async compare({ folder: id, uidValidity, asOf, uids, uidNext, flags, complete }) {
      const { folder, rows } = entry(id)
      if (folder.cursor?.uidValidity !== uidValidity) throw new MailError('stale', 'cache.renumbered', { folder: folder.name, uidValidity })
      let changed = 0
      if (flags) {
        const expanded = flags.flatMap(([count, bits, keywords]) => Array<Flags>(count).fill({ bits, keywords }))
        if (expanded.length !== countOf(uids))
          throw new MailError('invalid', 'cache.malformed', { field: 'flags', found: expanded.length, expected: countOf(uids) })
        let i = 0
        for (const uid of uidsOf(uids)) {
          const row = rows.find(one => one.uid === uid)
          if (row && setFlags(folder, row, expanded[i]!, null, asOf)) changed++
          i++
        }
      }
      const missing = subtract(uids, fromUids(rows.filter(row => row.uid !== 0).map(row => row.uid)))
      const gone = complete ? keep(id, row => row.uid === 0 || row.uid >= uidNext || contains(uids, row.uid)) : 0
      folder.asOf = Math.max(folder.asOf, asOf)
      recount()
      return { missing, gone, changed }
    },
    async relink({ folder: id, uidValidity, finish }) {
      const { folder, rows } = entry(id)
      if (finish) {
        if (folder.cursor?.uidValidity === uidValidity) keep(id, row => row.uid !== 0 || row.pending !== null)
      } else if (folder.cursor?.uidValidity !== uidValidity) {
        for (const row of rows) Object.assign(row, { uid: 0, modseq: 0 })
        folder.cursor = { uidValidity, uidNext: 1, modseq: null, known: [], verifiedAt: null }
        folder.awaiting = rows.length
        for (const change of changes.values()) for (const one of change.rows ?? []) if (one.source === id) one.uid = 0
      }
      recount()
      return applied(folder)
    },
    async transfer({ op, finished, from, uidValidity, uids, moves, to, toUidValidity, toUids, asOf }) {
      const source = entry(from)
      if (source.folder.cursor?.uidValidity !== uidValidity)
        throw new MailError('stale', 'cache.renumbered', { folder: source.folder.name, uidValidity })
      const change = changes.get(op)
      const target = to === null ? undefined : folders.get(to)
      uids.forEach((uid, i) => {
        const message = source.rows.find(row => row.uid === uid)?.id
        const one = change?.rows?.find(rows => rows.source === from && ((rows.uid !== 0 && rows.uid === uid) || rows.message === message))
        const row = one && pendingRow(one)
        if (!row || !target) return
        if (finished !== null) row.pending = null
        if (row.uid !== 0 || !toUids || target.folder.cursor?.uidValidity !== toUidValidity) return
        if (target.rows.some(other => other.uid === toUids[i])) keep(target.folder.id, other => other !== row)
        else {
          row.uid = toUids[i]!
          target.folder.awaiting--
        }
      })
      if (moves) keep(from, row => row.uid === 0 || !uids.includes(row.uid))
      source.folder.asOf = Math.max(source.folder.asOf, asOf)
      if (finished !== null) {
        for (const one of change?.rows ?? []) {
          const row = pendingRow(one)
          if (row) row.pending = null
        }
        changes.delete(finished)
      }
      recount()
      return { from: applied(source.folder), to: target ? applied(target.folder) : null }
    },
    async overlay({ put, drop }) {
      for (const id of drop) dropChange(id)
      for (const op of put) putChange(op)
      recount()
      return null
    },
    resolve: async ({ refs, elsewhere }) => refs.map(ref => find(ref, elsewhere)),
    async numbersOf({ op }) {
      const ids = new Set(changes.get(op)?.messages)
      const found = [...folders.values()].find(({ rows }) => rows.some(row => row.pending === null && ids.has(row.id)))
      if (!found) return null
      const mine = found.rows.filter(row => row.pending === null && ids.has(row.id))
      const uids = fromUids(mine.filter(({ uid }) => uid !== 0).map(({ uid }) => uid))
      return { uidValidity: found.folder.cursor?.uidValidity ?? 0, uids, awaiting: mine.length - countOf(uids) }
    },
    async newest({ folder: id, uidValidity, uids, limit }) {
      const { folder, rows } = entry(id)
      if (folder.cursor?.uidValidity !== uidValidity) return []
      return rows
        .filter(({ uid }) => contains([uids], uid))
        .sort((a, b) => b.uid - a.uid)
        .slice(0, limit)
        .map(({ uid, hash, flags, header }) => ({ uid, hash, bits: flags, header: headerOf(header) }))
    },
    async putBody({ message }) {
      for (const { rows } of folders.values()) for (const row of rows) if (row.id === message) row.kept = true
      return null
    },
    async withoutBody({ folder: id, among, limit }) {
      const newest = entry(id)
        .rows.filter(row => row.uid !== 0)
        .sort((a, b) => b.date - a.date)
        .slice(0, among)
      return newest
        .filter(row => !row.kept)
        .slice(0, limit)
        .map(row => ({ message: row.id, uid: row.uid }))
    },
    putParts: async () => null,
    async putPreviews({ folder: id, uids }) {
      for (const row of entry(id).rows) if (uids.includes(row.uid)) row.previewed = true
      return null
    },
    async withoutPreview({ folder: id, limit }) {
      const lacking = entry(id).rows.filter(row => !row.previewed && row.uid !== 0)
      return fromUids(
        lacking
          .map(row => row.uid)
          .sort((a, b) => b - a)
          .slice(0, limit),
      )
    },
  }
}
