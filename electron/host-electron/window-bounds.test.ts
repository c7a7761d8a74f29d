import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { firstSize, placeFor, readPlace, writePlace } from './window-bounds.ts'

const screen = { x: 0, y: 0, width: 1920, height: 1080 }
const second = { x: 1920, y: 0, width: 1280, height: 1024 }

test('a window comes back where it was, as long as that is on a screen', () => {
  const kept = { bounds: { x: 2000, y: 50, width: 1000, height: 700 }, maximized: false }
  expect(placeFor(kept, [screen, second])).toEqual(kept.bounds)
  expect(placeFor(kept, [screen])).toEqual({ width: 1000, height: 700 })
  const edge = { bounds: { x: -950, y: 0, width: 1000, height: 700 }, maximized: false }
  expect(placeFor(edge, [screen])).toEqual({ width: 1000, height: 700 })
})

test('the first window has a size of its own, no larger than the screen', () => {
  expect(placeFor(null, [screen])).toEqual(firstSize)
  expect(placeFor(null, [{ x: 0, y: 0, width: 1024, height: 700 }])).toEqual({ width: 1024, height: 700 })
  expect(placeFor(null, [])).toEqual(firstSize)
})

test('the place is kept in a file; a damaged file is no place', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-place-'))
  const file = join(folder, 'window.json')
  expect(await readPlace(file)).toBeNull()
  const place = { bounds: { x: 1, y: 2, width: 300, height: 400 }, maximized: true }
  await writePlace(file, place)
  expect(await readPlace(file)).toEqual(place)
  await writeFile(file, '{"bounds":{"x":1}}')
  expect(await readPlace(file)).toBeNull()
  await rm(folder, { recursive: true })
})
