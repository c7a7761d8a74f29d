/**
 * One program per profile: a unix socket (a named pipe on Windows) that is held while the program runs and carries the arguments of a second start.
 * A socket file nobody answers on belongs to a program that died, and is replaced.
 */
import { createHash } from 'node:crypto'
import { stat, unlink } from 'node:fs/promises'
import { createServer, connect, type Server } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import { MailError } from '../../../shared/errors.ts'

export type ProfileLock = { kind: 'held'; release(): Promise<void> } | { kind: 'elsewhere' }

const Greeting = z.object({ pillarbox: z.literal(1), args: z.array(z.string().max(10_000)).max(100) })
const answerDeadlineMs = 3000
/** sun_path holds 104 (macOS) to 108 bytes. */
const longestPath = 100
const longestGreeting = 1_000_000

function addressOf(dataFolder: string): string {
  const folder = resolve(dataFolder)
  const hash = createHash('sha256').update(folder).digest('hex').slice(0, 24)
  if (process.platform === 'win32') return `\\\\.\\pipe\\pillarbox-${hash}`
  const inside = join(folder, 'lock.sock')
  return Buffer.byteLength(inside) <= longestPath ? inside : join(tmpdir(), `pillarbox-${userInfo().uid}-${hash}.sock`)
}

/** Takes the lock, or hands `args` to the program that holds it. Throws `timeout` where that program does not answer. */
export async function acquireProfileLock(dataFolder: string, args: string[], onSecondStart: (args: string[]) => void): Promise<ProfileLock> {
  const address = addressOf(dataFolder)
  for (let attempt = 0; attempt < 5; attempt++) {
    const server = await listen(address, onSecondStart)
    if (server) return { kind: 'held', release: () => close(server) }
    const before = await inode(address)
    if (await greet(address, args)) return { kind: 'elsewhere' }
    if (process.platform !== 'win32' && before !== undefined && before === (await inode(address))) await unlink(address).catch(ignoreMissing)
  }
  throw new MailError('busy', 'another program keeps taking the lock of this profile')
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error
}

async function inode(address: string): Promise<number | undefined> {
  return stat(address).then(
    ({ ino }) => ino,
    () => undefined,
  )
}

function listen(address: string, onSecondStart: (args: string[]) => void): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer(socket => {
      let text = ''
      socket.setEncoding('utf8')
      socket.on('error', () => socket.destroy())
      socket.setTimeout(answerDeadlineMs, () => socket.destroy())
      socket.on('data', (chunk: string) => {
        text += chunk
        if (text.length > longestGreeting) socket.destroy()
        if (!text.includes('\n')) return
        const greeting = Greeting.safeParse(safeJson(text.slice(0, text.indexOf('\n'))))
        if (!greeting.success) return void socket.destroy()
        socket.end('ok\n')
        onSecondStart(greeting.data.args)
      })
    })
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)))
    server.listen(address, () => resolve(server))
  })
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined // not ours; the schema refuses it
  }
}

/** True when a living program took the arguments, false when nobody listens. */
function greet(address: string, args: string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(address)
    let answered = false
    socket.setTimeout(answerDeadlineMs, () => {
      socket.destroy()
      reject(new MailError('timeout', 'Pillarbox is already running on this profile but does not answer. End it and start again.'))
    })
    socket.once('connect', () => socket.write(`${JSON.stringify({ pillarbox: 1, args })}\n`))
    socket.once('data', () => (answered = true))
    socket.once('error', () => resolve(false))
    socket.once('close', () => resolve(answered))
  })
}

function close(server: Server): Promise<void> {
  return new Promise(resolve => server.close(() => resolve()))
}
