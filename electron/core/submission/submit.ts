/**
 * Hands one message to a server for outgoing mail (RFC 6409, RFC 5321), over one connection, once.
 *
 * The message is a stream nobody reads before the server has answered DATA with 354: nodemailer pipes it only then (SMTPConnection.send: `message.pipe` stands in
 * the callback that the answer to DATA calls). Its first read awaits `begin`, so what `begin` records is on the disk before the first byte (law 5).
 */
import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import type { ConnectionOptions } from 'node:tls'
import SMTPConnection, { type SMTPConnectionSendInfo } from 'nodemailer/lib/smtp-connection'
import { MailError } from '../../../shared/errors.ts'
import type { Outgoing } from '../../../shared/model/account-setup.ts'
import { toSmtpError } from './errors.ts'
import { smtpOptions } from './options.ts'

/** A recipient the server would not take, with its words. */
export interface Refusal {
  address: string
  detail: string
}

/**
 * What became of a message.
 *
 *   accepted   250 after the last byte; `refused` are recipients it does not go to
 *   refused    a permanent answer (5xx), or it is too large: it will not be better later
 *   later      not accepted for sure, may be later; `of` the connection (nothing can be sent now) or this message alone
 *   unknown    bytes went out and no answer came: it may have been accepted
 */
export type Submitted =
  | { kind: 'accepted'; refused: Refusal[] }
  | { kind: 'refused'; error: MailError; refused: Refusal[] }
  | { kind: 'later'; of: 'connection' | 'message'; error: MailError }
  | { kind: 'unknown'; error: MailError }

export interface Submission {
  server: Outgoing
  /** What trust in the server asks for. */
  tls: ConnectionOptions
  password: string | null
  from: string
  to: string[]
  /** The message with CRLF line ends. */
  file: string
  /** Bytes of it. */
  size: number
  /** Records that the first byte is about to go. Where it throws none goes, and `submit` throws the same. */
  begin(): Promise<void>
}

export interface SubmitDeadlines {
  /** From the first SYN to the first byte of the message, and more for each recipient: many servers answer them one by one. */
  beforeDataMs: number
  recipientMs: number
  /** Without a byte either way after that, and from the last byte to the answer, whatever comes in between (RFC 5321, 4.5.3.2.6: at least 10 minutes). */
  silenceMs: number
}
const usual: SubmitDeadlines = { beforeDataMs: 3 * 60_000, recipientMs: 1000, silenceMs: 10 * 60_000 }

interface SmtpFailure extends Error {
  code?: string
  command?: string
  response?: string
  responseCode?: number
  recipient?: string
  rejectedErrors?: SmtpFailure[]
}

const envelopeCommands = new Set(['MAIL FROM', 'RCPT TO', 'DATA'])

function toRefusals(errors: SmtpFailure[] = []): Refusal[] {
  return errors.map(({ recipient = '', response, message }) => ({ address: recipient, detail: response ?? message }))
}

function classify(failure: SmtpFailure, host: string, streaming: boolean): Submitted {
  const { code, command = '', responseCode = 0 } = failure
  const error = toSmtpError(failure, host)
  if (streaming && responseCode === 0)
    return { kind: 'unknown', error: new MailError('offline', 'sending.lost', { host }, { serverText: error.message }) }
  if (code === 'EMESSAGE' && responseCode === 0)
    return { kind: 'refused', error: new MailError('limit', 'message.tooLarge', { host }, { serverText: failure.message }), refused: [] }
  const ofMessage = envelopeCommands.has(command) && responseCode !== 421
  if (responseCode >= 500 && error.kind === 'refused') return { kind: 'refused', error, refused: toRefusals(failure.rejectedErrors) }
  if (code === 'EENVELOPE' && responseCode === 0) return { kind: 'refused', error: new MailError('invalid', 'envelope.invalid'), refused: [] }
  return { kind: 'later', of: ofMessage ? 'message' : 'connection', error }
}

/** Never throws for what the server or the network does; see `Submitted`. */
export async function submit(submission: Submission, deadlines: SubmitDeadlines = usual): Promise<Submitted> {
  const { server, password, from, to, size } = submission
  const { host } = server
  if (password === null) return { kind: 'later', of: 'connection', error: new MailError('auth', 'password.none', { host }) }
  let streaming = false
  let ended = false
  let begun: Promise<void> | null = null
  let broken: { error: unknown } | null = null // this computer's fault: not an answer of the server
  let timer: NodeJS.Timeout | undefined
  let giveUp: (error: Error) => void = () => undefined
  const message = Readable.from(
    (async function* read() {
      try {
        begun = submission.begin()
        await begun
        if (ended) return // too late: not a byte has gone, and none goes
        streaming = true
        for await (const chunk of createReadStream(submission.file)) yield chunk as Buffer
        clearTimeout(timer)
        timer = setTimeout(() => giveUp(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })), deadlines.silenceMs).unref()
      } catch (error) {
        broken = { error }
        throw error
      }
    })(),
  )
  const connection = new SMTPConnection({ ...smtpOptions(server, submission.tls), socketTimeout: deadlines.silenceMs })
  try {
    const info = await new Promise<SMTPConnectionSendInfo>((resolve, reject) => {
      giveUp = reject
      const lost = (): void => reject(Object.assign(new Error('The connection was closed.'), { code: 'ECONNECTION' }))
      timer = setTimeout(
        () => {
          if (!streaming) reject(new MailError('timeout', 'server.silent', { host }))
        },
        deadlines.beforeDataMs + to.length * deadlines.recipientMs,
      )
      connection.on('error', reject)
      connection.once('end', lost)
      const send = (): void =>
        connection.send({ from, to, size }, message, (error, sent) => {
          if (error) reject(error)
          else resolve(sent)
        })
      connection.connect(error => {
        if (error) return reject(error)
        if (!connection.allowsAuth) return send() // it takes messages from this network without asking who we are
        connection.login({ credentials: { user: server.user, pass: password } }, refusal => (refusal ? reject(refusal) : send()))
      })
    })
    connection.quit()
    return { kind: 'accepted', refused: toRefusals(info.rejectedErrors) }
  } catch (error) {
    const wasStreaming = streaming
    ended = true
    connection.close()
    await (begun as Promise<void> | null)?.catch(() => undefined) // what it records comes before what we answer; where it fails, that is the fault below
    const fault = broken as { error: unknown } | null
    if (fault) throw fault.error
    if (error instanceof MailError) return { kind: 'later', of: 'connection', error }
    return classify(error as SmtpFailure, host, wasStreaming)
  } finally {
    clearTimeout(timer)
    message.destroy()
  }
}
