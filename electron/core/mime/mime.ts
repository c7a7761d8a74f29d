/**
 * MIME work off the main loop. `createMimeWorker` runs it in a worker thread, `inlineMime` at once (tests); both answer the same calls.
 * A worker that dies fails its open calls and is started again by the next one.
 */
import { Worker } from 'node:worker_threads'
import { MailError } from '../../../shared/errors.ts'
import type { Body } from '../../../shared/model/message.ts'
import { toBody, toSnippet, type RawPart } from './decode.ts'
import { parseHeaders, type PackedHeaders, type ParsedHeaders } from './headers.ts'

export const mimeCalls = {
  /** `headers` are handed over: their buffer is empty afterwards. */
  parseHeaders: (headers: PackedHeaders, first: number): ParsedHeaders => parseHeaders(headers, first),
  toBody: (header: Uint8Array, sections: RawPart[], rest: Pick<Body, 'attachments' | 'inline'>): Body => toBody(header, sections, rest),
  toSnippets: (parts: RawPart[]): string[] => parts.map(toSnippet),
}
type MimeCalls = typeof mimeCalls
export type Mime = { [N in keyof MimeCalls]: (...args: Parameters<MimeCalls[N]>) => Promise<ReturnType<MimeCalls[N]>> } & { dispose(): Promise<void> }

export interface MimeRequest {
  id: number
  name: keyof MimeCalls
  args: unknown[]
}
export type MimeAnswer = { id: number; result: unknown } | { id: number; error: string }

export const inlineMime: Mime = {
  parseHeaders: async (...args) => mimeCalls.parseHeaders(...args),
  toBody: async (...args) => mimeCalls.toBody(...args),
  toSnippets: async (...args) => mimeCalls.toSnippets(...args),
  dispose: async () => undefined,
}

/** A piece of MIME work may take this long (ms) before its worker is ended: hostile input must not hang the program. */
const deadlineMs = 30_000

/** `script` is the built worker. */
export function createMimeWorker(script: URL): Mime {
  const open = new Map<number, { resolve(value: unknown): void; reject(error: Error): void; timer: NodeJS.Timeout }>()
  let worker: Worker | null = null
  let lastId = 0

  function fail(dead: Worker, reason: string | null): void {
    if (worker === dead) worker = null
    for (const [id, call] of open) {
      clearTimeout(call.timer)
      open.delete(id)
      call.reject(reason === null ? new MailError('internal', 'worker.ended') : new MailError('internal', 'worker.failed', { reason }))
    }
  }

  function start(): Worker {
    const started = new Worker(script)
    started.unref()
    started.on('message', (answer: MimeAnswer) => {
      const call = open.get(answer.id)
      if (!call) return
      open.delete(answer.id)
      clearTimeout(call.timer)
      if ('error' in answer) call.reject(new MailError('internal', 'worker.failed', { reason: answer.error }))
      else call.resolve(answer.result)
    })
    started.on('error', error => fail(started, error.message))
    started.on('exit', () => fail(started, null))
    return started
  }

  function call<T>(name: keyof MimeCalls, args: unknown[], handedOver: ArrayBuffer[] = []): Promise<T> {
    return new Promise((resolve, reject) => {
      const running = (worker ??= start())
      const id = ++lastId
      const timer = setTimeout(() => void running.terminate(), deadlineMs)
      timer.unref()
      open.set(id, { resolve: resolve as (value: unknown) => void, reject, timer })
      running.postMessage({ id, name, args } satisfies MimeRequest, handedOver)
    })
  }

  worker = start() // its start takes as long as a first screen may
  return {
    parseHeaders: (headers, first) => call('parseHeaders', [headers, first], [headers.bytes.buffer]),
    toBody: (...args) => call('toBody', args),
    toSnippets: (...args) => call('toSnippets', args),
    dispose: async () => void (await worker?.terminate()),
  }
}
