/** Operations of ours that put messages into folders whose new mail is told, from when they are made to when they end. In memory: the queue has them at start. */
import type { OpId, OpState, Operation } from '../../../shared/operations.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import { keyOf, type FolderRef } from '../../../shared/model/folder.ts'
import { countMessages } from '../../../shared/model/message.ts'
import { countOf, normalise } from '../../../shared/ranges.ts'
import type { Outcome } from '../operations/entries.ts'
import { mostHashes, type Arrived } from './told-records.ts'

interface Arriving {
  folder: FolderRef
  hashes: ReadonlySet<number>
  /** Every message is known by its Message-ID. */
  isCertain: boolean
  /** UIDNEXT of the folder before the first effect, or lower; null until there may be one. */
  from: number | null
  /** When that was. */
  beganAt: number
  /** What it put there is in the folder's record. */
  isRecorded: boolean
}

/** So long news waits for an operation. */
const longestHoldMs = 10 * 60_000

const nothingTold: Outcome = { folders: [], transfers: [], expunged: [] }

export class OwnOperations {
  readonly #operations = new Map<OpId, Arriving>()
  readonly #now: () => number

  constructor(now: () => number = () => Date.now()) {
    this.#now = now
  }

  add(op: Operation): void {
    if ((op.kind !== 'move' && op.kind !== 'copy') || this.#operations.has(op.id)) return
    const hashes = Array.isArray(op.messages) ? op.messages.map(({ messageIdHash }) => messageIdHash) : null
    this.#operations.set(op.id, {
      folder: op.to,
      hashes: new Set(hashes?.filter(hash => hash !== 0)),
      isCertain: hashes !== null && !hashes.includes(0),
      from: null,
      beganAt: 0,
      isRecorded: false,
    })
  }

  /** Effects begin. `from`: the lowest UID they may get. */
  begin(id: OpId, from: number): void {
    const one = this.#operations.get(id)
    if (!one || one.from !== null) return
    one.from = from
    one.beganAt = this.#now()
  }

  /** What it has put there, to be recorded, once; null where that is nothing or was recorded. `outcome` null: it was refused, and may have done a part. */
  record(id: OpId, op: Operation | null, outcome: Outcome | null): Arrived | null {
    const one = this.#operations.get(id)
    if (!one || one.isRecorded || (outcome === null && one.from === null)) return null
    one.isRecorded = true
    const told = (outcome ?? nothingTold).transfers.filter(({ to, toUids }) => toUids !== null && keyOf(to) === keyOf(one.folder))
    const uids = normalise(told.flatMap(({ toUids }) => toUids ?? []))
    const isWhole = op !== null && countOf(uids) >= countMessages(op.messages)
    const isCertain = isWhole || (one.isCertain && one.hashes.size <= mostHashes)
    return { uids, uidValidity: told[0]?.toUidValidity ?? 0, hashes: [...one.hashes], blind: isCertain ? null : (one.from ?? 1) }
  }

  end({ id }: OpState): void {
    this.#operations.delete(id)
  }

  folderOf(id: OpId): FolderRef | null {
    return this.#operations.get(id)?.folder ?? null
  }

  /** The account goes. */
  forget(account: AccountId): void {
    for (const [id, { folder }] of this.#operations) if (folder.account === account) this.#operations.delete(id)
  }

  /** Tells by the hash of its Message-ID whether one puts a message into the folder. */
  into(folder: FolderRef): (hash: number) => boolean {
    const all = this.#into(folder)
    return hash => all.some(({ hashes }) => hashes.has(hash))
  }

  /** One puts messages there now that cannot be told from others. One that does not come to an end holds up news no longer: its messages may be told as such. */
  areUncertain(folder: FolderRef): boolean {
    return this.#into(folder).some(
      ({ isCertain, from, beganAt, isRecorded }) => from !== null && !isCertain && !isRecorded && this.#now() - beganAt < longestHoldMs,
    )
  }

  #into(folder: FolderRef): Arriving[] {
    const key = keyOf(folder)
    return [...this.#operations.values()].filter(one => keyOf(one.folder) === key)
  }
}
