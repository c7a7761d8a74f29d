import { spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:net'
import { afterEach, beforeEach, expect, it } from 'vitest'
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
