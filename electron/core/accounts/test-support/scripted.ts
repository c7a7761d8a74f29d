/** Scripted servers for tests of setting up an account: they say what they are told to say, in the clear or over TLS. */
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'

export interface Scripted {
  port: number
  /** What clients sent, line by line. */
  lines: string[]
  close(): void
}

/** `greeting` is sent at once (null: nothing is); `answer` gives what is said to a line, without the line end, or null to say nothing. */
export async function scripted(
  greeting: string | null,
  answer: (line: string) => string | null,
  tls?: { key: string; certificate: string },
): Promise<Scripted> {
  const lines: string[] = []
  const sockets = new Set<Socket>()
  const serve = (socket: Socket): void => {
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    if (greeting !== null) socket.write(`${greeting}\r\n`)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      for (const line of chunk.split('\r\n').filter(Boolean)) {
        lines.push(line)
        const words = answer(line)
        if (words !== null) socket.write(`${words}\r\n`)
      }
    })
  }
  const server: Server = tls ? createTlsServer({ key: tls.key, cert: tls.certificate }, serve) : createServer(serve)
  server.on('tlsClientError', () => undefined) // who does not trust us hangs up
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    close() {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}

/** An IMAP server that takes `password`. */
export function imapAnswers(password: string, capabilities = 'IMAP4rev1', alert = ''): (line: string) => string | null {
  return line => {
    const [tag = '', command = ''] = line.split(' ')
    switch (command.toUpperCase()) {
      case 'CAPABILITY':
        return `* CAPABILITY ${capabilities}\r\n${tag} OK done`
      case 'LOGIN':
        return line.includes(password) ? `${tag} OK welcome` : `${tag} NO [AUTHENTICATIONFAILED] ${alert || 'The password is wrong'}`
      case 'LOGOUT':
        return `* BYE\r\n${tag} OK bye`
      case 'STARTTLS':
      case 'AUTHENTICATE':
        return `${tag} BAD unknown`
      default:
        return `${tag} OK done`
    }
  }
}

/** An SMTP server that takes `password` by AUTH PLAIN. */
export function smtpAnswers(
  password: string,
  extensions: string[] = ['AUTH PLAIN'],
  sender: 'accepted' | 'refused' = 'accepted',
): (line: string) => string | null {
  return line => {
    const [command = '', , secret = ''] = line.split(' ')
    switch (command.toUpperCase()) {
      case 'EHLO':
        return ['localhost', ...extensions].map((text, i) => `250${i === extensions.length ? ' ' : '-'}${text}`).join('\r\n')
      case 'AUTH':
        return Buffer.from(secret, 'base64').toString().endsWith(`\0${password}`)
          ? '235 2.7.0 welcome'
          : '535 5.7.8 Use an app password, see our help'
      case 'MAIL':
        return sender === 'refused' ? '553 5.7.1 This is not your address' : '250 ok'
      case 'RCPT':
        return '250 ok'
      case 'DATA':
        return '354 go ahead'
      case 'QUIT':
        return '221 bye'
      default:
        return '502 5.5.1 not known here'
    }
  }
}
