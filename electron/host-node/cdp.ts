/**
 * A client of the Chrome DevTools Protocol over Chromium's debugging pipe: JSON messages, each ended by NUL (no TCP port).
 *
 * Rules: every call has a deadline, because a call to a crashed page is never answered; calls written to one session are performed in the order written;
 * events of a session reach the listener in order; when the pipe ends all open calls fail.
 */
import type { Readable, Writable } from 'node:stream'
import type { CdpCalls, CdpEvents } from './protocol.ts'

const defaultDeadlineMs = 20_000

/** A call that failed: Chromium's own words, a deadline, or the end of the pipe. */
export class CdpError extends Error {
  override readonly name = 'CdpError'
}

export type CdpEvent = { [M in keyof CdpEvents]: { method: M; params: CdpEvents[M]; sessionId?: string } }[keyof CdpEvents]

interface OpenCall {
  method: string
  resolve(result: never): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

interface Answer {
  id?: number
  result?: never
  error?: { message: string }
}

export class Cdp {
  private readonly open = new Map<number, OpenCall>()
  private readonly listeners: ((event: CdpEvent) => void)[] = []
  private readonly enders: (() => void)[] = []
  private chunks: Buffer[] = []
  private lastId = 0
  private ended = false

  constructor(
    from: Readable,
    private readonly to: Writable,
  ) {
    from.on('data', (chunk: Buffer) => this.take(chunk))
    from.on('close', () => this.dispose())
    from.on('error', () => this.dispose())
    to.on('error', () => this.dispose())
  }

  /** Throws `CdpError`: refused by Chromium, not answered within `deadlineMs` (default 20 s), or the pipe has ended. */
  call<M extends keyof CdpCalls>(method: M, params: CdpCalls[M][0], sessionId?: string, deadlineMs = defaultDeadlineMs): Promise<CdpCalls[M][1]> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(new CdpError(`${method}: Chromium has ended`))
      const id = ++this.lastId
      const timer = setTimeout(() => {
        this.open.delete(id)
        reject(new CdpError(`${method} was not answered within ${deadlineMs / 1000} s`))
      }, deadlineMs)
      this.open.set(id, { method, resolve, reject, timer })
      this.to.write(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }) + '\0')
    })
  }

  onEvent(listener: (event: CdpEvent) => void): void {
    this.listeners.push(listener)
  }

  /** Called once, when the pipe ends or the client is disposed. */
  onEnd(listener: () => void): void {
    this.enders.push(listener)
  }

  dispose(): void {
    if (this.ended) return
    this.ended = true
    for (const call of this.open.values()) {
      clearTimeout(call.timer)
      call.reject(new CdpError(`${call.method}: Chromium has ended`))
    }
    this.open.clear()
    this.chunks = []
    for (const listener of this.enders) listener()
  }

  /** Messages may be megabytes in many chunks: they are joined once, at their NUL. */
  private take(chunk: Buffer): void {
    let start = 0
    for (let nul = chunk.indexOf(0); nul >= 0; nul = chunk.indexOf(0, start)) {
      this.chunks.push(chunk.subarray(start, nul))
      const text = Buffer.concat(this.chunks).toString('utf8')
      this.chunks = []
      start = nul + 1
      this.accept(JSON.parse(text) as Answer & CdpEvent)
    }
    if (start < chunk.length) this.chunks.push(chunk.subarray(start))
  }

  private accept(message: Answer & CdpEvent): void {
    if (this.ended) return
    if (message.id === undefined) {
      for (const listener of this.listeners) listener(message)
      return
    }
    const call = this.open.get(message.id)
    if (!call) return // answered after its deadline
    this.open.delete(message.id)
    clearTimeout(call.timer)
    if (message.error) call.reject(new CdpError(`${call.method}: ${message.error.message}`))
    else call.resolve(message.result as never)
  }
}
