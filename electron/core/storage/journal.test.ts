import { mkdtemp, open as openFile, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { openJournal } from './journal.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-journal-'))))
afterEach(async () => {
  for (const journal of opened.splice(0)) await journal.close().catch(() => undefined) // some tests close theirs
  await rm(folder, { recursive: true, force: true })
})

const Entry = z.object({ n: z.number(), text: z.string() })
const opened: { close(): Promise<void> }[] = []
async function open() {
  const journal = await openJournal(join(folder, 'ops.journal'), value => Entry.parse(value))
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

it('reports a damaged line, keeps a copy, and goes on with the rest', async () => {
  const file = join(folder, 'ops.journal')
  const journal = await open()
  for (const n of [1, 2, 3]) await journal.append(entry(n))
  await journal.close()
  const lines = (await readFile(file, 'utf8')).split('\n')
  lines[1] = lines[1]!.replace('2', '7')
  await writeFile(file, lines.join('\n'))
  const damaged = await open()
  expect(damaged.damaged).toBe(1)
  expect(damaged.records).toEqual([entry(1), entry(3)])
  expect((await readdir(folder)).some(name => name.includes('.damaged-'))).toBe(true)
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
