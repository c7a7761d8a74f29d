/** What goes wrong between us and an IMAP server, as `MailError`s: one table, where they enter. */
import { MailError, type ErrorKind } from '../../../shared/errors.ts'

interface FlowError extends Error {
  code?: string
  authenticationFailed?: boolean
  responseStatus?: string
  responseText?: string
  serverResponseCode?: string
}

const byCode: Record<string, [ErrorKind, (host: string) => string]> = {
  ENOTFOUND: ['offline', host => `The name ${host} was not found.`],
  EAI_AGAIN: ['offline', host => `The name ${host} cannot be looked up: there is no connection to the internet.`],
  ECONNREFUSED: ['offline', host => `${host} refuses connections.`],
  ECONNRESET: ['offline', host => `${host} cut the connection.`],
  EPIPE: ['offline', host => `${host} cut the connection.`],
  EHOSTUNREACH: ['offline', host => `${host} cannot be reached.`],
  ENETUNREACH: ['offline', () => 'There is no network.'],
  ENETDOWN: ['offline', () => 'There is no network.'],
  ETIMEDOUT: ['timeout', host => `${host} has not answered.`],
  ETIMEOUT: ['timeout', host => `${host} has not answered.`],
  CONNECT_TIMEOUT: ['timeout', host => `${host} has not answered.`],
  GREETING_TIMEOUT: ['timeout', host => `${host} takes connections but does not speak IMAP on this port.`],
  UPGRADE_TIMEOUT: ['timeout', host => `${host} did not finish setting up TLS.`],
  NoConnection: ['offline', host => `The connection to ${host} was lost.`],
  EConnectionClosed: ['offline', host => `The connection to ${host} was lost.`],
  ClosedAfterConnectText: ['offline', host => `${host} closed the connection at once.`],
  ClosedAfterConnectTLS: ['offline', host => `${host} closed the connection at once.`],
  StateLogout: ['offline', host => `The connection to ${host} was lost.`],
  NotFound: ['gone', () => 'The folder is no longer there.'],
  ETHROTTLE: ['busy', host => `${host} asks to come back later.`],
  STARTTLS_INJECTION: ['insecure', host => `Something between this computer and ${host} interferes with encryption. Nothing was sent.`],
  ERR_SSL_WRONG_VERSION_NUMBER: ['insecure', host => `${host} does not speak TLS on this port.`],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['insecure', host => `${host} does not speak TLS on this port.`],
  EPROTO: ['insecure', host => `${host} does not speak TLS on this port.`],
  LineTooLarge: ['limit', host => `${host} sent an answer beyond all bounds.`],
  LiteralTooLarge: ['limit', host => `${host} sent an answer beyond all bounds.`],
  ResponseTooLarge: ['limit', host => `${host} sent an answer beyond all bounds.`],
}

const certificate: Record<string, string> = {
  CERT_HAS_EXPIRED: 'it has expired',
  CERT_NOT_YET_VALID: 'it is not valid yet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'it belongs to another name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'it is signed by nobody but itself',
  SELF_SIGNED_CERT_IN_CHAIN: 'its issuer is not one this computer trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its issuer is not one this computer trusts',
  UNABLE_TO_GET_ISSUER_CERT: 'its issuer is not one this computer trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its issuer is not one this computer trusts',
  PILLARBOX_OTHER_CERTIFICATE: 'it is another than the one you trusted',
}

/** What is wrong with a certificate, from OpenSSL's code, as half a sentence. */
export function whyUntrusted(code: string): string {
  return certificate[code] ?? 'it cannot be verified'
}

const temporary = new Set(['LIMIT', 'UNAVAILABLE', 'INUSE', 'SERVERBUG', 'CONTACTADMIN', 'IN-USE', 'SYS/TEMP'])

/** Servers without RFC 5530 codes say it in words. */
const missingFolder = /(doesn't|does not) exist|no such (mailbox|folder)|unknown mailbox/i

/** Any error of imapflow or of the sockets below it, as ours. `host` is named in the sentence. */
export function toMailError(error: unknown, host: string): MailError {
  if (error instanceof MailError) return error
  if (!(error instanceof Error)) return new MailError('internal', String(error))
  if (error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError)
    return new MailError('internal', error.message, error.stack, { cause: error })
  const { code = '', authenticationFailed, responseStatus, responseText, serverResponseCode } = error as FlowError
  const options = { cause: error }
  if (responseStatus === 'BYE' || (serverResponseCode && temporary.has(serverResponseCode.toUpperCase())))
    return new MailError('busy', `${host} asks to come back later.`, responseText, options)
  if (authenticationFailed) return new MailError('auth', `${host} refused the user name or password.`, responseText, options)
  if (certificate[code])
    return new MailError('certificate', `${host} could not prove who it is: the certificate cannot be trusted, ${certificate[code]}.`, code, options)
  if (/starttls/i.test(error.message) && !responseStatus)
    return new MailError(
      'insecure',
      `${host} does not offer encryption (STARTTLS), which this account requires. Nothing was sent.`,
      undefined,
      options,
    )
  const known = byCode[code]
  if (known) return new MailError(known[0], known[1](host), responseText, options)
  if (
    serverResponseCode === 'NONEXISTENT' ||
    serverResponseCode === 'TRYCREATE' ||
    (responseStatus === 'NO' && missingFolder.test(responseText ?? ''))
  )
    return new MailError('gone', 'The folder is no longer there.', responseText, options)
  if (serverResponseCode === 'OVERQUOTA') return new MailError('full', 'The mailbox is full.', responseText, options)
  if (responseStatus === 'NO' || responseStatus === 'BAD')
    return new MailError('refused', `${host} refused: ${responseText || 'no reason given'}`, responseText, options)
  return new MailError('offline', `The connection to ${host} failed: ${error.message}`, code || undefined, options)
}
