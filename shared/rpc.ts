/**
 * Calls, replies, events and errors over any pair of `Transport`s. Written once; hosts only carry `Wire` messages (plain JSON data).
 *
 * Rules: every argument is parsed before a handler sees it, and refused naming call and field; every call has a deadline; errors travel as data;
 * when a transport closes, all open calls fail as `offline`.
 */
import { z } from 'zod'
import type { ArgOf, Calls, Events, Handlers, ResultOf } from './contract/call.ts'
import { MailError, WireError, type Code, fromWireError, toWireError } from './errors.ts'

const Wire = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id: z.int(), name: z.string(), arg: z.unknown() }),
  z.object({ t: z.literal('reply'), id: z.int(), result: z.unknown() }),
  z.object({ t: z.literal('error'), id: z.int(), error: WireError }),
  z.object({ t: z.literal('event'), name: z.string(), payload: z.unknown() }),
])
export type Wire = z.infer<typeof Wire>

/** What a host provides: an ordered, reliable channel. `send` after closing is ignored. */
export interface Transport {
  send(message: Wire): void
  onMessage(listener: (message: unknown) => void): void
  onClose(listener: () => void): void
}

const defaultDeadlineMs = 60_000

/** `where` names what was parsed, `field` the first part of it that is wrong, `problem` what is wrong with it, in the words of the schema. */
function malformed(where: string, error: z.ZodError, code: Code = 'argument.invalid'): MailError {
  const issue = error.issues[0]
  const field = issue?.path.reduce<string>((path, key) => path + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`), '') ?? ''
  return new MailError('invalid', code, { where, field: field.replace(/^\./, ''), problem: issue?.message ?? '' })
}

/** Parses `value` or throws an `invalid` error that names `name` and the field. `code`: that of the error. */
export function parse<S extends z.ZodType>(schema: S, value: unknown, name: string, code?: Code): z.output<S> {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw malformed(name, parsed.error, code)
  return parsed.data
}

export interface Peer<Remote extends Calls, Emits extends Events> {
  /** Calls the other side. Throws `MailError`; `timeout` after `deadlineMs`, `offline` when the transport closes. */
  call<N extends keyof Remote & string>(name: N, arg: ArgOf<Remote, N>, deadlineMs?: number): Promise<ResultOf<Remote, N>>
  emit<N extends keyof Emits & string>(name: N, payload: z.output<Emits[N]>): void
  readonly closed: boolean
}

/** Both ends of a border are peers: `serves` is what this side answers, `calls` what the other side answers, `emits` and `hears` the events. */
export function createPeer<Local extends Calls, Remote extends Calls, Emits extends Events, Hears extends Events>(
  transport: Transport,
  sides: {
    serves: Local
    handlers: Handlers<Local>
    calls: Remote
    emits: Emits
    hears: Hears
    on: { [N in keyof Hears]: (payload: z.output<Hears[N]>) => void }
  },
): Peer<Remote, Emits> {
  const open = new Map<number, { name: string; resolve(value: unknown): void; reject(error: Error): void; timer: ReturnType<typeof setTimeout> }>()
  let lastId = 0
  let closed = false

  async function answer(id: number, name: string, arg: unknown): Promise<void> {
    try {
      const served = Object.hasOwn(sides.serves, name) ? sides.serves[name] : undefined
      if (!served) throw new MailError('invalid', 'call.unknown', { call: name })
      const result = await sides.handlers[name as keyof Local](parse(served.arg, arg, name) as never)
      transport.send({ t: 'reply', id, result })
    } catch (error) {
      transport.send({ t: 'error', id, error: toWireError(error) })
    }
  }

  function take(id: number): { name: string; resolve(value: unknown): void; reject(error: Error): void } | undefined {
    const call = open.get(id)
    open.delete(id)
    if (call) clearTimeout(call.timer)
    return call
  }

  transport.onMessage(raw => {
    const parsed = Wire.safeParse(raw)
    if (!parsed.success) return // not ours, or damaged: the caller's deadline reports it
    const message = parsed.data
    switch (message.t) {
      case 'call':
        void answer(message.id, message.name, message.arg)
        break
      case 'reply': {
        const call = take(message.id)
        if (!call) return
        const result = sides.calls[call.name]!.result.safeParse(message.result)
        if (result.success) call.resolve(result.data)
        else call.reject(malformed(`${call.name}()`, result.error))
        break
      }
      case 'error':
        take(message.id)?.reject(fromWireError(message.error))
        break
      case 'event': {
        const schema = Object.hasOwn(sides.hears, message.name) ? sides.hears[message.name] : undefined
        const payload = schema?.safeParse(message.payload)
        if (payload?.success) sides.on[message.name as keyof Hears](payload.data as never)
        break
      }
    }
  })
  transport.onClose(() => {
    closed = true
    for (const id of [...open.keys()]) take(id)?.reject(new MailError('offline', 'page.gone'))
  })

  return {
    call(name, arg, deadlineMs = defaultDeadlineMs) {
      return new Promise((resolve, reject) => {
        if (closed) return reject(new MailError('offline', 'page.gone'))
        const id = ++lastId
        const timer = setTimeout(
          () => take(id)?.reject(new MailError('timeout', 'call.late', { call: name, seconds: deadlineMs / 1000 })),
          deadlineMs,
        )
        open.set(id, { name, resolve: resolve as (value: unknown) => void, reject, timer })
        transport.send({ t: 'call', id, name, arg })
      })
    },
    emit(name, payload) {
      if (!closed) transport.send({ t: 'event', name, payload })
    },
    get closed() {
      return closed
    },
  }
}

/** Two transports joined in memory, each message copied as a border would. For tests and for running core and cache in one process. */
export function createTransportPair(): [Transport, Transport, close: () => void] {
  const listeners: ((message: unknown) => void)[][] = [[], []]
  const closers: (() => void)[] = []
  let closed = false
  const side = (here: 0 | 1): Transport => ({
    send(message) {
      if (closed) return
      const copy: unknown = JSON.parse(JSON.stringify(message))
      queueMicrotask(() => {
        if (!closed) for (const listener of listeners[1 - here]!) listener(copy)
      })
    },
    onMessage: listener => void listeners[here]!.push(listener),
    onClose: listener => void closers.push(listener),
  })
  return [
    side(0),
    side(1),
    () => {
      closed = true
      for (const listener of closers) listener()
    },
  ]
}
