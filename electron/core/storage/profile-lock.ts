/**
 * One program per profile: a unix socket (a named pipe on Windows) that is held while the program runs and carries the arguments of a second start.
 * A socket file nobody answers on belongs to a program that died, and is replaced.
 *
 * The socket lies in a folder only its user can enter, as whoever reaches it could hold the lock or take the arguments: the profile itself, and where its path is too long for a
 * socket or its file system knows no modes, a folder in XDG_RUNTIME_DIR or among the temporary files. A folder that someone else made there is refused.
 */
import { createHash } from 'node:crypto'
import { chmod, lstat, mkdir, realpath, stat, unlink } from 'node:fs/promises'
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

interface Addresses {
  own: string
  /** Where a program of another version, or of another environment, may hold the lock. */
  others: string[]
}

async function isPrivate(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null) // absent, or not ours to see
  return found !== null && found.isDirectory() && found.uid === userInfo().uid && (found.mode & 0o077) === 0
}

/** Refuses one that is not this user's alone. */
async function makePrivate(folder: string): Promise<string> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  if (await isPrivate(folder)) return folder
  throw new MailError('refused', 'profile.openFolder', { folder })
}

async function addressesOf(dataFolder: string): Promise<Addresses> {
  const named = resolve(dataFolder)
  const folder = await realpath(named).catch(() => named) // one profile, however it is named
  const hashOf = (path: string): string => createHash('sha256').update(path).digest('hex').slice(0, 24)
  const hash = hashOf(folder)
  if (process.platform === 'win32') return { own: `\\\\.\\pipe\\pillarbox-${hash}`, others: [] }
  const { uid } = userInfo()
  const inside = join(folder, 'lock.sock')
  const isShort = Buffer.byteLength(inside) <= longestPath
  if (!(await isPrivate(folder))) await chmod(folder, 0o700).catch(() => undefined) // not ours, or a file system without modes
  if (isShort && (await isPrivate(folder))) return { own: inside, others: [] }
  const runtime = process.env.XDG_RUNTIME_DIR
  const place = runtime && (await isPrivate(runtime)) ? join(runtime, 'pillarbox') : join(tmpdir(), `pillarbox-${uid}`)
  const before = join(tmpdir(), `pillarbox-${uid}-${hashOf(named)}.sock`) // of version 0.1.0
  return { own: join(await makePrivate(place), `${hash}.sock`), others: [...(isShort ? [inside] : []), before] }
}

/** A socket that is another user's is no lock of ours. */
async function isOurs(address: string): Promise<boolean> {
  const found = await lstat(address).catch(() => null) // absent
  return found !== null && found.isSocket() && found.uid === userInfo().uid
}

/** Takes the lock, or hands `args` to the program that holds it. Throws `timeout` where that program does not answer, `refused` where the lock has no safe place. */
export async function acquireProfileLock(dataFolder: string, args: string[], onSecondStart: (args: string[]) => void): Promise<ProfileLock> {
  const { own: address, others } = await addressesOf(dataFolder)
  for (const other of others) if ((await isOurs(other)) && (await greet(other, args))) return { kind: 'elsewhere' }
  for (let attempt = 0; attempt < 5; attempt++) {
    const server = await listen(address, onSecondStart)
    if (server) return { kind: 'held', release: () => close(server) }
    const before = await inode(address)
    if (await greet(address, args)) return { kind: 'elsewhere' }
    if (process.platform !== 'win32' && before !== undefined && before === (await inode(address))) await unlink(address).catch(ignoreMissing)
  }
  throw new MailError('busy', 'profile.contended')
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
      reject(new MailError('timeout', 'profile.mute'))
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
