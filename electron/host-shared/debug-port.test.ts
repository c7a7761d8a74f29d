import { mkdtemp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { forgetDebugPort, publishDebugPort } from './debug-port.ts'

it('waits until Chromium has written the whole of its file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-port-'))
  const file = join(folder, 'chromium', 'DevToolsActivePort')
  await mkdir(join(folder, 'chromium'))
  const published = publishDebugPort(join(folder, 'chromium'), folder)
  for (const text of ['', '46437', '46437\n/devtools/browser/1']) {
    expect(await readdir(folder)).toEqual(['chromium'])
    await writeFile(file, text)
    await new Promise(resolve => setTimeout(resolve, 120))
  }
  await published
  expect(await readFile(join(folder, 'DevToolsActivePort'), 'utf8')).toBe('46437\n/devtools/browser/1')
  forgetDebugPort(folder)
  expect(await readdir(folder)).toEqual(['chromium'])
  await rm(folder, { recursive: true })
})
