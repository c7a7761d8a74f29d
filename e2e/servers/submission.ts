/** A small server for outgoing mail on loopback: TLS from the start, STARTTLS, and one user. It counts what came in the clear. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer, TLSSocket } from 'node:tls'
import { createCertificates, type Certificates } from './certificates.ts'
import { serveSmtp, type Manners } from './smtp-session.ts'

export class Submission {
  /** Lines that came unencrypted. */
  readonly clear: string[] = []
  private readonly sockets = new Set<Socket>()
  private servers: Server[] = []
  /** TLS from the first byte. */
  tlsPort = 0
  /** Plain text with STARTTLS. */
  startTlsPort = 0

  private constructor(
    private readonly manners: Manners,
    private readonly certificates: Certificates,
  ) {}

  /** PEM of the authority to trust. */
  get authority(): string {
    return this.certificates.authority
  }

  static async create(password: string, manners: Partial<Manners> = {}, certificates = createCertificates()): Promise<Submission> {
    const one = new Submission({ user: null, password, ...manners }, certificates)
    const { key, certificate: cert } = certificates
    one.tlsPort = await one.listen(createTlsServer({ key, cert }, socket => one.serve(socket, true)))
    one.startTlsPort = await one.listen(createServer(socket => one.serve(socket, false)))
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

  private serve(socket: Socket, encrypted: boolean, greets = true): void {
    this.sockets.add(socket)
    socket.once('close', () => this.sockets.delete(socket))
    const { key, certificate: cert } = this.certificates
    const upgrade = (): void => this.serve(new TLSSocket(socket, { isServer: true, key, cert }), true, false)
    serveSmtp({ socket, encrypted, greets, onClear: line => this.clear.push(line), upgrade }, this.manners)
  }
}
