/**
 * MessageChannelMain (https://electronjs.org/docs/api/message-channel-main): two ends in this process, one of which may be handed to a page.
 *
 * Rules: messages wait until `start()`; they are copied; a port that was transferred is never used again; `close` is heard when the other end has gone.
 */
import { EventEmitter } from 'node:events'
import { rule } from './rules.ts'

/** Where a port's messages go: the other port, or a page. */
export interface PortEnd {
  receive(data: unknown): void
  otherEndClosed(): void
}

export class MessagePortMain extends EventEmitter implements PortEnd {
  /** Wired by MessageChannelMain. */
  other: PortEnd | null = null
  private queue: unknown[] = []
  private started = false
  private transferred = false
  private closed = false

  postMessage(data: unknown, transfer: unknown[] = []): void {
    this.check()
    rule(transfer.length === 0, 'the stand-in sends no ports over ports', 'api/message-port-main')
    if (this.closed) return
    const copy: unknown = structuredClone(data) // throws for functions and the like
    setImmediate(() => this.other?.receive(copy)) // wherever the other end is by then
  }

  start(): void {
    this.check()
    if (this.started) return
    this.started = true
    for (const data of this.queue.splice(0)) setImmediate(() => this.hear(data))
  }

  close(): void {
    if (this.closed || this.transferred) return
    this.closed = true
    setImmediate(() => this.other?.otherEndClosed())
  }

  receive(data: unknown): void {
    if (this.started) this.hear(data)
    else this.queue.push(data)
  }

  otherEndClosed(): void {
    if (this.closed) return
    this.closed = true
    this.emit('close')
  }

  /** The port goes to a page; what has arrived goes with it. Answers the end that stays. */
  transferTo(end: PortEnd): MessagePortMain {
    this.check()
    this.transferred = true
    const stays = this.other as MessagePortMain
    stays.other = end
    for (const data of this.queue.splice(0)) end.receive(data)
    return stays
  }

  private check(): void {
    rule(!this.transferred, 'a port that was transferred is used again', 'tutorial/message-ports')
  }

  private hear(data: unknown): void {
    if (!this.closed) this.emit('message', { data, ports: [] })
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain()
  readonly port2 = new MessagePortMain()

  constructor() {
    this.port1.other = this.port2
    this.port2.other = this.port1
  }
}
