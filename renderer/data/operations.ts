/**
 * Operations from this window. An operation shows at once as "saving" and is handed to the core in parallel; where the core refuses it, it is taken back with an alert.
 * The inverse of a change of flags is computed from the flags each message had, so that undoing "mark as read" leaves those unread that were. A move is undone
 * by taking the operation back while it waits, else by moving back.
 */
import type { AccountId } from '../../shared/model/account.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { MessageId, MessageRef } from '../../shared/model/message.ts'
import type { OpId, Operation } from '../../shared/operations.ts'
import type { Core } from './core.ts'
import type { ListClient } from './list/list-client.ts'

export interface FlagChange {
  add: number
  remove: number
}

/** Messages that change in the same way. */
export interface FlagStep extends FlagChange {
  ids: MessageId[]
  refs: MessageRef[]
}

/** A folder of an account. */
export interface FolderRef {
  account: AccountId
  path: string
}

export interface Undoable {
  /** What was done, in words: "3 archived". */
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
  /** Moves or copies messages of a folder to another of the same account. */
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
  /** The folder of this path in the cache as it is now. */
  folderId(folder: FolderRef): FolderId | null
  now(): number
  newId(): string
  /** An operation was refused: it no longer shows, and the user must hear of it. */
  refused(message: string): void
  changed(canUndo: boolean): void
}

const messagesPerOperation = 2000
const keptUndos = 50

/** The messages that do not have these flags as asked for yet. */
export function stepFor({ ids, refs, flags }: { ids: MessageId[]; refs: MessageRef[]; flags: number[] }, change: FlagChange): FlagStep {
  const concerned = ids.map((_, i) => i).filter(i => ((flags[i]! | change.add) & ~change.remove) !== flags[i])
  return { ...change, ids: concerned.map(i => ids[i]!), refs: concerned.map(i => refs[i]!) }
}

/** What brings back `flags` after `change`: messages grouped by what the change did to them. */
export function inverseOf({ ids, refs, flags }: { ids: MessageId[]; refs: MessageRef[]; flags: number[] }, change: FlagChange): FlagStep[] {
  const steps = new Map<string, FlagStep>()
  ids.forEach((id, i) => {
    const add = flags[i]! & change.remove
    const remove = ~flags[i]! & change.add
    if (add === 0 && remove === 0) return
    const step = steps.get(`${add} ${remove}`) ?? { add, remove, ids: [], refs: [] }
    step.ids.push(id)
    step.refs.push(refs[i]!)
    steps.set(`${add} ${remove}`, step)
  })
  return [...steps.values()]
}

/** An operation less what is the same for all kinds. */
type Change = { kind: 'setFlags'; add: number; remove: number } | { kind: 'move' | 'copy'; to: string } | { kind: 'expunge' }

interface Messages {
  ids: MessageId[]
  refs: MessageRef[]
}

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
    const flags = op.kind === 'setFlags' ? { add: op.add, remove: op.remove } : { add: 0, remove: 0 }
    list.saving({ id: op.id, kind: op.kind, account: op.account, at: op.at, messages: ids, ...flags })
    try {
      await core.call('ops.enqueue', op)
      return true
    } catch (error) {
      list.dropped(op.id)
      context.refused(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  /** Answers the operations that are kept. */
  async function perform(change: Change, { ids, refs }: Messages): Promise<Kept[]> {
    const operations: Promise<Kept | null>[] = []
    for (const [account, members] of byAccount(refs)) {
      for (let from = 0; from < members.length; from += messagesPerOperation) {
        const part = members.slice(from, from + messagesPerOperation)
        lastAt = Math.max(context.now(), lastAt + 1) // operations of one millisecond keep their order
        const op: Operation = { ...change, id: context.newId(), account, at: lastAt, messages: part.map(i => refs[i]!) }
        const kept = keepOperation(
          op,
          part.map(i => ids[i]!),
        )
        operations.push(kept.then(isKept => (isKept ? { op: op.id, count: part.length } : null)))
      }
    }
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
  async function moveBack(kept: Kept[], { ids, refs }: Messages, { from, to }: { from: FolderRef; to: FolderRef }, isNew: boolean): Promise<void> {
    const withdrawn = await Promise.all(kept.map(({ op }) => core.call('ops.withdraw', { id: op })))
    if (withdrawn.every(Boolean)) return
    const target = context.folderId(to)
    const resolved = target === null ? null : await list.call('resolve', { folder: target, ids })
    if (resolved && resolved.ids.length > 0) return void (await perform({ kind: 'move', to: from.path }, resolved))
    if (!isNew) throw new Error(`The messages are no longer in ${to.path}.`)
    const there = refs.map((ref): MessageRef => ({ ...ref, locators: [{ kind: 'imap', folder: to.path, uidValidity: 0, uid: 0 }] }))
    await perform({ kind: 'move', to: from.path }, { ids, refs: there })
  }

  return {
    setFlags(folder, ids, change, label) {
      async function operation() {
        const resolved = await list.call('resolve', { folder, ids })
        const count = total(await perform({ kind: 'setFlags', ...change }, stepFor(resolved, change)))
        const inverse = inverseOf(resolved, change)
        const undo = async (): Promise<void> => {
          await Promise.all(inverse.map(({ add, remove, ...step }) => perform({ kind: 'setFlags', add, remove }, step)))
        }
        return { count, undo }
      }
      return undoably(operation(), label)
    },
    transfer(kind, folder, ids, folders, label) {
      async function operation() {
        const resolved = await list.call('resolve', { folder, ids })
        const isNew = context.folderId(folders.to) === null
        const kept = await perform({ kind, to: folders.to.path }, resolved)
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

function byAccount(refs: MessageRef[]): Map<string, number[]> {
  const accounts = new Map<string, number[]>()
  refs.forEach(({ account }, i) => {
    const members = accounts.get(account)
    if (members) members.push(i)
    else accounts.set(account, [i])
  })
  return accounts
}
