import { createHash } from 'node:crypto'
import { mkdir, mkdtemp, open as openFile, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { openJournal, type JournalFormat, type JournalOptions } from './journal.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-journal-'))))
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close().catch(() => undefined) // some tests close theirs
  await rm(folder, { recursive: true, force: true })
})

const Entry = z.object({ n: z.number(), text: z.string() })
const format: JournalFormat<typeof Entry> = {
  name: 'ops.journal',
  version: 2,
  schema: Entry,
  upgrades: { 1: old => ({ ...(old as object), text: (old as { words?: unknown }).words }) },
  unread: id => ({ n: -1, text: id ?? '' }),
}
const opened: { close(): Promise<void> }[] = []
async function open(options: JournalOptions = {}) {
  const journal = await openJournal(join(folder, 'ops.journal'), format, options)
  opened.push(journal)
  return journal
}
const entry = (n: number) => ({ n, text: `Grüße ${n}\n` })

it('gives back what was appended, in order', async () => {
  const journal = await open()
  await Promise.all([1, 2, 3].map(n => journal.append(entry(n))))
  await journal.append(entry(4))
  await journal.close()
  expect((await open()).records).toEqual([1, 2, 3, 4].map(entry))
})

it('tolerates a file that ends anywhere', async () => {
  const file = join(folder, 'ops.journal')
  const journal = await open()
  for (const n of [1, 2, 3]) await journal.append(entry(n))
  await journal.close()
  const whole = await readFile(file)
  const ends = [...whole.keys()].filter(i => whole[i] === 10).map(i => i + 1)
  for (let length = 0; length <= whole.length; length++) {
    await writeFile(file, whole.subarray(0, length))
    const torn = await open()
    expect(torn.records).toHaveLength(ends.filter(end => end <= length).length)
    expect(torn.damaged).toBe(0)
    await torn.append(entry(9))
    await torn.close()
    const again = await open()
    expect(again.records.at(-1)).toEqual(entry(9))
    await again.close()
  }
})

const line = (json: string): string => `${createHash('sha256').update(json).digest('hex').slice(0, 16)} ${json}\n`
const aside = (): Promise<string> => readFile(join(folder, 'ops.journal.set-aside'), 'utf8')

it('writes the version of its records, and reads older ones', async () => {
  const file = join(folder, 'ops.journal')
  await writeFile(file, line('{"n":1,"words":"old"}'))
  const journal = await open()
  await journal.append(entry(2))
  expect(journal.records).toEqual([{ n: 1, text: 'old' }])
  expect(JSON.parse((await readFile(file, 'utf8')).split('\n')[1]!.slice(17))).toEqual({ v: 2, ...entry(2) })
  expect((await open()).records).toEqual([{ n: 1, text: 'old' }, entry(2)])
})

it.each([
  ['of a newer program', line('{"v":3,"id":"change-0001"}')],
  ['of an unknown kind', line('{"v":2,"id":"change-0001","t":"unheard of"}')],
  ['with a flipped bit', line('{"v":2,"id":"change-0001","n":2,"text":"x"}').replace('x', 'y')],
  ['that is no JSON', line('{"v":2,"id":"change-0001"')],
  ['without a checksum', '{"id":"change-0001"}\n'],
])('sets a line aside %s, once, and leaves word of it in its place', async (_, bad) => {
  const file = join(folder, 'ops.journal')
  await writeFile(file, line('{"v":2,"n":1,"text":"a"}') + bad + line('{"v":2,"n":3,"text":"c"}'))
  const damaged = await open()
  expect(damaged.damaged).toBe(1)
  expect(damaged.records.map(({ n }) => n)).toEqual([1, -1, 3])
  expect(damaged.records[1]!.text).toMatch(/^(change-0001)?$/)
  await damaged.append(entry(4))
  await damaged.close()
  expect(await aside()).toBe(bad)
  const again = await open()
  expect(again.damaged).toBe(0)
  expect(again.records.map(({ n }) => n)).toEqual([1, -1, 3, 4])
  await again.compact([entry(4)])
  expect(await aside()).toBe(bad)
})

it('never replaces lines it could not set aside', async () => {
  const file = join(folder, 'ops.journal')
  const bad = line('{"v":3}')
  await writeFile(file, bad)
  await mkdir(join(folder, 'ops.journal.set-aside')) // so that no such file can be written
  const journal = await open({ shortBytes: 1 })
  expect(journal.isLong).toBe(false)
  await expect(journal.compact([])).rejects.toMatchObject({ kind: 'full' })
  await journal.append(entry(1))
  await journal.close()
  expect(await readFile(file, 'utf8')).toContain(bad)
  await rm(join(folder, 'ops.journal.set-aside'), { recursive: true })
  const again = await open()
  expect(again.records).toEqual([{ n: -1, text: '' }, entry(1)])
  expect(await aside()).toBe(bad)
})

it('reads lines of any length up to its bound, and sets longer ones aside whole', async () => {
  const file = join(folder, 'ops.journal')
  const long = line(`{"v":2,"id":"change-0001","n":2,"text":"${'ä'.repeat(400_000)}"}`)
  const longest = line(`{"v":2,"id":"change-0002","n":2,"text":"${'x'.repeat(1_200_000)}"}`)
  await writeFile(file, long + longest + line('{"v":2,"n":3,"text":"c"}'))
  const journal = await open({ longestLine: 1_000_000 })
  expect(journal.records.map(({ n, text }) => [n, text.length])).toEqual([
    [2, 400_000],
    [-1, 'change-0002'.length],
    [3, 1],
  ])
  expect(await aside()).toBe(longest)
  await expect(journal.append({ n: 1, text: 'x'.repeat(1_000_000) })).rejects.toMatchObject({ kind: 'limit' })
  await journal.append(entry(4))
})

it('is long by its bytes, and by what was needed last', async () => {
  const journal = await open({ shortBytes: 1000 })
  const big = { n: 1, text: 'x'.repeat(400) }
  for (let i = 0; i < 2; i++) await journal.append(big)
  expect(journal.isLong).toBe(false)
  await journal.append(big)
  expect(journal.isLong).toBe(true)
  await journal.compact([big, big, big])
  for (let i = 0; i < 9; i++) await journal.append(big)
  expect(journal.isLong).toBe(false)
  await journal.append(big)
  expect(journal.isLong).toBe(true)
})

it('compacts without losing what is appended meanwhile', async () => {
  const journal = await open()
  for (const n of [1, 2, 3]) await journal.append(entry(n))
  await Promise.all([journal.append(entry(4)), journal.compact([entry(3), entry(4)]), journal.append(entry(5))])
  await journal.close()
  expect((await open()).records).toEqual([entry(3), entry(4), entry(5)])
})

it('tells when a record could not be made durable', async () => {
  const journal = await open()
  await journal.close()
  await expect(journal.append(entry(1))).rejects.toThrow()
})

it('does not find at the next start what it refused', async () => {
  const journal = await open()
  await journal.append(entry(1))
  const handle = await openFile(join(folder, 'other'), 'a')
  const sync = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'datasync')
  await handle.close()
  sync.mockRejectedValueOnce(Object.assign(new Error('ENOSPC: no space left on device, fdatasync'), { code: 'ENOSPC' }))
  const refused = await Promise.allSettled([journal.append(entry(2)), journal.append(entry(3))])
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  sync.mockRestore()
  await journal.append(entry(4))
  await journal.close()
  const again = await open()
  expect(again.records).toEqual([1, 4].map(entry))
  expect(again.damaged).toBe(0)
})
