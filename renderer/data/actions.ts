/**
 * Wishes from this window. A wish shows at once as "saving" and is handed to the core in parallel; where the core refuses it, it is taken back with an alert.
 * The inverse is computed from the flags each message had, so that undoing "mark as read" leaves those unread that were.
 */
import type { FolderId, MessageId, MessageRef } from '../../shared/model.ts'
import type { SetFlags } from '../../shared/ops.ts'
import type { Core } from './core.ts'
import type { ListClient } from './list-client.ts'

export interface FlagChange {
  add: number
  remove: number
}

/** Messages that change in the same way. */
export interface FlagStep extends FlagChange {
  ids: MessageId[]
  refs: MessageRef[]
}

export interface Undoable {
  /** What was done, in words: "Marked 3 as read". */
  label: string
  inverse: FlagStep[]
}

export interface Actions {
  /** Resolves with the number of messages that change, once the wish is kept. With a label it can be undone. */
  setFlags(folder: FolderId, ids: MessageId[], change: FlagChange, label?: (count: number) => string): Promise<number>
  /** Takes back the last wish that has a label; null where there is none. */
  undo(): Promise<Undoable | null>
  /** Local ids mean nothing any more: the cache began anew. */
  forget(): void
}

export interface ActionsContext {
  core: Core
  list: Pick<ListClient, 'call' | 'saving' | 'dropped'>
  now(): number
  newId(): string
  /** A wish was refused: it no longer shows, and the user must hear of it. */
  refused(message: string): void
  changed(canUndo: boolean): void
}

const messagesPerWish = 2000
const keptUndos = 50

/** The messages that do not have these flags as wished yet. */
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

export function createActions(context: ActionsContext): Actions {
  const { core, list } = context
  const undos: Undoable[] = []
  let lastAt = 0

  async function keepWish(op: SetFlags, ids: MessageId[]): Promise<boolean> {
    list.saving({ id: op.id, kind: op.kind, account: op.account, at: op.at, messages: ids, add: op.add, remove: op.remove })
    try {
      await core.call('ops.enqueue', op)
      return true
    } catch (error) {
      list.dropped(op.id)
      context.refused(error instanceof Error ? error.message : String(error))
      return false
    }
  }

  /** Answers how many messages are kept as changed. */
  async function perform(step: FlagStep): Promise<number> {
    const wishes: Promise<number>[] = []
    for (const [account, members] of byAccount(step)) {
      for (let from = 0; from < members.length; from += messagesPerWish) {
        const part = members.slice(from, from + messagesPerWish)
        lastAt = Math.max(context.now(), lastAt + 1) // wishes of one millisecond keep their order
        const op: SetFlags = {
          kind: 'setFlags',
          id: context.newId(),
          account,
          at: lastAt,
          messages: part.map(i => step.refs[i]!),
          add: step.add,
          remove: step.remove,
        }
        wishes.push(
          keepWish(
            op,
            part.map(i => step.ids[i]!),
          ).then(kept => (kept ? part.length : 0)),
        )
      }
    }
    return (await Promise.all(wishes)).reduce((sum, count) => sum + count, 0)
  }

  return {
    async setFlags(folder, ids, change, label) {
      const resolved = await list.call('resolve', { folder, ids })
      const count = await perform(stepFor(resolved, change))
      if (count > 0 && label) {
        undos.push({ label: label(count), inverse: inverseOf(resolved, change) })
        if (undos.length > keptUndos) undos.shift()
        context.changed(true)
      }
      return count
    },
    async undo() {
      const last = undos.pop()
      context.changed(undos.length > 0)
      if (!last) return null
      await Promise.all(last.inverse.map(perform))
      return last
    },
    forget() {
      undos.length = 0
      context.changed(false)
    },
  }
}

function byAccount({ refs }: FlagStep): Map<string, number[]> {
  const accounts = new Map<string, number[]>()
  refs.forEach(({ account }, i) => {
    const members = accounts.get(account)
    if (members) members.push(i)
    else accounts.set(account, [i])
  })
  return accounts
}
