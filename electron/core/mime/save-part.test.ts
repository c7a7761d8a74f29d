import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { savePart } from './save-part.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-save-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const part = (filename?: string, type = 'application/pdf') => ({ part: '2', type, size: 3, ...(filename !== undefined && { filename }) })

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

it('says on Windows that a file came from outside', async () => {
  const mark = async (platform: NodeJS.Platform) => {
    const path = await savePart(folder, part('a.pdf'), write => write(Buffer.from('file')), platform)
    return readFile(`${path}:Zone.Identifier`, 'utf8').catch(() => null)
  }
  expect(await mark('win32')).toBe('[ZoneTransfer]\r\nZoneId=3\r\n')
  expect(await mark('linux')).toBeNull()
})

it('saves where no mark can be set', async () => {
  await mkdir(join(folder, 'a.pdf:Zone.Identifier'))
  expect(await savePart(folder, part('a.pdf'), write => write(Buffer.from('file')), 'win32')).toBe(join(folder, 'a.pdf'))
})
