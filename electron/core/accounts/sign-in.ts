/** One attempt to sign in to a described server and to leave at once. Says how far it came, for "Test connection". */
import { Readable } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import { ImapFlow } from 'imapflow'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import { MailError } from '../../../shared/errors.ts'
import type { Incoming, Outgoing } from '../../../shared/model/account-setup.ts'
import { toMailError } from '../net/errors.ts'
import { flowOptions } from '../store/imap/connection.ts'
import { toSmtpError } from '../submission/errors.ts'
import { smtpOptions } from '../submission/options.ts'

export interface SignIn {
  /** Null where the server took the password. */
  error: MailError | null
  /** True once the connection was encrypted. */
  secured: boolean
  /** What the server wants the person to be told (RFC 9051, 7.1). */
  alert: string | null
}

/** A server may answer now and then for ever: the whole attempt has a deadline too, of twice the one for the greeting. */
function deadline(host: string, greetingTimeout: number): { late: Promise<MailError>; stop(): void } {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<MailError>(resolve => {
    timer = setTimeout(() => resolve(new MailError('timeout', 'server.mute', { host })), 2 * greetingTimeout)
  })
  return { late, stop: () => clearTimeout(timer) }
}

export async function signInToImap(server: Incoming, password: string, greetingTimeout: number, tls: ConnectionOptions): Promise<SignIn> {
  const client = new ImapFlow({ ...flowOptions(server, password, tls), connectionTimeout: greetingTimeout, greetingTimeout })
  let lastError: unknown = null
  const alerts: string[] = []
  client.on('error', error => (lastError = error))
  client.on('alert', ({ message }) => alerts.push(message))
  const said = (): string | null => [...new Set(alerts)].join(' ') || null
  const { late, stop } = deadline(server.host, greetingTimeout)
  const connected = client.connect().then(
    () => null,
    (error: unknown) => toMailError(error ?? lastError, server.host),
  )
  const error = await Promise.race([connected, late])
  stop()
  const secured = client.secureConnection
  client.close()
  return { error, secured, alert: said() }
}

/**
 * Whether the server takes messages from this sender (MAIL FROM; RFC 5321, 3.3): its words where it does not, null where it does or cannot say now. Nothing is
 * sent: the message is to the sender itself, and the connection ends before its first byte, so the server must drop it (RFC 5321, 4.1.1.4).
 */
function trySender(connection: SMTPConnection, sender: string): Promise<string | null> {
  return new Promise(resolve => {
    const nothing = new Readable({ read: () => resolve(null) }) // who asked closes the connection
    connection.send({ from: sender, to: [sender] }, nothing, error => {
      const { command, responseCode = 0, response = '' } = (error ?? {}) as { command?: string; responseCode?: number; response?: string }
      resolve(command === 'MAIL FROM' && responseCode >= 550 ? response : null)
    })
  })
}

export function signInToSmtp(server: Outgoing, password: string, sender: string, greetingTimeout: number, tls: ConnectionOptions): Promise<SignIn> {
  const connection = new SMTPConnection({ ...smtpOptions(server, tls), connectionTimeout: greetingTimeout, greetingTimeout })
  const { late, stop } = deadline(server.host, greetingTimeout)
  return new Promise(resolve => {
    const finish = (error: unknown): void => {
      stop()
      resolve({ error: error ? toSmtpError(error, server.host) : null, secured: connection.secure, alert: null })
      connection.close()
    }
    connection.on('error', finish)
    void late.then(finish)
    connection.once('end', () => finish(Object.assign(new Error('closed'), { code: 'ECONNECTION' })))
    connection.connect(error => {
      if (error) return finish(error)
      connection.login({ credentials: { user: server.user, pass: password } }, refusal => {
        if (refusal) return finish(refusal)
        trySender(connection, sender).then(
          words => finish(words && new MailError('refused', 'sender.refused', { host: server.host, sender }, { serverText: words })),
          finish,
        )
      })
    })
  })
}
