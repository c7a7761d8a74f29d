/** One attempt to sign in to a described server and to leave at once. Says how far it came, for "Test connection". */
import { ImapFlow } from 'imapflow'
import SMTPConnection from 'nodemailer/lib/smtp-connection'
import type { MailError } from '../../../shared/errors.ts'
import type { Incoming, Outgoing } from '../../../shared/setup.ts'
import { toMailError } from '../imap/errors.ts'
import { flowOptions } from '../imap/connection.ts'
import { toSmtpError } from '../smtp/errors.ts'
import { smtpOptions } from '../smtp/options.ts'

export interface SignIn {
  /** Null where the server took the password. */
  error: MailError | null
  /** True once the connection was encrypted. */
  secured: boolean
  /** What the server wants the person to be told (RFC 9051, 7.1). */
  alert: string | null
}

export async function signInToImap(server: Incoming, password: string, greetingTimeout: number): Promise<SignIn> {
  const client = new ImapFlow({ ...flowOptions(server, password), greetingTimeout, socketTimeout: 15_000 })
  let lastError: unknown = null
  const alerts: string[] = []
  client.on('error', error => (lastError = error))
  client.on('alert', ({ message }) => alerts.push(message))
  const said = (): string | null => [...new Set(alerts)].join(' ') || null
  try {
    await client.connect()
    return { error: null, secured: client.secureConnection, alert: said() }
  } catch (error) {
    return { error: toMailError(error ?? lastError, server.host), secured: client.secureConnection, alert: said() }
  } finally {
    client.close()
  }
}

export function signInToSmtp(server: Outgoing, password: string, greetingTimeout: number): Promise<SignIn> {
  const connection = new SMTPConnection({ ...smtpOptions(server), greetingTimeout, socketTimeout: 15_000 })
  return new Promise(resolve => {
    const finish = (error: unknown): void => {
      resolve({ error: error ? toSmtpError(error, server.host) : null, secured: connection.secure, alert: null })
      connection.close()
    }
    connection.on('error', finish)
    connection.once('end', () => finish(Object.assign(new Error('closed'), { code: 'ECONNECTION' })))
    connection.connect(error => {
      if (error) return finish(error)
      connection.login({ credentials: { user: server.user, pass: password } }, finish)
    })
  })
}
