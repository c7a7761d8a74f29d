/**
 * The cache as the core sees it: the calls of `cacheCalls`, answered by cache.html, by the same code on fake-indexeddb, or by `createMemoryCache` in tests.
 *
 * `CacheLink` makes "no cache attached" a normal state: who needs the cache awaits an attachment, and starts again from the next one's cursors when the
 * page goes.
 */
import { cacheCalls } from '../../../shared/contract/cache-calls.ts'
import { type ArgOf, type ResultOf } from '../../../shared/contract/call.ts'
import { MailError } from '../../../shared/errors.ts'
import type { Folder, StoreRef } from '../../../shared/model/folder.ts'
import type { OpId, Operation } from '../../../shared/operations.ts'
import { createPeer, type Transport } from '../../../shared/rpc.ts'

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
}

/** Of garbage, a body leaves as much as so many rows. */
const rowsOfBody = 10

export class CacheLink {
  #current: Attachment | null = null
  /** Operations the page was told of by `renew`. */
  readonly #told = new Set<OpId>()
  #waiting: ((attachment: Attachment) => void)[] = []
  readonly #options: CacheLinkOptions

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

  /** Attaches a page that connected, in place of any other. */
  async attach(transport: Transport): Promise<void> {
    const peer = createPeer(transport, { serves: {}, handlers: {}, calls: cacheCalls, emits: {}, hears: {}, on: {} })
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
    if (peer.closed) throw new MailError('offline', 'the cache page went away while it attached')
    transport.onClose(() => {
      if (this.#current !== attachment) return
      this.#current = null
      this.#options.onDetached()
    })
    this.#current = attachment
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
