import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { factWords } from '../../../renderer/data/words/errors.ts'
import { openSettings } from './settings.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-settings-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

it('a value nobody knows here leaves the others alone, and stays until it is changed', async () => {
  const file = join(folder, 'settings.json')
  await writeFile(file, '{"v":2,"theme":"sepia","density":"compact","sounds":true}')
  const settings = await openSettings(folder)
  expect(settings.current).toEqual({ theme: 'system', density: 'compact', layout: 'columns' })
  expect(settings.warnings.map(fact => factWords(fact))).toEqual([expect.stringContaining('“theme”')])
  await settings.change({ layout: 'list' })
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ v: 2, theme: 'sepia', density: 'compact', sounds: true, layout: 'list' })
  await settings.change({ theme: 'dark' })
  const later = await openSettings(folder)
  expect([later.current, later.warnings]).toEqual([{ theme: 'dark', density: 'compact', layout: 'list' }, []])
})

it.each(['{"v":3,"theme":"dark"}', '{"theme":', '[]', ''])('a file that is %j stays until a setting is changed, and then in a copy', async text => {
  const file = join(folder, 'settings.json')
  await writeFile(file, text)
  const settings = await openSettings(folder)
  expect(settings.current.theme).toBe('system')
  expect(settings.warnings).toHaveLength(1)
  expect(await readFile(file, 'utf8')).toBe(text)
  await settings.change({ theme: 'light' })
  const copy = (await readdir(folder)).find(name => name.startsWith('settings.json.set-aside-'))!
  expect(await readFile(join(folder, copy), 'utf8')).toBe(text)
  expect((await openSettings(folder)).current.theme).toBe('light')
})
