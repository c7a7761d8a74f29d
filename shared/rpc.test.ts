import { expect, it, vi } from 'vitest'
import { z } from 'zod'
import type { Handlers } from './contract/call.ts'
import { MailError } from './errors.ts'
import { createPeer, createTransportPair, type Transport } from './rpc.ts'

const calls = {
  double: { arg: z.object({ items: z.array(z.object({ n: z.int() })) }), result: z.array(z.int()) },
  fail: { arg: z.string(), result: z.null() },
  lie: { arg: z.null(), result: z.string() },
  hang: { arg: z.null(), result: z.null() },
} as const
const events = { told: z.object({ n: z.int() }) } as const
const none = { serves: {}, handlers: {}, emits: {}, hears: {}, on: {} }

function connect() {
  const [a, b, close] = createTransportPair()
  const handlers: Handlers<typeof calls> = {
    double: ({ items }) => items.map(({ n }) => n * 2),
    fail: kind => {
      if (kind === 'mail') throw new MailError('refused', 'store.flags', { host: 'x.test' }, { serverText: '[NOPERM] no' })
      throw new TypeError('a defect')
    },
    lie: () => 7 as unknown as string,
    hang: () => new Promise(() => undefined),
  }
  const told = vi.fn()
  const server = createPeer(b, { serves: calls, handlers, calls: {}, emits: events, hears: {}, on: {} })
  const client = createPeer(a, { ...none, calls, hears: events, on: { told } })
  return { client, server, told, close, raw: a as Transport }
}

it('answers a call', async () => {
  expect(await connect().client.call('double', { items: [{ n: 1 }, { n: 21 }] })).toEqual([2, 42])
})

it('refuses a malformed argument, naming call and field, before the handler runs', async () => {
  const call = connect().client.call('double', { items: [{ n: 1 }, { n: 'x' as unknown as number }] })
  await expect(call).rejects.toMatchObject({ kind: 'invalid', params: { where: 'double', field: 'items[1].n' } })
})

it('refuses a malformed answer', async () => {
  await expect(connect().client.call('lie', null)).rejects.toMatchObject({ kind: 'invalid' })
})

it('carries errors as data', async () => {
  const { client } = connect()
  await expect(client.call('fail', 'mail')).rejects.toMatchObject({
    kind: 'refused',
    code: 'store.flags',
    params: { host: 'x.test' },
    serverText: '[NOPERM] no',
  })
  await expect(client.call('fail', 'other')).rejects.toMatchObject({ kind: 'internal', code: 'defect', params: { reason: 'a defect' } })
})

it('refuses a call that does not exist, also one of Object.prototype', async () => {
  const { client } = connect()
  const loose = client as unknown as { call(name: string, arg: unknown): Promise<unknown> }
  await expect(loose.call('toString', null)).rejects.toMatchObject({ kind: 'invalid' })
})

it('gives up at the deadline, and when the other side goes', async () => {
  const { client, close } = connect()
  await expect(client.call('hang', null, 20)).rejects.toMatchObject({ kind: 'timeout' })
  const open = client.call('hang', null)
  close()
  await expect(open).rejects.toMatchObject({ kind: 'offline' })
  await expect(client.call('hang', null)).rejects.toMatchObject({ kind: 'offline' })
})

it('carries events, and drops malformed ones and nonsense', async () => {
  const { server, told, raw } = connect()
  server.emit('told', { n: 1 })
  server.emit('told', { n: 'x' as unknown as number })
  for (const nonsense of [null, 3, 'text', { t: 'reply' }, { t: 'reply', id: 99, result: 1 }, { t: 'event', name: 'no', payload: 1 }])
    raw.send(nonsense as never)
  await new Promise(resolve => setTimeout(resolve, 5))
  expect(told.mock.calls).toEqual([[{ n: 1 }]])
})
