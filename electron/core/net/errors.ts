/** What goes wrong between us and an IMAP server, as `MailError`s: one table, where they enter. */
import type { Code } from '../../../shared/codes.ts'
import type { ShownCertificate } from '../../../shared/model/account-setup.ts'
import { MailError, type ErrorKind } from '../../../shared/errors.ts'

interface FlowError extends Error {
  code?: string
  authenticationFailed?: boolean
  responseStatus?: string
  responseText?: string
  serverResponseCode?: string
}

const byCode: Record<string, [ErrorKind, Code]> = {
  ENOTFOUND: ['offline', 'name.unknown'],
  EAI_AGAIN: ['offline', 'name.lookup'],
  ECONNREFUSED: ['offline', 'connection.none'],
  ECONNRESET: ['offline', 'connection.cut'],
  EPIPE: ['offline', 'connection.cut'],
  EHOSTUNREACH: ['offline', 'connection.unreachable'],
  ENETUNREACH: ['offline', 'network.none'],
  ENETDOWN: ['offline', 'network.none'],
  ETIMEDOUT: ['timeout', 'server.silent'],
  ETIMEOUT: ['timeout', 'server.silent'],
  CONNECT_TIMEOUT: ['timeout', 'server.silent'],
  GREETING_TIMEOUT: ['timeout', 'server.notImap'],
  UPGRADE_TIMEOUT: ['timeout', 'tls.unfinished'],
  NoConnection: ['offline', 'connection.lost'],
  EConnectionClosed: ['offline', 'connection.lost'],
  ClosedAfterConnectText: ['offline', 'connection.closedAtOnce'],
  ClosedAfterConnectTLS: ['offline', 'connection.closedAtOnce'],
  StateLogout: ['offline', 'connection.lost'],
  NotFound: ['gone', 'folder.gone'],
  ETHROTTLE: ['busy', 'server.busy'],
  STARTTLS_INJECTION: ['insecure', 'starttls.interference'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['insecure', 'tls.none'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['insecure', 'tls.none'],
  EPROTO: ['insecure', 'tls.none'],
  LineTooLarge: ['limit', 'server.unbounded'],
  LiteralTooLarge: ['limit', 'server.unbounded'],
  ResponseTooLarge: ['limit', 'server.unbounded'],
}

/** What is wrong with a certificate. */
export type WhyUntrusted = ShownCertificate['reason']

/** By OpenSSL's code. */
const certificates: Record<string, WhyUntrusted> = {
  CERT_HAS_EXPIRED: 'expired',
  CERT_NOT_YET_VALID: 'notYetValid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'otherName',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'selfSigned',
  SELF_SIGNED_CERT_IN_CHAIN: 'unknownIssuer',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'unknownIssuer',
  UNABLE_TO_GET_ISSUER_CERT: 'unknownIssuer',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'unknownIssuer',
  PILLARBOX_OTHER_CERTIFICATE: 'changed',
}

/** From OpenSSL's code. */
export function whyUntrusted(code: string): WhyUntrusted {
  return certificates[code] ?? 'unverifiable'
}

const temporary = new Set(['LIMIT', 'UNAVAILABLE', 'INUSE', 'SERVERBUG', 'CONTACTADMIN', 'IN-USE', 'SYS/TEMP'])

/** Servers without RFC 5530 codes say it in words. */
const missingFolder = /(doesn't|does not) exist|no such (mailbox|folder)|unknown mailbox/i

/** Any error of imapflow or of the sockets below it, as ours. `host` is named where it is told. */
export function toMailError(error: unknown, host: string): MailError {
  if (error instanceof MailError) return error
  if (!(error instanceof Error)) return new MailError('internal', 'defect', { reason: String(error) })
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return new MailError('internal', 'defect', { reason: error.message }, { serverText: error.stack, cause: error })
  const { code = '', authenticationFailed, responseStatus, responseText, serverResponseCode } = error as FlowError
  if (responseStatus === 'BYE' || (serverResponseCode && temporary.has(serverResponseCode.toUpperCase())))
    return new MailError('busy', 'server.busy', { host }, { serverText: responseText, cause: error })
  if (authenticationFailed) return new MailError('auth', 'signIn.refused', { host }, { serverText: responseText, cause: error })
  if (certificates[code]) return new MailError('certificate', `certificate.${certificates[code]}`, { host }, { serverText: code, cause: error })
  if (/starttls/i.test(error.message) && !responseStatus) return new MailError('insecure', 'starttls.missing', { host }, { cause: error })
  const known = byCode[code]
  if (known) return new MailError(known[0], known[1], { host }, { serverText: responseText, cause: error })
  if (
    serverResponseCode === 'NONEXISTENT' ||
    serverResponseCode === 'TRYCREATE' ||
    (responseStatus === 'NO' && missingFolder.test(responseText ?? ''))
  )
    return new MailError('gone', 'folder.gone', {}, { serverText: responseText, cause: error })
  if (serverResponseCode === 'OVERQUOTA') return new MailError('full', 'mailbox.full', {}, { serverText: responseText, cause: error })
  if (responseStatus === 'NO' || responseStatus === 'BAD')
    return new MailError('refused', 'server.refused', { host }, { serverText: responseText, cause: error })
  return new MailError('offline', 'connection.failed', { host, reason: error.message }, { serverText: code || undefined, cause: error })
}
