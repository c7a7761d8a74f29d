/** A TCP proxy on loopback that can fail the way networks do, and counts what passes. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** pass: forwards. stall: accepts and keeps connections, forwards nothing. mute: forwards to the server, and none of its answers. refuse: the port is closed. */
export type Mode = 'pass' | 'stall' | 'mute' | 'refuse'

export interface Counts {
  connections: number
  /** Bytes from the client to the server. */
  sent: number
  /** Bytes from the server to the client. */
  received: number
}

interface Pair {
  client: Socket
  server: Socket
}

export class FaultProxy {
  readonly counts: Counts = { connections: 0, sent: 0, received: 0 }
  private server: Server | null = null
  private readonly pairs = new Set<Pair>()
  private mode: Mode = 'pass'
  private cutAfter = Infinity
  private afterSentBytes: { sent: number; act(): void } | null = null
  port = 0

  constructor(private readonly target: { host: string; port: number }) {}

  /** Listens on `port`, or on a free one. */
  async start(port = 0): Promise<void> {
    const server = createServer(client => this.accept(client))
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve))
    this.server = server
    this.port = (server.address() as AddressInfo).port
  }

  /** Ends every connection at once, as a network that goes away does (RST). New ones are accepted. */
  cut(): void {
    for (const { client, server } of this.pairs) {
      client.resetAndDestroy()
      server.resetAndDestroy()
    }
    this.pairs.clear()
  }

  /** Cuts when `bytes` more have come from the server, over all connections; the bytes before pass. */
  cutAfterBytes(bytes: number): void {
    this.cutAfter = this.counts.received + bytes
  }

  /** Acts once when `bytes` more have gone to the server, over all connections. */
  afterSent(bytes: number, act: () => void): void {
    this.afterSentBytes = { sent: this.counts.sent + bytes, act }
  }

  /** The server hears everything, and its answers do not arrive any more. */
  mute(): void {
    this.mode = 'mute'
    for (const pair of this.pairs) this.apply(pair)
  }

  /** Nothing passes any more, but connections stay and new ones are accepted. */
  stall(): void {
    this.mode = 'stall'
    for (const pair of this.pairs) this.apply(pair)
  }

  /** Ends connections and closes the port. */
  async refuse(): Promise<void> {
    this.mode = 'refuse'
    this.cut()
    const server = this.server
    this.server = null
    if (server) await new Promise<void>(resolve => server.close(() => resolve()))
  }

  /** Everything passes again. */
  async resume(): Promise<void> {
    this.cutAfter = Infinity
    this.afterSentBytes = null
    this.mode = 'pass'
    if (!this.server) await this.start(this.port)
    for (const pair of this.pairs) this.apply(pair)
  }

  async dispose(): Promise<void> {
    await this.refuse()
  }

  private accept(client: Socket): void {
    this.counts.connections++
    const server = connect(this.target)
    const pair: Pair = { client, server }
    this.pairs.add(pair)
    const end = () => {
      this.pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of [client, server]) socket.on('error', end).on('close', end)
    client.on('data', chunk => {
      this.counts.sent += chunk.length
      server.write(chunk)
      const after = this.afterSentBytes
      if (!after || this.counts.sent < after.sent) return
      this.afterSentBytes = null
      after.act()
    })
    server.on('data', chunk => this.toClient(pair, chunk))
    this.apply(pair)
  }

  private toClient({ client }: Pair, chunk: Buffer): void {
    const rest = this.cutAfter - this.counts.received
    if (chunk.length < rest) {
      this.counts.received += chunk.length
      client.write(chunk)
      return
    }
    this.counts.received += rest
    this.cutAfter = Infinity
    client.write(chunk.subarray(0, rest), () => this.cut())
  }

  private apply({ client, server }: Pair): void {
    if (this.mode === 'stall') client.pause()
    else client.resume()
    if (this.mode === 'stall' || this.mode === 'mute') server.pause()
    else server.resume()
  }
}
