import { link, mkdir, mkdtemp, open, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { savePart } from './save-part.ts'

vi.mock('node:fs/promises', async original => {
  const real = await original<typeof import('node:fs/promises')>()
  return { ...real, link: vi.fn(real.link), open: vi.fn(real.open) }
})

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-save-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))
afterEach(() => vi.clearAllMocks())

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

describe.each(['EPERM', 'ENOTSUP', 'ENOSYS', 'EISDIR', 'EINVAL', 'EMLINK', 'UNKNOWN'])('where links fail with %s', code => {
  beforeEach(() => void vi.mocked(link).mockImplementation(() => Promise.reject(Object.assign(new Error(code), { code }))))
  afterEach(() => void vi.mocked(link).mockReset())

  it('never overwrites, also when many save at once', async () => {
    await writeFile(join(folder, 'a.pdf'), 'the one that is there')
    const paths = await Promise.all(Array.from({ length: 5 }, (_, i) => savePart(folder, part('a.pdf'), write => write(Buffer.from(`file ${i}`)))))
    expect(new Set(paths).size).toBe(5)
    expect(await readFile(join(folder, 'a.pdf'), 'utf8')).toBe('the one that is there')
    expect(await Promise.all(paths.map(path => readFile(path, 'utf8')))).toEqual([0, 1, 2, 3, 4].map(i => `file ${i}`))
    expect((await readdir(folder)).length).toBe(6)
  })

  it('leaves no half file under its name when the disk is full', async () => {
    const real = (await vi.importActual<typeof import('node:fs/promises')>('node:fs/promises')).open
    vi.mocked(open).mockImplementation(async (path, ...rest) => {
      const handle = await real(path, ...rest)
      if (String(path).endsWith('a.pdf')) handle.sync = () => Promise.reject(new Error('full'))
      return handle
    })
    await expect(savePart(folder, part('a.pdf'), write => write(Buffer.from('file')))).rejects.toThrow('full')
    vi.mocked(open).mockImplementation(real)
    expect(await readdir(folder)).toEqual([])
  })
})
