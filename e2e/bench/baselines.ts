/** The same work without Pillarbox: a bare socket, and imapflow alone. */
import { connect } from 'node:net'
import { ImapFlow } from 'imapflow'
import { password } from '../servers/dovecot.ts'

const fields = 'From To Cc Reply-To Subject Date Message-ID In-Reply-To References List-Unsubscribe'
const items = `(UID FLAGS INTERNALDATE RFC822.SIZE MODSEQ BODY.PEEK[HEADER.FIELDS (${fields})])`

export interface Measured {
  ms: number
  /** FETCH answers. */
  count: number
  /** Bytes of all answers. */
  bytes: number
}

/** Sends commands one after another over a bare socket, each once the last was answered; the clock starts after the login. */
export function bareSocket(port: number, commands: string[]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    const steps = [`LOGIN alice ${password}`, 'ENABLE QRESYNC', ...commands]
    let step = -1
    let tail = ''
    let [start, count, bytes] = [0, 0, 0]
    const send = (): void => {
      step++
      if (step === 1) start = performance.now()
      if (step === 2) [count, bytes] = [0, 0]
      if (step < steps.length) return void socket.write(`t${step} ${steps[step]}\r\n`)
      socket.destroy()
      resolve({ ms: performance.now() - start, count, bytes })
    }
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => {
      bytes += chunk.length
      const text = tail + chunk
      const end = text.lastIndexOf('\r\n') + 2
      for (const line of text.slice(0, end).split('\r\n')) {
        if (/^\* \d+ FETCH /.test(line)) count++
        else if (line.startsWith('* OK [CAPABILITY') && step === -1) send()
        else if (line.startsWith(`t${step} OK`)) send()
        else if (line.startsWith(`t${step} `)) reject(new Error(line))
      }
      tail = text.slice(end)
    })
    socket.on('error', reject)
  })
}

export const allHeaders = (port: number): Promise<Measured> => bareSocket(port, ['SELECT INBOX', `UID FETCH 1:* ${items}`])
export const changes = (port: number, uidValidity: number, modseq: string, uids: string): Promise<Measured> =>
  bareSocket(port, [`SELECT INBOX (QRESYNC (${uidValidity} ${modseq}))`, `UID FETCH ${uids} ${items}`])

/** imapflow with the same FETCH, on the same main loop, storing nothing. */
export async function imapflowAlone(port: number): Promise<Omit<Measured, 'bytes'>> {
  const client = new ImapFlow({
    host: '127.0.0.1',
    port,
    secure: false,
    doSTARTTLS: false,
    auth: { user: 'alice', pass: password },
    logger: false,
    qresync: true,
    disableCompression: true,
  })
  await client.connect()
  const start = performance.now()
  await client.mailboxOpen('INBOX')
  let count = 0
  for await (const message of client.fetch(
    '1:*',
    { uid: true, flags: true, internalDate: true, size: true, headers: fields.split(' ') },
    { uid: true },
  ))
    if (message.uid) count++
  const ms = performance.now() - start
  await client.logout()
  return { ms, count }
}

export function median(values: number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}
