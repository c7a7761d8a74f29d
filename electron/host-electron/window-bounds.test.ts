import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { firstSize, boundsFor, readBounds, writeBounds } from './window-bounds.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const second = { x: 1920, y: 0, width: 1280, height: 1024 }

test('a window comes back where it was, as long as that is on a screen', () => {
  const kept = { bounds: { x: 2000, y: 50, width: 1000, height: 700 }, maximized: false }
  expect(boundsFor(kept, [screen, second])).toEqual(kept.bounds)
  expect(boundsFor(kept, [screen])).toEqual({ width: 1000, height: 700 })
  const edge = { bounds: { x: -950, y: 0, width: 1000, height: 700 }, maximized: false }
  expect(boundsFor(edge, [screen])).toEqual({ width: 1000, height: 700 })
})

test('the first window has a size of its own, no larger than the screen', () => {
  expect(boundsFor(null, [screen])).toEqual(firstSize)
  expect(boundsFor(null, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({ width: 1024, height: 700 })
  expect(boundsFor(null, [])).toEqual(firstSize)
})

test('bounds are kept in a file; a damaged file is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-kept-'))
  const file = join(folder, 'window.json')
  expect(await readBounds(file)).toBeNull()
  const kept = { bounds: { x: 1, y: 2, width: 300, height: 400 }, maximized: true }
  await writeBounds(file, kept)
  expect(await readBounds(file)).toEqual(kept)
  await writeFile(file, '{"bounds":{"x":1}}')
  expect(await readBounds(file)).toBeNull()
  await rm(folder, { recursive: true })
})
