/** How we connect to a server for outgoing mail: TLS from the start, STARTTLS that is required, or plain text the person agreed to. Never opportunistic. */
import type { SMTPConnectionOptions } from 'nodemailer/lib/smtp-connection'
import type { ConnectionOptions } from 'node:tls'
import type { Outgoing } from '../../../shared/model/account-setup.ts'

/** `tls`: what trust in this server asks for. */
export function smtpOptions(server: Outgoing, tls: ConnectionOptions): SMTPConnectionOptions {
  return {
    host: server.host,
    port: server.port,
    secure: server.security === 'tls',
    requireTLS: server.security === 'starttls',
    ignoreTLS: server.security === 'none',
    opportunisticTLS: false,
    tls,
    name: 'localhost', // our own host name is nobody's business
    logger: false,
    connectionTimeout: 20_000,
    greetingTimeout: 16_000,
    socketTimeout: 60_000,
    dnsTimeout: 10_000,
  }
}
