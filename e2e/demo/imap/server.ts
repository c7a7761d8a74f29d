/** The demo mail server: IMAP over TLS on a free port of loopback. */
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { Session, type Login } from './session.ts'
import type { Store } from './store.ts'

export interface DemoServer {
  port: number
  dispose(): Promise<void>
}

/** `certificate` and `key` are PEM. */
export async function startDemoServer(store: Store, login: Login, certificate: string, key: string): Promise<DemoServer> {
  const sockets = new Set<TLSSocket>()
  const server = createServer({ cert: certificate, key }, socket => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    new Session(socket, store, login)
  })
  server.on('tlsClientError', () => {
    // a client that does not trust us says so by itself
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    async dispose() {
      for (const socket of sockets) socket.destroy()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
