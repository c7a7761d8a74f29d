/**
 * `window.pillarbox.connect()` for pages of the program: a `Transport` over a CDP binding (page -> host) and `Runtime.callFunctionOn` (host -> page), one JSON string per message.
 *
 * Rules: the script acts in the top frame of our own origin only; the binding exists in every frame of a page, so each call of it is checked against the context
 * that was seen being created as the page's main world; a page has one transport at a time (a second connect closes the first); the transport closes with its
 * context (navigation, reload), on a crash, and when the page goes. Messages keep their order in both directions.
 */
import type { Transport, Wire } from '../../shared/rpc.ts'
import { CdpError, type Cdp } from './cdp.ts'
import { origin } from './pages.ts'
import type { CdpEvents } from './protocol.ts'

export const bindingName = '__pillarboxToHost'
const receiverName = '__pillarboxFromHost'

/**
 * Runs in every frame of a page before any script of it. Messages that arrive before a listener is there wait for it. WebRTC goes, because Chromium does not
 * apply its policy for it to hidden pages: there STUN packets left in spite of the flags of chromium.ts.
 */
export const bridgeScript = `(() => {
  const binding = globalThis.${bindingName}
  delete globalThis.${bindingName}
  for (const name of ${JSON.stringify(['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel'])}) delete globalThis[name]
  if (window !== window.top || location.origin !== ${JSON.stringify(origin)} || !binding) return
  let current = null
  const connect = () => {
    if (current) for (const listener of current.closers) listener()
    const own = { listeners: [], closers: [], waiting: [] }
    current = own
    binding('connect')
    return {
      send(message) { if (current === own) binding('m' + JSON.stringify(message)) },
      onMessage(listener) {
        own.listeners.push(listener)
        for (const message of own.waiting.splice(0)) listener(message)
      },
      onClose(listener) { own.closers.push(listener) },
    }
  }
  Object.defineProperty(window, 'pillarbox', { value: Object.freeze({ connect }) })
  Object.defineProperty(window, '${receiverName}', { value: text => {
    const own = current, message = JSON.parse(text)
    if (!own) return
    if (own.listeners.length === 0) own.waiting.push(message)
    for (const listener of own.listeners) try { listener(message) } catch (error) { reportError(error) }
  } })
})()`

const deliver = `function (...texts) { for (const text of texts) globalThis.${receiverName}(text) }`
/** Messages that wait while a delivery is under way go together, up to so many characters. */
const batchCharacters = 4_000_000
const deliveryDeadlineMs = 30_000

class PageTransport implements Transport {
  private readonly listeners: ((message: unknown) => void)[] = []
  private readonly closers: (() => void)[] = []
  private early: unknown[] = []
  private queue: string[] = []
  private delivering = false
  private closed = false

  constructor(
    private readonly cdp: Cdp,
    private readonly sessionId: string,
    private readonly contextId: number,
  ) {}

  send(message: Wire): void {
    if (this.closed) return
    this.queue.push(JSON.stringify(message))
    if (!this.delivering) void this.deliver()
  }

  onMessage(listener: (message: unknown) => void): void {
    this.listeners.push(listener)
    for (const message of this.early.splice(0)) listener(message)
  }

  onClose(listener: () => void): void {
    if (this.closed) listener()
    else this.closers.push(listener)
  }

  take(message: unknown): void {
    if (this.closed) return
    if (this.listeners.length === 0) this.early.push(message)
    for (const listener of this.listeners) listener(message)
  }

  dispose(): void {
    if (this.closed) return
    this.closed = true
    this.queue = []
    for (const listener of this.closers) listener()
  }

  private async deliver(): Promise<void> {
    this.delivering = true
    while (this.queue.length > 0 && !this.closed) {
      let count = 0
      for (let size = 0; count < this.queue.length && (count === 0 || size + this.queue[count]!.length <= batchCharacters); count++)
        size += this.queue[count]!.length
      const texts = this.queue.splice(0, count)
      try {
        await this.cdp.call(
          'Runtime.callFunctionOn',
          { functionDeclaration: deliver, executionContextId: this.contextId, arguments: texts.map(value => ({ value })), silent: true },
          this.sessionId,
          deliveryDeadlineMs,
        )
      } catch (error) {
        // A page that is busy for long still gets the message when it wakes, in order. One that has gone is reported by its events.
        if (!(error instanceof CdpError)) throw error
      }
    }
    this.delivering = false
  }
}

/** Watches one page and hands out its transports. Feed it every event of the page's session. */
export class Bridge {
  private readonly trusted = new Set<number>()
  private current: { contextId: number; transport: PageTransport } | null = null

  constructor(
    private readonly cdp: Cdp,
    private readonly sessionId: string,
    private readonly targetId: string,
    private readonly onConnect: (transport: Transport) => void,
  ) {}

  contextCreated({ context }: CdpEvents['Runtime.executionContextCreated']): void {
    // the main frame of a page has the id of its target
    if (context.auxData?.isDefault && context.auxData.frameId === this.targetId && context.origin === origin) this.trusted.add(context.id)
  }

  contextDestroyed(contextId: number): void {
    this.trusted.delete(contextId)
    if (this.current?.contextId === contextId) this.close()
  }

  bindingCalled(call: CdpEvents['Runtime.bindingCalled']): void {
    if (call.name !== bindingName || !this.trusted.has(call.executionContextId)) return
    if (call.payload === 'connect') {
      this.close()
      const transport = new PageTransport(this.cdp, this.sessionId, call.executionContextId)
      this.current = { contextId: call.executionContextId, transport }
      this.onConnect(transport)
    } else if (this.current?.contextId === call.executionContextId && call.payload.startsWith('m')) {
      this.current.transport.take(JSON.parse(call.payload.slice(1)))
    }
  }

  /** The page has navigated, crashed or gone. */
  dispose(): void {
    this.trusted.clear()
    this.close()
  }

  private close(): void {
    const open = this.current
    this.current = null
    open?.transport.dispose()
  }
}
