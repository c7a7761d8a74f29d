/** Counts whatever reaches loopback: TCP connections and UDP packets, not requests, so that a preconnect or a STUN packet is seen too. */
import { createSocket } from 'node:dgram'
import { createServer, type AddressInfo, type Socket } from 'node:net'

export interface Canary {
  /** One port number for TCP and UDP. */
  port: number
  tcp(): number
  udp(): number
  dispose(): Promise<void>
}

export async function startCanary(): Promise<Canary> {
  let tcp = 0
  let udp = 0
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    tcp++
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.resume()
    socket.end('HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const socket = createSocket('udp4', () => udp++)
  await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(port, '127.0.0.1', resolve))
  return {
    port,
    tcp: () => tcp,
    udp: () => udp,
    async dispose() {
      for (const open of sockets) open.destroy()
      await new Promise<void>(resolve => socket.close(() => resolve()))
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

/** Chromium's own guard of loopback, which would hide a leak from the canary. */
export const loopbackGuards = ['LocalNetworkAccessChecks', 'LocalNetworkAccessChecksWebSockets']

/** Source of a function `(port, popup)` for a page: tries every way out it knows to `port` of loopback, and takes about three seconds. A hidden page hangs in window.open. */
export const tryToLeak = `async (port, popup) => {
  const second = () => new Promise(resolve => setTimeout(resolve, 1000))
  const quietly = attempt => { try { return Promise.race([second(), Promise.resolve(attempt()).catch(() => {})]) } catch { return Promise.resolve() } }
  const base = 'http://127.0.0.1:' + port
  await quietly(() => fetch(base + '/fetch', { mode: 'no-cors' }))
  await quietly(() => new WebSocket('ws://127.0.0.1:' + port + '/socket'))
  await quietly(() => new EventSource(base + '/events'))
  await quietly(() => navigator.sendBeacon(base + '/beacon', 'x'))
  await quietly(() => { new Image().src = base + '/image.png' })
  for (const rel of ['preconnect', 'dns-prefetch', 'prefetch', 'stylesheet', 'icon', 'modulepreload']) await quietly(() => {
    const link = document.createElement('link')
    link.rel = rel
    link.href = base + '/' + rel
    document.head.append(link)
  })
  for (const sandbox of [null, '', 'allow-scripts']) await quietly(() => {
    const frame = document.createElement('iframe')
    if (sandbox !== null) frame.setAttribute('sandbox', sandbox)
    frame.srcdoc = '<img src="' + base + '/frame.png"><link rel=preconnect href="' + base + '"><iframe src="' + base + '/inner"></iframe><script>fetch("' + base + '/script")</' + 'script>'
    document.body.append(frame)
  })
  for (const inFrame of [false, true]) await quietly(() => {
    const frame = document.createElement('iframe')
    document.body.append(frame)
    const peer = new (inFrame ? frame.contentWindow : window).RTCPeerConnection({ iceServers: [{ urls: 'stun:127.0.0.1:' + port }, { urls: 'turn:127.0.0.1:' + port + '?transport=tcp', username: 'u', credential: 'c' }] })
    peer.createDataChannel('x')
    return peer.createOffer().then(offer => peer.setLocalDescription(offer))
  })
  await quietly(() => { const worker = new Worker(URL.createObjectURL(new Blob(['fetch("' + base + '/worker").catch(() => {}); new WebSocket("ws://127.0.0.1:' + port + '")']))); worker.onerror = event => event.preventDefault() })
  if (popup) await quietly(() => { window.open(base + '/popup') })
  await new Promise(resolve => setTimeout(resolve, 2000))
}`
