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

/** Any error of nodemailer's `SMTPConnection`, as ours. `host` is named in the sentence; the server's own words are the detail. */
export function toSmtpError(error: unknown, host: string): MailError {
  if (!(error instanceof Error) || error instanceof MailError) return toMailError(error, host)
  const { code = '', originalCode, timeoutType, response, responseCode = 0 } = error as SmtpError
  const options = { cause: error }
  if (responseCode === 421 || (responseCode >= 400 && responseCode < 500))
    return new MailError('busy', `${host} asks to come back later.`, response, options)
  if (code === 'EAUTH') return new MailError('auth', `${host} refused the user name or password.`, response, options)
  if (timeoutType === 'GREETING_TIMEOUT')
    return new MailError('timeout', `${host} takes connections but does not speak SMTP on this port.`, undefined, options)
  if (code === 'ETLS' && responseCode > 0)
    return new MailError(
      'insecure',
      `${host} does not offer encryption (STARTTLS), which this account requires. Nothing was sent.`,
      response,
      options,
    )
  if (responseCode >= 500) return new MailError('refused', `${host} refused: ${response}`, response, options)
  if (code === 'EPROTOCOL') return new MailError('refused', `${host} takes connections but does not speak SMTP on this port.`, response, options)
  if (code === 'ECONNECTION' && !originalCode) return new MailError('offline', `${host} cut the connection.`, response, options)
  return toMailError(Object.assign(new Error(error.message), { code: originalCode ?? code }), host)
}
