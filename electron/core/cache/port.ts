/**
 * The cache as the core sees it: the calls of `cacheCalls`, answered by cache.html, by the same code on fake-indexeddb, or by `createMemoryCache` in tests.
 *
 * `RemoteCache` makes "no cache attached" a normal state: calls wait until a page has attached, and fail as `offline` when it goes; whoever called starts
 * again from the next attachment's cursors.
 */
import { cacheCalls, type ArgOf, type ResultOf } from '../../../shared/contract.ts'
import { MailError } from '../../../shared/errors.ts'
import type { AccountId, Folder } from '../../../shared/model.ts'
import type { Operation } from '../../../shared/ops.ts'
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

export interface Attachment {
  epoch: string
  folders: Folder[]
}

/** Large folders take their time to be compared; a page that is gone closes its transport at once. */
const deadlineMs = 120_000

export class RemoteCache {
  readonly port: CachePort
  #call: CachePort | null = null
  #waiting: ((port: CachePort) => void)[] = []
  readonly #onAttached: (attachment: Attachment) => void
  readonly #handshake: () => { accounts: AccountId[]; wishes: Operation[] }

  constructor(options: { handshake(): { accounts: AccountId[]; wishes: Operation[] }; onAttached(attachment: Attachment): void }) {
    this.#handshake = () => options.handshake()
    this.#onAttached = options.onAttached
    this.port = portOver(async (name, arg) => {
      const port = this.#call ?? (await new Promise<CachePort>(resolve => this.#waiting.push(resolve)))
      return (port[name.slice('cache.'.length) as keyof CachePort] as (arg: unknown) => Promise<never>)(arg)
    })
  }

  /** Attaches a page that connected, in place of any other. */
  async attach(transport: Transport): Promise<void> {
    const peer = createPeer(transport, { serves: {}, handlers: {}, calls: cacheCalls, emits: {}, hears: {}, on: {} })
    const port = portOver((name, arg) => peer.call(name, arg, deadlineMs))
    transport.onClose(() => {
      if (this.#call === port) this.#call = null
    })
    const attachment = await port.attach(this.#handshake())
    if (peer.closed) throw new MailError('offline', 'the cache page went away while it attached')
    this.#call = port
    for (const resolve of this.#waiting.splice(0)) resolve(port)
    this.#onAttached(attachment)
  }
}
