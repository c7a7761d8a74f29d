import { execFileSync, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, expect, test } from '@playwright/test'
import { findChromium } from '../../electron/host-node/chromium.ts'
import { createNodeHost, type NodeHost } from '../../electron/host-node/host.ts'
import { loopbackGuards, startCanary, tryToLeak } from '../servers/canary.ts'
import { openDisplay } from '../servers/display.ts'
import { describeHost, writeTinyPages } from './contract.ts'

async function startTinyHost(headless = true): Promise<{ host: NodeHost; folder: string; stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-host-'))
  const rendererFolder = join(folder, 'renderer')
  await writeTinyPages(rendererFolder)
  const dataFolder = join(folder, 'profile')
  const host = await createNodeHost({
    dataFolder,
    downloadsFolder: folder,
    rendererFolder,
    headless,
    debugPort: true,
    disableFeatures: loopbackGuards,
  })
  return {
    host,
    folder,
    async stop() {
      await host.stop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

describeHost('Node', async () => {
  const { host, stop } = await startTinyHost()
  const page = (kind: 'window' | 'cache') => {
    const found = kind === 'window' ? host.window() : host.cachePage()
    if (!found) throw new Error(`there is no ${kind} page`)
    return found
  }
  return {
    host,
    origin: 'https://app.pillarbox.localhost',
    stop,
    reloadWindow: async () => void (await page('window').call('Page.reload', {})),
    closeWindow: async () => void (await page('window').call('Page.close', {})),
    // a crash is never answered
    crash: async kind =>
      void page(kind)
        .call('Page.crash', {}, 200)
        .catch(() => {}),
  }
})

test('the canary sees an ordinary Chromium', async () => {
  const canary = await startCanary()
  const browser = await chromium.launch({ executablePath: findChromium(), args: [`--disable-features=${loopbackGuards.join(',')}`] })
  const page = await browser.newPage()
  await page.evaluate(`(${tryToLeak})(${canary.port}, true)`)
  await browser.close()
  expect(canary.tcp()).toBeGreaterThan(5)
  expect(canary.udp()).toBeGreaterThan(0)
  await canary.dispose()
})

test('no page reaches the network, even without its content security policy', async () => {
  const canary = await startCanary()
  const { host, stop } = await startTinyHost()
  try {
    await host.openWindow({ theme: 'light' })
    for (const page of [host.window()!, host.cachePage()!]) {
      await page.call('Page.setBypassCSP', { enabled: true })
      await page.call('Page.reload', {})
      await expect.poll(() => page.evaluate('document.readyState === "complete" && document.title !== ""').catch(() => false)).toBe(true)
      await page.evaluate(`(${tryToLeak})(${canary.port}, ${page.kind === 'window'})`)
    }
    expect([canary.tcp(), canary.udp()]).toEqual([0, 0])
  } finally {
    await stop()
    await canary.dispose()
  }
})

test('the debugging port is found in the profile, and gone when the host has stopped', async () => {
  const { host, folder, stop } = await startTinyHost()
  const file = join(folder, 'profile', 'DevToolsActivePort')
  await host.openWindow({ theme: 'light' })
  const port = Number((await readFile(file, 'utf8')).split('\n')[0])
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
  expect(
    browser
      .contexts()[0]!
      .pages()
      .map(page => page.url()),
  ).toEqual(['https://app.pillarbox.localhost/index.html'])
  await browser.close()
  await host.stop()
  expect(existsSync(file)).toBe(false)
  await stop()
})

test('with a display the window is an application window, handed over by a second start', async () => {
  const display = await openDisplay()
  test.skip(display === null, 'there is no display and no Xvfb')
  const before = process.env.DISPLAY
  process.env.DISPLAY = display!.name
  const { host, stop } = await startTinyHost(false)
  try {
    let connected = 0
    host.onPage(() => connected++)
    await host.openWindow({ theme: 'dark' })
    await expect.poll(() => connected).toBe(2)
    const shown = await host
      .window()!
      .evaluate(`[matchMedia('(display-mode: standalone)').matches, matchMedia('(prefers-color-scheme: dark)').matches, document.title]`)
    expect(shown).toEqual([true, true, 'index'])
    await host.focusWindow()
    expect((await host.screenshot()).length).toBeGreaterThan(500)
  } finally {
    await stop()
    if (before === undefined) delete process.env.DISPLAY
    await display!.dispose()
  }
})

test('Chromium that is killed comes back with its window', async () => {
  const { host, stop } = await startTinyHost()
  const seen: string[] = []
  host.onPage(({ kind, transport }) => {
    seen.push(kind)
    transport.onClose(() => seen.push(`${kind} closed`))
  })
  await host.openWindow({ theme: 'light' })
  try {
    await expect.poll(() => seen.slice().sort()).toEqual(['cache', 'window'])
    process.kill(host.chromiumPid()!, 'SIGKILL')
    await expect.poll(() => seen.slice().sort()).toEqual(['cache', 'cache', 'cache closed', 'window', 'window', 'window closed'])
  } finally {
    await stop()
  }
})

test('Chromium ends with a host that is killed, and a new host can start at once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-host-'))
  await writeTinyPages(join(folder, 'renderer'))
  const options = { dataFolder: join(folder, 'profile'), downloadsFolder: folder, rendererFolder: join(folder, 'renderer'), headless: true }
  const bundle = join(import.meta.dirname, '../../dist', `host-${process.pid}.mjs`)
  const source = `import { createNodeHost } from './electron/host-node/host.ts'
    const host = await createNodeHost(${JSON.stringify(options)})
    await host.openWindow({ theme: 'light' })
    process.stdout.write(String(host.chromiumPid()))`
  const root = join(import.meta.dirname, '../..')
  const { buildSync } = await import('esbuild')
  buildSync({
    stdin: { contents: source, resolveDir: root, loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    outfile: bundle,
  })
  const child = spawn(process.execPath, [bundle], { stdio: ['ignore', 'pipe', 'inherit'] })
  try {
    const pid = await new Promise<number>(resolve => child.stdout.once('data', (text: Buffer) => resolve(Number(text.toString()))))
    expect(isRunning(pid)).toBe(true)
    child.kill('SIGKILL')
    const host = await createNodeHost(options)
    await host.openWindow({ theme: 'light' })
    await expect.poll(() => isRunning(pid)).toBe(false)
    await host.stop()
  } finally {
    child.kill('SIGKILL')
    await rm(bundle)
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  }
})

function isRunning(pid: number): boolean {
  if (process.platform === 'win32') return execFileSync('tasklist', ['/FI', `PID eq ${pid}`]).includes(String(pid))
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false // no such process
  }
}
