/**
 * The cache as the core sees it: the calls of `cacheCalls`, answered by cache.html, by the same code on fake-indexeddb, or by `createMemoryCache` in tests.
 *
 * `CacheLink` makes "no cache attached" a normal state: who needs the cache awaits an attachment, and starts again from the next one's cursors when the
 * page goes.
 *
 * A page that connects is attached to again and again, with back-off, until that succeeds or the page goes: its database may not open (a full disk, damaged files). While the
 * disk is full nobody tries, as that is what damages it. A database that does not open although there is room is removed by the host, and begun anew.
 */
import { cacheCalls } from '../../../shared/contract/cache-calls.ts'
import { type ArgOf, type ResultOf } from '../../../shared/contract/call.ts'
import { MailError } from '../../../shared/errors.ts'
import type { Folder, StoreRef } from '../../../shared/model/folder.ts'
import type { OpId, Operation } from '../../../shared/operations.ts'
import { createPeer, type Peer, type Transport } from '../../../shared/rpc.ts'
import type { Log } from '../log.ts'

type Calls = typeof cacheCalls
type Methods = { [N in keyof Calls as N extends `cache.${infer M}` ? M : never]: N }

export type CachePort = { [M in keyof Methods]: (arg: ArgOf<Calls, Methods[M]>) => Promise<ResultOf<Calls, Methods[M]>> }

/** A port over anything that answers calls by name. */
export function portOver(call: <N extends keyof Calls>(name: N, arg: ArgOf<Calls, N>) => Promise<ResultOf<Calls, N>>): CachePort {
  const port: Record<string, unknown> = {}
  for (const name of Object.keys(cacheCalls) as (keyof Calls)[]) port[name.slice('cache.'.length)] = (arg: never) => call(name, arg)
  return port as CachePort
}

/** A cache page that is attached. Its `port` fails as `offline` once the page has gone; folders' ids hold within this attachment only. */
export interface Attachment {
  port: CachePort
  epoch: string
  folders: Folder[]
}

/** Large folders take their time to be compared; a page that is gone closes its transport at once. */
const deadlineMs = 120_000

export interface CacheLinkOptions {
  /** What the page is told: the stores there are, and every operation that waits. */
  handshake(): { stores: StoreRef[]; operations: Operation[] }
  onAttached(attachment: Attachment): void
  onDetached(): void
  /** So many rows are being stored, or their equal in bodies. */
  onStoring?(rows: number): void
  /** Why there is no cache has changed. */
  onProblem?(problem: CacheProblem | null): void
  /** There is room on the disk for the cache to work. */
  hasRoom?(): Promise<boolean>
  /** Removes the files of a database that does not open. */
  removeFiles?(): Promise<void>
  log?: Log
  /** Other than usual in tests. */
  retryMs?: readonly number[]
}

/** Why no cache is attached: there is no space left, or it could not be opened and is begun anew. */
export type CacheProblem = 'full' | 'damaged'

const usualRetryMs = [500, 1000, 2000, 5000, 10_000, 30_000]
/** An attachment that lasted so long was not ended by what ended the one before. */
const stableMs = 60_000
/** Room comes back unseen; looking costs nothing. */
const roomMs = 2000
/** The first failure may be that of a page that is just being closed. */
const failuresBeforeRemoval = 2

/** Of garbage, a body leaves as much as so many rows. */
const rowsOfBody = 10

type CachePeer = Peer<Calls, Record<never, never>>

export class CacheLink {
  #current: Attachment | null = null
  /** Operations the page was told of by `renew`. */
  readonly #told = new Set<OpId>()
  #waiting: ((attachment: Attachment) => void)[] = []
  readonly #options: CacheLinkOptions
  #problem: CacheProblem | null = null
  /** Attachments that failed or did not last, one after another. */
  #failures = 0
  /** The newest page that connected. */
  #newest: Transport | null = null

  constructor(options: CacheLinkOptions) {
    this.#options = options
  }

  get current(): Attachment | null {
    return this.#current
  }

  /** The attachment there is, or the next one. */
  attached(): Promise<Attachment> {
    return this.#current ? Promise.resolve(this.#current) : new Promise(resolve => this.#waiting.push(resolve))
  }

  /** Null while a cache is attached, or nothing is known to be wrong. */
  get problem(): CacheProblem | null {
    return this.#problem
  }

  /** Attaches a page that connected, in place of any other. Resolves when that has succeeded, or the page has gone. */
  async attach(transport: Transport): Promise<void> {
    this.#newest = transport
    let isOpen = true
    transport.onClose(() => (isOpen = false))
    const isWanted = (): boolean => isOpen && this.#newest === transport
    let peer: CachePeer | null = null
    if (this.#failures > 0) await this.#pause()
    while (isWanted()) {
      if (!(await this.#hasRoom())) {
        this.#tell('full')
        await new Promise(resolve => setTimeout(resolve, roomMs).unref())
        continue
      }
      try {
        peer ??= createPeer(transport, { serves: {}, handlers: {}, calls: cacheCalls, emits: {}, hears: {}, on: {} })
        await this.#attachOnce(transport, peer)
        return
      } catch (error) {
        if (!isWanted()) throw error
        this.#failures++
        this.#options.log?.('a cache page could not attach', error)
        const isFull = error instanceof MailError && error.kind === 'full'
        const isBroken = error instanceof MailError && error.code === 'cache.broken'
        const isDamaged = isBroken || (error instanceof MailError && error.code === 'cache.unreadable')
        if (isFull || isDamaged) this.#tell(isFull ? 'full' : 'damaged')
        if (isBroken && this.#failures % failuresBeforeRemoval === 0 && (await this.#hasRoom())) await this.#removeFiles()
        await this.#pause()
      }
    }
  }

  #pause(): Promise<void> {
    const { retryMs = usualRetryMs } = this.#options
    const ms = retryMs[Math.min(Math.max(this.#failures, 1), retryMs.length) - 1]!
    return new Promise(resolve => setTimeout(resolve, ms).unref())
  }

  async #hasRoom(): Promise<boolean> {
    return (await this.#options.hasRoom?.()) ?? true
  }

  async #removeFiles(): Promise<void> {
    try {
      await this.#options.removeFiles?.()
    } catch (error) {
      this.#options.log?.('the files of the cache could not be removed', error)
    }
  }

  #tell(problem: CacheProblem | null): void {
    if (problem === this.#problem) return
    this.#problem = problem
    this.#options.onProblem?.(problem)
  }

  async #attachOnce(transport: Transport, peer: CachePeer): Promise<void> {
    const calls = portOver((name, arg) => peer.call(name, arg, deadlineMs))
    const port: CachePort = {
      ...calls,
      apply: batch => {
        this.#options.onStoring?.(batch.add?.uids.length ?? 0)
        return calls.apply(batch)
      },
      putBody: body => {
        this.#options.onStoring?.(rowsOfBody)
        return calls.putBody(body)
      },
    }
    const attachment: Attachment = { port, ...(await port.attach(this.#options.handshake())) }
    if (peer.closed) throw new MailError('offline', 'page.gone')
    const stable = setTimeout(() => (this.#failures = 0), stableMs)
    stable.unref()
    transport.onClose(() => {
      clearTimeout(stable)
      if (this.#current !== attachment) return
      this.#current = null
      this.#failures++
      this.#options.onDetached()
    })
    this.#current = attachment
    this.#tell(null)
    this.#options.onAttached(attachment)
    for (const resolve of this.#waiting.splice(0)) resolve(attachment)
  }

  /**
   * Tells the page that is attached which stores and operations there are now, and learns what it has now: whoever begins later must not begin with the cursors of
   * its attachment. Null where there is none. Rejects where the page goes; the next attachment tells the same.
   */
  async renew(): Promise<Attachment | null> {
    const attachment = this.#current
    if (!attachment) return null
    const handshake = this.#options.handshake()
    for (const { id } of handshake.operations) this.#told.add(id)
    const { epoch, folders } = await attachment.port.attach(handshake)
    return Object.assign(attachment, { epoch, folders })
  }

  /** An operation has ended. One that ended while the page was told of it once more would stay in the overlay. */
  ended(id: OpId): void {
    if (!this.#told.delete(id)) return
    this.#current?.port.overlay({ put: [], drop: [id] }).catch(() => undefined) // a page that is gone is told all at its next attachment
  }
}
