/** Looks at the certificate a server shows, whoever signed it: the handshake is made, nothing is sent, and the connection ends. For people to judge. */
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'
import { MailError } from '../../../shared/errors.ts'
import type { Security } from '../../../shared/model/account.ts'
import { askForStartTls } from '../autoconfig/reach.ts'
import { whyUntrusted, type WhyUntrusted } from './errors.ts'

export interface SeenCertificate {
  names: string[]
  issuer: string
  validFrom: number
  validTo: number
  /** Pairs of hexadecimal digits with colons. */
  sha256: string
  pem: string
  /** Null where the system verifies it for this host. */
  reason: WhyUntrusted | null
}

function toPem(raw: Buffer): string {
  return `-----BEGIN CERTIFICATE-----\n${raw.toString('base64').replace(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`
}

function namesOf({ subject, subjectaltname = '' }: DetailedPeerCertificate): string[] {
  const alternatives = subjectaltname
    .split(', ')
    .filter(name => /^(DNS|IP Address):/.test(name))
    .map(name => name.replace(/^[^:]*:/, ''))
  return alternatives.length > 0 ? alternatives : [subject?.CN ?? ''].flat().filter(Boolean)
}

function read(socket: TLSSocket): SeenCertificate {
  const certificate = socket.getPeerCertificate(true)
  if (!certificate?.raw) throw new MailError('certificate', 'certificate.none')
  const { issuer, valid_from, valid_to, fingerprint256, raw } = certificate
  const code = socket.authorizationError as unknown as string | Error | null
  return {
    names: namesOf(certificate),
    issuer: [issuer?.O, issuer?.CN].flat().filter(Boolean).join(', ') || '',
    validFrom: Date.parse(valid_from),
    validTo: Date.parse(valid_to),
    sha256: fingerprint256,
    pem: toPem(raw),
    reason: socket.authorized ? null : whyUntrusted(typeof code === 'string' ? code : ((code as { code?: string } | null)?.code ?? '')),
  }
}

/** Rejects with the socket's error where there is no TLS to be had within the deadline. */
export async function inspectCertificate(
  protocol: 'imap' | 'smtp',
  { host, port, security }: { host: string; port: number; security: Security },
  deadlineMs: number,
): Promise<SeenCertificate> {
  const plain: Socket | null = security === 'starttls' ? await askForStartTls(protocol, connectPlain({ host, port }), deadlineMs) : null
  const socket = connect({
    ...(plain ? { socket: plain } : { host, port }),
    rejectUnauthorized: false,
    ...(isIP(host) ? { host } : { host, servername: host }),
  })
  try {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })), deadlineMs)
      socket.once('error', reject)
      socket.once('close', () => clearTimeout(timer))
      socket.once('secureConnect', () => resolve())
    })
    return read(socket)
  } finally {
    socket.destroy()
    plain?.destroy()
  }
}
