/** Small looks at a server before anyone signs in: does it take connections, does it speak TLS, does it offer STARTTLS. Each has a deadline and a bound. */
import { lookup } from 'node:dns/promises'
import { connect, isIP, type Socket } from 'node:net'
import { connect as connectTls, type ConnectionOptions } from 'node:tls'

const maxBytes = 16_384

function late(): Error {
  return Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })
}

/** Gives a new socket to `use`; whatever happens, the socket is destroyed. */
function withSocket<S extends Socket, T>(
  socket: S,
  deadlineMs: number,
  use: (socket: S, resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => fail(late()), deadlineMs)
    const stop = (): void => {
      clearTimeout(timer)
      socket.destroy()
    }
    const finish = (value: T): void => (stop(), resolve(value))
    const fail = (error: Error): void => (stop(), reject(error))
    socket.on('error', fail)
    socket.once('close', () => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    use(socket, finish, fail)
  })
}

/** Rejects with the resolver's error where the name has no address. */
export async function findName(host: string, deadlineMs: number): Promise<void> {
  if (isIP(host)) return
  let timer: NodeJS.Timeout | undefined
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('timed out'), { code: 'EAI_AGAIN' })), deadlineMs)
  })
  await Promise.race([lookup(host), deadline]).finally(() => clearTimeout(timer))
}

/** Rejects with the socket's error where nothing takes the connection. */
export function reach(host: string, port: number, deadlineMs: number): Promise<void> {
  return withSocket<Socket, void>(connect({ host, port }), deadlineMs, (socket, resolve) => socket.once('connect', () => resolve()))
}

function overTls<T>(
  host: string,
  port: number,
  deadlineMs: number,
  options: ConnectionOptions,
  use: (socket: Socket, resolve: (value: T) => void, reject: (error: Error) => void) => void,
): Promise<T> {
  const socket = connectTls({ host, port, ...options, ...(isIP(host) ? {} : { servername: host }) })
  return withSocket(socket, deadlineMs, (_, resolve, reject) => socket.once('secureConnect', () => use(socket, resolve, reject)))
}

/** A whole TLS handshake with a verified certificate; rejects with what is wrong with it. */
export function handshake(host: string, port: number, deadlineMs: number, options: ConnectionOptions = {}): Promise<void> {
  return overTls<void>(host, port, deadlineMs, options, (_, resolve) => resolve())
}

/** True where the port speaks TLS from the first byte, whatever its certificate: only for a hint, nothing is sent there. */
export function speaksTls(host: string, port: number, deadlineMs: number): Promise<boolean> {
  return overTls<boolean>(host, port, deadlineMs, { rejectUnauthorized: false }, (_, resolve) => resolve(true)).catch(() => false)
}

/** The first line of the server, over verified TLS. */
export function greetingOverTls(host: string, port: number, deadlineMs: number): Promise<string> {
  return overTls<string>(host, port, deadlineMs, {}, (socket, resolve) => readLines(socket, lines => lines[0] !== undefined && resolve(lines[0])))
}

function readLines(socket: Socket, onLines: (lines: string[]) => void): void {
  let text = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    text += chunk
    if (text.length > maxBytes) socket.destroy()
    onLines(text.split('\r\n').slice(0, -1))
  })
}

const askWhatThereIs = { imap: 'a1 CAPABILITY\r\n', smtp: 'EHLO localhost\r\n' }
const answered = { imap: /^a1 /, smtp: /^[245]\d\d( |$)/ }

/** True where the port greets in the clear and offers STARTTLS. Rejects where it does not answer. */
export function offersStartTls(protocol: 'imap' | 'smtp', host: string, port: number, deadlineMs: number): Promise<boolean> {
  return withSocket<Socket, boolean>(connect({ host, port }), deadlineMs, (socket, resolve) => {
    let asked = 0
    readLines(socket, lines => {
      if (asked === 0 && lines.length > 0) {
        if (protocol === 'smtp' && !/^220 /.test(lines.at(-1)!)) return // a greeting of several lines
        asked = lines.length
        socket.write(askWhatThereIs[protocol])
      } else if (asked > 0 && lines.slice(asked).some(line => answered[protocol].test(line)))
        resolve(lines.slice(asked).some(line => /\bSTARTTLS\b/i.test(line)))
    })
  })
}

/** What is said until TLS begins, and what the server must answer (RFC 9051, 6.2.1; RFC 3207). */
const startTls: Record<'imap' | 'smtp', { answer: RegExp; then: string | null }[]> = {
  imap: [
    { answer: /^\* OK/i, then: 'a1 STARTTLS\r\n' },
    { answer: /^a1 OK/i, then: null },
  ],
  smtp: [
    { answer: /^220 /, then: 'EHLO localhost\r\n' },
    { answer: /^250 /, then: 'STARTTLS\r\n' },
    { answer: /^220 /, then: null },
  ],
}

/** Has STARTTLS granted on a new socket, and answers that socket. Rejects, and destroys it, where it is not. */
export async function askForStartTls(protocol: 'imap' | 'smtp', socket: Socket, deadlineMs: number): Promise<Socket> {
  let timer: NodeJS.Timeout | undefined
  try {
    await new Promise<void>((resolve, reject) => {
      timer = setTimeout(() => reject(late()), deadlineMs)
      socket.on('error', reject)
      socket.once('close', () => reject(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
      const steps = [...startTls[protocol]]
      let text = ''
      socket.on('data', (chunk: Buffer) => {
        text += chunk.toString('latin1')
        const lines = text.split('\r\n')
        text = lines.pop()!
        for (const line of lines) {
          if (/^(a1 (NO|BAD)|[45]\d\d)/i.test(line) || text.length > maxBytes) reject(Object.assign(new Error('no STARTTLS'), { code: 'EPROTO' }))
          if (!steps[0]?.answer.test(line)) continue
          const { then } = steps.shift()!
          if (then === null) resolve()
          else socket.write(then)
        }
      })
    })
    for (const event of ['data', 'error', 'close']) socket.removeAllListeners(event)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  } finally {
    clearTimeout(timer)
  }
}
