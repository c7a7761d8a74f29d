/** A proxy that reads plain IMAP as it passes: which commands, how many bytes each way, and when the login was done. It can hold new connections back. */
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

export interface Command {
  name: string
  sentAt: number
  /** Bytes of the answer. */
  received: number
  sent: number
}

export class Tap {
  commands: Command[] = []
  /** When the first login since `forget` was answered, ms. */
  loggedInAt: number | null = null
  #held: (() => void)[] | null = null
  readonly #sockets = new Set<Socket>()
  readonly #server: Server
  port = 0

  private constructor(target: number) {
    this.#server = createServer(client => {
      const start = (): void => this.#join(client, target)
      this.#sockets.add(client)
      client.on('error', () => client.destroy())
      if (this.#held) this.#held.push(start)
      else start()
    })
  }

  static async before(target: number): Promise<Tap> {
    const tap = new Tap(target)
    await new Promise<void>(resolve => tap.#server.listen(0, '127.0.0.1', resolve))
    tap.port = (tap.#server.address() as AddressInfo).port
    return tap
  }

  /** New connections wait for `release`. */
  hold(): void {
    this.#held ??= []
  }

  release(): void {
    const held = this.#held ?? []
    this.#held = null
    for (const start of held) start()
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#sockets.clear()
  }

  forget(): void {
    this.commands = []
    this.loggedInAt = null
  }

  dispose(): void {
    this.cut()
    this.#server.close()
  }

  #join(client: Socket, target: number): void {
    const server = connect(target, '127.0.0.1')
    this.#sockets.add(server)
    server.on('error', () => server.destroy())
    let current: Command | null = null
    let loggingIn = false
    client.on('data', chunk => {
      for (const line of chunk.toString('latin1').split('\r\n')) {
        const name = /^\w+ ((?:UID )?[A-Z]+)/.exec(line)?.[1]
        if (!name || line === 'DONE') continue
        loggingIn = name === 'AUTHENTICATE' || name === 'LOGIN'
        current = { name, sentAt: Date.now(), received: 0, sent: line.length + 2 }
        this.commands.push(current)
      }
      server.write(chunk)
    })
    server.on('data', chunk => {
      if (current) current.received += chunk.length
      if (loggingIn && /^\w+ OK/m.test(chunk.toString('latin1'))) {
        loggingIn = false
        this.loggedInAt ??= Date.now()
      }
      client.write(chunk)
    })
    client.on('close', () => server.destroy())
    server.on('close', () => client.destroy())
  }
}
