/** A profile of a newer program: said in words, and nothing of it changed. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type Page } from '@playwright/test'
import { expect, test } from './fixtures/app.ts'
import { chosenHost, commandOf } from './fixtures/running-app.ts'
import { openDisplay } from './servers/display.ts'

test.skip(process.platform === 'win32', 'the display is that of Linux and macOS')

let folder: string
let profile: string
test.beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-newer-'))
  profile = join(folder, 'profile')
  await mkdir(join(profile, 'drafts'), { recursive: true })
  await mkdir(join(folder, 'temporary'))
  await writeFile(join(profile, 'profile.json'), '{"v":99}\n')
  await writeFile(join(profile, 'accounts.json'), '{"v":99,"accounts":{}}\n')
})
test.afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }))

async function contents(): Promise<unknown> {
  const names = await readdir(profile, { recursive: true })
  const times = await Promise.all([profile, ...names.map(name => join(profile, name))].map(async path => (await stat(path)).mtimeMs))
  return { names: names.sort(), times, text: await readFile(join(profile, 'profile.json'), 'utf8') }
}

function start(args: string[], env: NodeJS.ProcessEnv) {
  const [program, ...words] = commandOf(chosenHost, ['--profile', profile, ...args])
  const child = spawn(program, words, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, TMPDIR: join(folder, 'temporary'), ...env } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', chunk => (output += String(chunk)))
  return { child, said: () => output, ended: new Promise<number | null>(resolve => child.once('close', resolve)) }
}

test('without a window it is said on stderr', async ({ built: _built }) => {
  const before = await contents()
  const { ended, said } = start(['--headless'], {})
  expect(await ended).toBe(1)
  expect(said()).toMatch(/^This profile was last used by a newer Pillarbox/)
  expect(await contents()).toEqual(before)
})

test('a window says it, and closing it ends the program', async ({ built: _built }) => {
  const display = await openDisplay()
  test.skip(display === null, 'there is no display and no Xvfb')
  const before = await contents()
  const { child, ended, said } = start([], { DISPLAY: display!.name, PILLARBOX_DEBUG_PORT: '0' })
  try {
    const page = await attach(join(folder, 'temporary'))
    await expect(page.getByRole('alert')).toContainText('Nothing was changed. Install the newer one')
    await expect(page.getByRole('button')).toHaveCount(0)
    await page.close()
    expect(await ended).toBe(1)
    expect(said()).toContain('a newer Pillarbox')
    expect(await contents()).toEqual(before)
    // Electron's own process writes there once more as it ends
    if (chosenHost === 'node') expect((await readdir(join(folder, 'temporary'))).filter(name => name.startsWith('pillarbox-refusal-'))).toEqual([])
  } finally {
    child.kill('SIGKILL')
    await display!.dispose()
  }
})

async function attach(temporary: string): Promise<Page> {
  for (;;) {
    const [own] = (await readdir(temporary)).filter(name => name.startsWith('pillarbox-refusal-'))
    const file = join(temporary, own ?? '', 'DevToolsActivePort')
    if (own !== undefined && existsSync(file)) {
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${(await readFile(file, 'utf8')).split('\n')[0]}`).catch(() => null)
      const page = browser
        ?.contexts()
        .flatMap(context => context.pages())
        .find(page => page.url().endsWith('/index.html'))
      if (page) return page
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
}
