import { spawn } from 'node:child_process'
import { chmod, chown, mkdir, mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHash } from 'node:crypto'
import { acquireProfileLock } from './profile-lock.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-lock-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

it('is held once, and carries the arguments of a second start', async () => {
  const seen: string[][] = []
  const first = await acquireProfileLock(folder, [], args => seen.push(args))
  expect(await acquireProfileLock(folder, ['mailto:ä@example.test'], () => undefined)).toEqual({ kind: 'elsewhere' })
  expect(seen).toEqual([['mailto:ä@example.test']])
  if (first.kind === 'held') await first.release()
  const second = await acquireProfileLock(folder, [], () => undefined)
  expect(second.kind).toBe('held')
  if (second.kind === 'held') await second.release()
})

it('replaces the lock of a program that was killed', async () => {
  const address = join(folder, 'lock.sock')
  const child = spawn(process.execPath, ['-e', `require('net').createServer().listen(${JSON.stringify(address)}, () => console.log('up'))`])
  await new Promise(resolve => child.stdout.once('data', resolve))
  child.kill('SIGKILL')
  await new Promise(resolve => child.once('exit', resolve))
  const lock = await acquireProfileLock(folder, [], () => undefined)
  expect(lock.kind).toBe('held')
  if (lock.kind === 'held') await lock.release()
})

it('is won by exactly one of many that start at once', async () => {
  const locks = await Promise.all(Array.from({ length: 8 }, () => acquireProfileLock(folder, [], () => undefined)))
  expect(locks.filter(lock => lock.kind === 'held')).toHaveLength(1)
  for (const lock of locks) if (lock.kind === 'held') await lock.release()
})

it('is not disturbed by a stranger who sends nonsense', async () => {
  const seen: string[][] = []
  const lock = await acquireProfileLock(folder, [], args => seen.push(args))
  const socket = connect(join(folder, 'lock.sock'))
  socket.on('error', () => undefined)
  socket.write('GET / HTTP/1.1\r\n\r\n')
  await new Promise(resolve => socket.once('close', resolve))
  expect(seen).toEqual([])
  if (lock.kind === 'held') await lock.release()
})

describe.skipIf(process.platform === 'win32')('whatever the path', () => {
  let temporary: string
  let long: string
  beforeEach(async () => {
    temporary = join(folder, 'tmp')
    long = join(folder, 'a-folder-with-a-long-name-'.repeat(5))
    for (const path of [temporary, long]) await mkdir(path)
    vi.stubEnv('TMPDIR', temporary)
    vi.stubEnv('XDG_RUNTIME_DIR', '')
  })
  afterEach(() => vi.unstubAllEnvs())
  const take = (profile: string, args: string[] = [], seen: string[][] = []) => acquireProfileLock(profile, args, args => seen.push(args))
  const release = async (lock: Awaited<ReturnType<typeof take>>) => void (lock.kind === 'held' && (await lock.release()))
  const modeOf = async (path: string) => (await stat(path)).mode & 0o777
  const place = (): string => join(temporary, `pillarbox-${process.getuid!()}`)

  it('the socket lies in a folder only its user can enter', async () => {
    const seen: string[][] = []
    const first = await take(long, [], seen)
    expect(first.kind).toBe('held')
    expect(await take(long, ['mailto:a@example.test'])).toEqual({ kind: 'elsewhere' })
    expect(seen).toEqual([['mailto:a@example.test']])
    expect(await readdir(temporary)).toEqual([`pillarbox-${process.getuid!()}`])
    expect(await modeOf(place())).toBe(0o700)
    await release(first)
  })

  it('a profile others may enter is closed to them', async () => {
    const profile = join(folder, 'open')
    await mkdir(profile)
    await chmod(profile, 0o755)
    await release(await take(profile))
    expect(await modeOf(profile)).toBe(0o700)
  })

  it('a private XDG_RUNTIME_DIR is used, and one that is not is not', async () => {
    const runtime = join(folder, 'run')
    await mkdir(runtime, { mode: 0o700 })
    vi.stubEnv('XDG_RUNTIME_DIR', runtime)
    await release(await take(long))
    expect(await readdir(runtime)).toEqual(['pillarbox'])
    await chmod(runtime, 0o777)
    await release(await take(long))
    expect(await readdir(temporary)).toHaveLength(1)
  })

  it('a folder that others can enter is refused', async () => {
    await mkdir(place())
    await chmod(place(), 0o777)
    await expect(take(long)).rejects.toMatchObject({ kind: 'refused' })
  })

  it.skipIf(process.getuid?.() !== 0)('a folder that another user made is refused', async () => {
    await mkdir(place(), { mode: 0o700 })
    await chown(place(), 12_345, 12_345)
    await expect(take(long)).rejects.toMatchObject({ kind: 'refused' })
  })

  it('a program of version 0.1.0 that holds the lock is found', async () => {
    const hash = createHash('sha256').update(long).digest('hex').slice(0, 24)
    const server = createServer(socket => socket.once('data', () => socket.end('ok\n')))
    await new Promise<void>(resolve => server.listen(join(temporary, `pillarbox-${process.getuid!()}-${hash}.sock`), resolve))
    expect(await take(long)).toEqual({ kind: 'elsewhere' })
    await new Promise(resolve => server.close(resolve))
  })
})
