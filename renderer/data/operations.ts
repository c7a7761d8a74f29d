/**
 * Operations from this window. An operation shows at once as "saving" and is handed to the core in parallel; where the core refuses it, it is taken back with an alert.
 * The inverse of a change of flags is computed from the flags each message had, so that undoing "mark as read" leaves those unread that were. A move is undone
 * by taking the operation back while it waits, else by moving back.
 */
import { flagsOf, type Flags } from '../../shared/model/flags.ts'
import type { FolderId, FolderRef } from '../../shared/model/folder.ts'
import type { MessageId, MessageRef, MessageSet } from '../../shared/model/message.ts'
import type { OpId, Operation } from '../../shared/operations.ts'
import type { Core } from './core.ts'
import { fromUids } from '../../shared/ranges.ts'
import type { ListClient } from './list/list-client.ts'
import type { Resolved } from './list/list-protocol.ts'
import { errorWords } from './words/errors.ts'
import { say } from './words/say.ts'

/** Bits of `Flag`. */
export interface FlagChange {
  add: number
  remove: number
}

/** Messages that change in the same way. */
export interface FlagStep extends FlagChange {
  messages: Resolved
}

export interface Undoable {
  /** What is said once it is taken back: "Undone: 3 archived." */
  label: string
  undo(): Promise<void>
}

type Label = (count: number) => string

/** What came of an operation, once it is kept. */
export interface Done {
  /** Messages that change. */
  count: number
  /** Takes this operation back, whatever was asked for since; null where that was done already. Absent where there is no way back. */
  takeBack?: () => Promise<Undoable | null>
}

export interface Actions {
  /** With a label it can be undone. */
  setFlags(folder: FolderId, ids: MessageId[], change: FlagChange, label?: Label): Promise<Done>
  /** Moves or copies messages of a folder to another of the same store. */
  transfer(kind: 'move' | 'copy', folder: FolderId, ids: MessageId[], folders: { from: FolderRef; to: FolderRef }, label: Label): Promise<Done>
  /** Deletes messages for good. There is no way back. */
  expunge(folder: FolderId, ids: MessageId[]): Promise<number>
  /** Takes back the last operation that has a label; null where there is none. */
  undo(): Promise<Undoable | null>
  /** Local ids mean nothing any more: the cache began anew. */
  forget(): void
}

export interface ActionsContext {
  core: Core
  list: Pick<ListClient, 'call' | 'saving' | 'dropped'>
  /** The folder in the cache as it is now. */
  folderId(folder: FolderRef): FolderId | null
  now(): number
  newId(): string
  /** An operation was refused: it no longer shows, and the user must hear of it. */
  refused(message: string): void
  changed(canUndo: boolean): void
}

/** More are named by UID alone: references to a million messages would be 200 MB of journal. */
const mostRefs = 1000
const keptUndos = 50

function pick(all: Resolved, indexes: number[]): Resolved {
  const of = (values: number[]): number[] => indexes.map(i => values[i]!)
  return { ...all, ids: of(all.ids), uids: of(all.uids), hashes: of(all.hashes), sizes: of(all.sizes), dates: of(all.dates), flags: of(all.flags) }
}

/** Messages by reference: found wherever they went meanwhile. */
export function toRefs({ folder, uidValidity, ids, uids, hashes, sizes, dates }: Resolved): MessageRef[] {
  return ids.map((_, i) => ({
    account: folder.account,
    locators: [{ kind: 'uid', folder, uidValidity, uid: uids[i]! }],
    messageIdHash: hashes[i]!,
    size: sizes[i]!,
    date: dates[i]!,
  }))
}

/** The operations it takes to name all of them: a few by reference, very many by UID. */
function parted(all: Resolved): { part: Resolved; messages: MessageSet }[] {
  const indexes = all.ids.map((_, i) => i)
  const numbered = indexes.length > mostRefs ? indexes.filter(i => all.uids[i] !== 0) : []
  const others = numbered.length > 0 ? indexes.filter(i => all.uids[i] === 0) : indexes
  const parts: { part: Resolved; messages: MessageSet }[] = []
  if (numbered.length > 0) {
    const part = pick(all, numbered)
    parts.push({ part, messages: { folder: all.folder, uidValidity: all.uidValidity, uids: fromUids(part.uids) } })
  }
  for (let from = 0; from < others.length; from += mostRefs) {
    const part = pick(all, others.slice(from, from + mostRefs))
    parts.push({ part, messages: toRefs(part) })
  }
  return parts
}

/** The messages that do not have these flags as asked for yet. */
export function stepFor(messages: Resolved, change: FlagChange): FlagStep {
  const concerned = messages.flags.flatMap((bits, i) => (((bits | change.add) & ~change.remove) !== bits ? [i] : []))
  return { ...change, messages: pick(messages, concerned) }
}

/** What brings back `flags` after `change`: messages grouped by what the change did to them. */
export function inverseOf(messages: Resolved, change: FlagChange): FlagStep[] {
  const groups = new Map<string, { add: number; remove: number; indexes: number[] }>()
  messages.flags.forEach((bits, i) => {
    const add = bits & change.remove
    const remove = ~bits & change.add
    if (add === 0 && remove === 0) return
    const group = groups.get(`${add} ${remove}`)
    if (group) group.indexes.push(i)
    else groups.set(`${add} ${remove}`, { add, remove, indexes: [i] })
  })
  return [...groups.values()].map(({ add, remove, indexes }) => ({ add, remove, messages: pick(messages, indexes) }))
}

/** An operation less what is the same for all kinds. */
type Change = { kind: 'setFlags'; add: Flags; remove: Flags } | { kind: 'move' | 'copy'; to: FolderRef } | { kind: 'expunge' }

const toChange = ({ add, remove }: FlagChange): Change => ({ kind: 'setFlags', add: flagsOf(add), remove: flagsOf(remove) })

interface Kept {
  op: OpId
  count: number
}

export function createActions(context: ActionsContext): Actions {
  const { core, list } = context
  /** What can be taken back, from the moment it is asked for: null in the end where nothing came of it. */
  const undos: Promise<Undoable | null>[] = []
  let lastAt = 0

  async function keepOperation(op: Operation, ids: MessageId[]): Promise<boolean> {
    const flags = op.kind === 'setFlags' ? { add: op.add, remove: op.remove } : { add: flagsOf(0), remove: flagsOf(0) }
    list.saving({ id: op.id, kind: op.kind, account: op.account, at: op.at, messages: ids, ...flags })
    try {
      await core.call('ops.enqueue', op)
      return true
    } catch (error) {
      list.dropped(op.id)
      context.refused(errorWords(error))
      return false
    }
  }

  /** Answers the operations that are kept. */
  async function perform(change: Change, all: Resolved): Promise<Kept[]> {
    const operations = parted(all).map(async ({ part, messages }): Promise<Kept | null> => {
      lastAt = Math.max(context.now(), lastAt + 1) // operations of one millisecond keep their order
      const op: Operation = { ...change, id: context.newId(), account: all.folder.account, at: lastAt, messages }
      return (await keepOperation(op, part.ids)) ? { op: op.id, count: part.ids.length } : null
    })
    return (await Promise.all(operations)).filter(kept => kept !== null)
  }

  function remember(undoable: Promise<Undoable | null>): Promise<Undoable | null> {
    const entry = undoable.catch(() => null) // who asked for hears of the failure
    undos.push(entry)
    if (undos.length > keptUndos) void undos.shift()
    context.changed(true)
    void entry.then(done => {
      if (done === null && undos.includes(entry)) void undos.splice(undos.indexOf(entry), 1)
      context.changed(undos.length > 0)
    })
    return entry
  }

  async function takeBack(entry: Promise<Undoable | null> | undefined): Promise<Undoable | null> {
    const at = entry ? undos.indexOf(entry) : -1
    if (at < 0) return null
    const [one] = undos.splice(at, 1)
    context.changed(undos.length > 0)
    const undoable = await one!
    await undoable?.undo()
    return undoable
  }

  /** Runs what can be undone. */
  async function undoably(operation: Promise<{ count: number; undo(): Promise<void> }>, label: Label | undefined): Promise<Done> {
    const entry = label && remember(operation.then(({ count, undo }) => (count > 0 ? { label: label(count), undo } : null)))
    const { count } = await operation
    return { count, ...(entry && { takeBack: () => takeBack(entry) }) }
  }

  const total = (kept: Kept[]): number => kept.reduce((sum, { count }) => sum + count, 0)

  /**
   * Takes the operations back that still wait; moves back what has gone already. A folder that the move created knew no local ids: there the messages are meant by
   * their identity.
   */
  async function moveBack(kept: Kept[], messages: Resolved, { from, to }: { from: FolderRef; to: FolderRef }, isNew: boolean): Promise<void> {
    const withdrawn = await Promise.all(kept.map(({ op }) => core.call('ops.withdraw', { id: op })))
    if (withdrawn.every(Boolean)) return
    const target = context.folderId(to)
    const resolved = target === null ? null : await list.call('resolve', { folder: target, ids: messages.ids })
    if (resolved && resolved.ids.length > 0) return void (await perform({ kind: 'move', to: from }, resolved))
    if (!isNew) throw new Error(say('operations.notThere', { folder: to.path }))
    await perform({ kind: 'move', to: from }, { ...messages, folder: to, uidValidity: 0, uids: messages.uids.map(() => 0) })
  }

  return {
    setFlags(folder, ids, change, label) {
      async function operation() {
        const resolved = await list.call('resolve', { folder, ids })
        const count = total(await perform(toChange(change), stepFor(resolved, change).messages))
        const inverse = inverseOf(resolved, change)
        const undo = async (): Promise<void> => {
          await Promise.all(inverse.map(step => perform(toChange(step), step.messages)))
        }
        return { count, undo }
      }
      return undoably(operation(), label)
    },
    transfer(kind, folder, ids, folders, label) {
      async function operation() {
        const resolved = await list.call('resolve', { folder, ids })
        const isNew = context.folderId(folders.to) === null
        const kept = await perform({ kind, to: folders.to }, resolved)
        return { count: total(kept), undo: () => moveBack(kept, resolved, folders, isNew) }
      }
      return undoably(operation(), kind === 'move' ? label : undefined)
    },
    async expunge(folder, ids) {
      return total(await perform({ kind: 'expunge' }, await list.call('resolve', { folder, ids })))
    },
    undo: () => takeBack(undos.at(-1)),
    forget() {
      undos.length = 0
      context.changed(false)
    },
  }
}
