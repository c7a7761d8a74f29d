/** What goes wrong between us and an SMTP server, as `MailError`s. What lies below SMTP (names, sockets, certificates) is in the table of imap/errors.ts. */
import { MailError } from '../../../shared/errors.ts'
import { toMailError } from '../net/errors.ts'

interface SmtpError extends Error {
  code?: string
  /** What nodemailer's own code took the place of. */
  originalCode?: string
  timeoutType?: string
  response?: string
  responseCode?: number
}

/** Any error of nodemailer's `SMTPConnection`, as ours. `host` is named where it is told. */
export function toSmtpError(error: unknown, host: string): MailError {
  if (!(error instanceof Error) || error instanceof MailError) return toMailError(error, host)
  const { code = '', originalCode, timeoutType, response, responseCode = 0 } = error as SmtpError
  if (responseCode === 421 || (responseCode >= 400 && responseCode < 500))
    return new MailError('busy', 'server.busy', { host }, { serverText: response, cause: error })
  if (code === 'EAUTH') return new MailError('auth', 'signIn.refused', { host }, { serverText: response, cause: error })
  if (timeoutType === 'GREETING_TIMEOUT') return new MailError('timeout', 'server.notSmtp', { host }, { cause: error })
  if (code === 'ETLS' && responseCode > 0) return new MailError('insecure', 'starttls.missing', { host }, { serverText: response, cause: error })
  if (responseCode >= 500) return new MailError('refused', 'server.refused', { host }, { serverText: response, cause: error })
  if (code === 'EPROTOCOL') return new MailError('refused', 'server.notSmtp', { host }, { serverText: response, cause: error })
  if (code === 'ECONNECTION' && !originalCode) return new MailError('offline', 'connection.cut', { host }, { serverText: response, cause: error })
  return toMailError(Object.assign(new Error(error.message), { code: originalCode ?? code }), host)
}
