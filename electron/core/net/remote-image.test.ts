import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fetchRemoteImage, isInner } from './remote-image.ts'

let base: string
let answer: (request: IncomingMessage, response: ServerResponse) => void
let stop: () => Promise<void>
let seen: IncomingMessage[]

beforeEach(async () => {
  seen = []
  const server = createServer((request, response) => {
    seen.push(request)
    answer(request, response)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  stop = () =>
    new Promise(resolve => {
      server.closeAllConnections()
      server.close(() => resolve())
    })
})
afterEach(() => stop())

const png = (response: ServerResponse, bytes: Buffer) => response.writeHead(200, { 'content-type': 'image/png' }).end(bytes)
const pixels = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1')
const allowed = { allowLoopback: true, timeoutMs: 500, limit: 1000 }

describe('a remote image', () => {
  it('is fetched without anything that tells who asks', async () => {
    answer = (_, response) => png(response.setHeader('set-cookie', 'a=b'), pixels)
    expect(await fetchRemoteImage(`${base}/a.png`, allowed)).toEqual({ type: 'image/png', bytes: pixels })
    await fetchRemoteImage(`${base}/b.png`, allowed)
    for (const { headers } of seen) expect(Object.keys(headers).sort()).toEqual(['accept', 'accept-encoding', 'connection', 'host', 'user-agent'])
  })

  it('is no SVG, whatever it is called, and has the type its bytes say', async () => {
    const svg = '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'
    for (const type of ['image/svg+xml', 'image/svg+xml; charset=utf-8', 'image/png', 'image/unknown']) {
      answer = (_, response) => response.writeHead(200, { 'content-type': type }).end(svg)
      await expect(fetchRemoteImage(base, allowed)).rejects.toMatchObject({ kind: 'refused' })
    }
    answer = (_, response) => response.writeHead(200, { 'content-type': 'image/jpg' }).end(pixels)
    expect((await fetchRemoteImage(base, allowed)).type).toBe('image/png')
  })

  it('never comes from this computer or a private network, also not by redirect', async () => {
    answer = (_, response) => png(response, Buffer.from('x'))
    await expect(fetchRemoteImage(`${base}/a.png`)).rejects.toMatchObject({ kind: 'refused' })
    await expect(fetchRemoteImage(base.replace('127.0.0.1', 'localhost'))).rejects.toMatchObject({ kind: 'refused' })
    expect(seen).toHaveLength(0)
    answer = (_, response) => response.writeHead(302, { location: 'http://10.0.0.1/secret.png' }).end()
    await expect(fetchRemoteImage(`${base}/a.png`, allowed)).rejects.toMatchObject({ kind: 'refused' })
  })

  it.each([
    ['127.0.0.1', true],
    ['10.1.2.3', true],
    ['172.31.0.1', true],
    ['192.168.1.1', true],
    ['169.254.169.254', true],
    ['100.64.0.1', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['::ffff:7f00:1', true],
    ['fd00::1', true],
    ['fe80::1', true],
    ['64:ff9b::a00:1', true],
    ['93.184.216.34', false],
    ['2606:2800:220:1:248:1893:25c8:1946', false],
  ])('%s is inner: %s', (address, inner) => expect(isInner(address)).toBe(inner))

  it.each(['ftp://example.test/a.png', 'file:///etc/passwd', 'data:image/png,x', 'nonsense', 'http://user:pass@example.test/'])(
    'is not fetched from %s',
    url => expect(fetchRemoteImage(url)).rejects.toMatchObject({ kind: 'refused' }),
  )

  it('has bounds: size, time, kind, redirects', async () => {
    answer = (_, response) => png(response, Buffer.alloc(2000))
    await expect(fetchRemoteImage(base, allowed)).rejects.toMatchObject({ kind: 'limit' })
    answer = () => undefined
    await expect(fetchRemoteImage(base, allowed)).rejects.toMatchObject({ kind: 'timeout' })
    answer = (_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<script>')
    await expect(fetchRemoteImage(base, allowed)).rejects.toMatchObject({ kind: 'refused' })
    answer = (_, response) => response.writeHead(302, { location: '/again' }).end()
    await expect(fetchRemoteImage(base, allowed)).rejects.toMatchObject({ kind: 'refused' })
    answer = (_, response) => response.writeHead(404).end()
    await expect(fetchRemoteImage(base, allowed)).rejects.toMatchObject({ kind: 'refused' })
  })
})
