/** `npm start` chooses its host. Electron here is a script that says what it was started with. */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from '@playwright/test'

const root = join(import.meta.dirname, '../..')
let folder: string

test.skip(process.platform === 'win32', 'the script in the place of Electron is one of a shell')

test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-start-'))
})
test.afterEach(() => rm(folder, { recursive: true, force: true }))

async function putElectron(): Promise<void> {
  const binary = join(folder, process.platform === 'darwin' ? 'Electron.app/Contents/MacOS/Electron' : 'electron')
  await writeFile(binary, '#!/bin/sh\necho "Electron got $*"\nexit 7\n')
  await chmod(binary, 0o755)
}

async function start(args: string[], display: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const env: NodeJS.ProcessEnv = { ...process.env, ELECTRON_OVERRIDE_DIST_PATH: folder, DISPLAY: display, WAYLAND_DISPLAY: '' }
  const run = promisify(execFile)(process.execPath, [join(root, 'e2e/run/start.mjs'), ...args], { env })
  return run.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  )
}

test('Electron is preferred where it is there, and gets the words behind a separator', async () => {
  test.skip(process.platform === 'darwin', 'the place of the binary is an application of macOS')
  await putElectron()
  const { code, stdout } = await start(['--headless', '--theme', 'dark'], ':1')
  expect(stdout).toMatch(/^Electron got (--no-sandbox )?.* -- --headless --theme dark\n$/)
  expect(stdout).toContain(` ${root} `.trimStart())
  expect(code).toBe(7)
})

test('without Electron the Node host runs and says so; asked for, Electron is an error', async () => {
  const bad = ['--profile', join(folder, 'profile'), '--headless', '--theme', 'blue']
  const { code, stdout, stderr } = await start(bad, ':1')
  expect(stdout).toBe('Electron is not here and could not be fetched: running on the Node host, in the Chromium of this computer.\n')
  expect(stderr).toContain('--theme is light or dark') // the program itself has run
  expect(code).toBe(2)
  expect((await start(['--host', 'node', ...bad], ':1')).stdout).toBe('')
  const asked = await start(['--host=electron'], ':1')
  expect(asked.code).toBe(1)
  expect(asked.stderr).toContain('--host electron: Electron is not here and could not be fetched.')
})

test('Electron needs a display', async () => {
  test.skip(process.platform !== 'linux', 'there is always a display')
  await putElectron()
  const bad = ['--profile', join(folder, 'profile'), '--headless', '--theme', 'blue']
  expect((await start(bad, '')).stdout).toBe('There is no display, which Electron needs: running on the Node host.\n')
  expect((await start(['--host', 'electron'], '')).stderr).toContain('Electron needs a display')
})
