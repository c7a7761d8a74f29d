import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { cleanName, savePart } from './save-part.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-save-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const part = (filename?: string, type = 'application/pdf') => ({ part: '2', type, size: 3, ...(filename !== undefined && { filename }) })

it.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\a.exe', 'C_Windows_a.exe'],
  ['.bashrc', 'bashrc'],
  ['CON.txt', '_CON.txt'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['Grüße 日本.pdf', 'Grüße 日本.pdf'],
  ['...', 'part-2.pdf'],
  [undefined, 'part-2.pdf'],
])('%j is saved as %j', (given, clean) => expect(cleanName(part(given))).toBe(clean))

it('keeps the ending of a name that is far too long', () => {
  const name = cleanName(part(`${'日'.repeat(400)}.pdf`))
  expect(name.endsWith('.pdf')).toBe(true)
  expect(Buffer.byteLength(name)).toBeLessThan(255)
})

it('never overwrites, also when many save at once', async () => {
  const paths = await Promise.all(Array.from({ length: 5 }, (_, i) => savePart(folder, part('a.pdf'), write => write(Buffer.from(`file ${i}`)))))
  expect(new Set(paths).size).toBe(5)
  const contents = await Promise.all(paths.map(path => readFile(path, 'utf8')))
  expect(contents).toEqual([0, 1, 2, 3, 4].map(i => `file ${i}`))
  expect(paths.every(path => dirname(path) === folder)).toBe(true)
})

it('leaves nothing behind when the download fails', async () => {
  const failing = savePart(folder, part('a.pdf'), async write => {
    await write(Buffer.from('half'))
    throw new Error('cut')
  })
  await expect(failing).rejects.toThrow('cut')
  expect(await readdir(folder)).toEqual([])
})
