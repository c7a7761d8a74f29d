/**
 * A small server for outgoing mail on loopback: TLS from the start, STARTTLS, and one user. It speaks as much of SMTP as signing in takes, and counts what came
 * in the clear.
 */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { createCertificates, type Certificates } from './certificates.ts'

export class Submission {
  /** Lines that came unencrypted. */
  readonly clear: string[] = []
  private readonly sockets = new Set<Socket>()

  private constructor(
    private readonly password: string,
    private readonly certificates: Certificates,
  ) {}

  /** PEM of the authority to trust. */
  get authority(): string {
    return this.certificates.authority
  }

  private servers: Server[] = []
  /** TLS from the first byte. */
  tlsPort = 0
  /** Plain text with STARTTLS. */
  startTlsPort = 0

  static async create(password: string): Promise<Submission> {
    const one = new Submission(password, createCertificates())
    const { key, certificate: cert } = one.certificates
    one.tlsPort = await one.listen(createTlsServer({ key, cert }, socket => one.serve(socket)))
    one.startTlsPort = await one.listen(createServer(socket => one.serve(socket)))
    return one
  }

  async dispose(): Promise<void> {
    for (const socket of this.sockets) socket.destroy()
    for (const server of this.servers) await new Promise(resolve => server.close(resolve))
  }

  private async listen(server: Server): Promise<number> {
    this.servers.push(server)
    server.on('tlsClientError', () => undefined) // who does not trust us hangs up
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    return (server.address() as AddressInfo).port
  }

  private serve(socket: Socket, greets = true): void {
    this.sockets.add(socket)
    const encrypted = socket instanceof TLSSocket
    const say = (...lines: string[]): void => void socket.write(lines.map(line => `${line}\r\n`).join(''))
    socket.on('error', () => socket.destroy())
    if (greets) say('220 localhost ESMTP')
    const hear = (chunk: Buffer): void => {
      for (const line of chunk.toString('latin1').split('\r\n').filter(Boolean)) {
        if (!encrypted) this.clear.push(line)
        const [command = '', , secret = ''] = line.split(' ')
        switch (command.toUpperCase()) {
          case 'EHLO':
            say('250-localhost', encrypted ? '250 AUTH PLAIN' : '250 STARTTLS')
            break
          case 'STARTTLS':
            socket.off('data', hear)
            say('220 go ahead')
            this.serve(new TLSSocket(socket, { isServer: true, key: this.certificates.key, cert: this.certificates.certificate }), false)
            return
          case 'AUTH':
            say(Buffer.from(secret, 'base64').toString().endsWith(`\0${this.password}`) ? '235 2.7.0 Welcome' : '535 5.7.8 Wrong password')
            break
          case 'QUIT':
            say('221 Bye')
            socket.end()
            break
          default:
            say('502 5.5.1 Not known here')
        }
      }
    }
    socket.on('data', hear)
  }
}
