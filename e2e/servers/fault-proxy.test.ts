import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FaultProxy } from './fault-proxy.ts'

const server = createServer(socket => socket.on('data', chunk => socket.write(chunk)).on('error', () => socket.destroy()))
let proxy: FaultProxy

beforeEach(async () => {
  if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
  proxy = new FaultProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  await proxy.start()
})
afterEach(() => proxy.dispose())

async function open(): Promise<{ socket: Socket; got(): string; closed: Promise<unknown> }> {
  const socket = connect(proxy.port, '127.0.0.1')
  let text = ''
  socket.on('data', chunk => (text += String(chunk))).on('error', () => socket.destroy())
  const closed = once(socket, 'close').catch(() => null)
  await once(socket, 'connect')
  return { socket, got: () => text, closed }
}
const soon = () => new Promise(resolve => setTimeout(resolve, 60))

test('it forwards and counts', async () => {
  const { socket, got } = await open()
  socket.write('hello')
  await soon()
  expect(got()).toBe('hello')
  expect(proxy.counts).toEqual({ connections: 1, sent: 5, received: 5 })
})

test('cut ends open connections and accepts new ones', async () => {
  const first = await open()
  await soon()
  proxy.cut()
  await first.closed
  const second = await open()
  second.socket.write('x')
  await soon()
  expect(second.got()).toBe('x')
})

test('cut after bytes lets exactly those pass', async () => {
  const { socket, got, closed } = await open()
  proxy.cutAfterBytes(7)
  socket.write('0123456789')
  await closed
  expect(got().length).toBeLessThanOrEqual(7)
  expect(proxy.counts.received).toBe(7)
})

test('stall holds everything back until resume', async () => {
  const { socket, got } = await open()
  await soon()
  proxy.stall()
  socket.write('late')
  const other = await open()
  other.socket.write('later')
  await soon()
  expect(got() + other.got()).toBe('')
  await proxy.resume()
  await soon()
  expect([got(), other.got()]).toEqual(['late', 'later'])
})

test('refuse closes the port, resume opens the same one', async () => {
  const { port } = proxy
  const { closed } = await open()
  await proxy.refuse()
  await closed
  const refused = connect(port, '127.0.0.1')
  expect(((await once(refused, 'error')) as [NodeJS.ErrnoException])[0].code).toBe('ECONNREFUSED')
  await proxy.resume()
  expect(proxy.port).toBe(port)
  await open()
})
