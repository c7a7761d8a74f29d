/** The Electron host, on a stand-in of `electron` that holds to what Electron's documentation says. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, test } from '@playwright/test'
import type * as Part from '../electron-stand-in/part.ts'
import { buildStandIn } from '../run/builds.mjs'
import { loopbackGuards } from '../servers/canary.ts'
import { describeHost, writeTinyPages } from './contract.ts'

const built = join(import.meta.dirname, '../../dist/main-stand-in')
let count = 0

/** A fresh Electron. */
function loadPart(): Promise<typeof Part> {
  return import(`${pathToFileURL(join(built, 'part.mjs')).href}?${++count}`) as Promise<typeof Part>
}

async function startTinyHost() {
  const part = await loadPart()
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-electron-'))
  const rendererFolder = join(folder, 'renderer')
  await writeTinyPages(rendererFolder)
  const dataFolder = join(folder, 'profile')
  const preload = join(built, 'preload.cjs')
  const host = await part.createHost(
    { dataFolder, downloadsFolder: folder, rendererFolder, preload, headless: true, debugPort: true, onMailto: () => undefined },
    loopbackGuards,
  )
  const window = (kind: 'window' | 'cache') => {
    const found = [...part.standIn.windows].find(({ webContents }) =>
      webContents.mainFrame.url.endsWith(kind === 'window' ? 'index.html' : 'cache.html'),
    )
    if (!found) throw new Error(`there is no ${kind} page`)
    return found
  }
  return {
    ...part,
    host,
    folder,
    window,
    async stop() {
      await host.stop()
      await part.standIn.chromium.stop()
      expect(part.standIn.session.leaks).toEqual([])
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

test.beforeAll(async () => {
  await buildStandIn()
})

describeHost('Electron', async () => {
  const { host, window, stop } = await startTinyHost()
  return {
    host,
    origin: 'https://app.pillarbox.localhost', // app://pillarbox, as Chromium has to call it here (electron-stand-in/session.ts)
    stop,
    reloadWindow: async () => window('window').webContents.reload(),
    closeWindow: async () => window('window').close(),
    crash: async kind => window(kind).webContents.forcefullyCrashRenderer(),
  }
})

test.describe('Electron', () => {
  let started: Awaited<ReturnType<typeof startTinyHost>>
  const heard: unknown[] = []

  test.beforeEach(async () => {
    started = await startTinyHost()
    heard.length = 0
    started.host.onPage(({ transport }) => transport.onMessage(message => heard.push(message)))
    await started.host.openWindow({ theme: 'system' })
    await expect.poll(() => heard.length).toBe(2)
  })
  test.afterEach(() => started.stop())

  const inWindow = (expression: string) => started.window('window').webContents.executeJavaScript(expression)

  test('has no network: dead proxy, WebRTC policy, and a filter of its own', async () => {
    const { session, windows } = started.standIn
    expect(session.proxy).toEqual({ mode: 'fixed_servers', proxyRules: 'socks5://127.0.0.1:1', proxyBypassRules: '<-loopback>' })
    for (const { webContents } of windows) expect(webContents.webRtcPolicy).toBe('disable_non_proxied_udp')
    for (const url of ['https://example.test/x.png', 'file:///etc/passwd', 'app://other/x', 'ws://127.0.0.1:1/', 'blob:https://example.test/1'])
      expect(await session.isCancelled(url), url).toBe(true)
    for (const url of ['app://pillarbox/index.html', 'blob:app://pillarbox/1', 'data:image/png;base64,'])
      expect(await session.isCancelled(url), url).toBe(false)
    expect(await inWindow('[typeof RTCPeerConnection, typeof require, typeof process].join()')).toBe('undefined,undefined,undefined')
    await started.window('window').webContents.call('Page.setBypassCSP', { enabled: true })
    started.window('window').webContents.reload()
    await expect.poll(() => heard.length).toBe(3)
    expect(await inWindow('fetch("http://127.0.0.1:9/").then(() => "loaded", () => "refused")')).toBe('refused')
  })

  test('has a key store where the system protects it, and none where it is basic_text', async () => {
    test.skip(process.platform !== 'linux', 'what Electron says of the key store differs on Linux only')
    const saved = process.env.STAND_IN_KEY_STORE
    try {
      process.env.STAND_IN_KEY_STORE = 'basic_text'
      expect(await started.host.keyStore()).toBeNull()
      process.env.STAND_IN_KEY_STORE = 'gnome_libsecret'
      const store = (await started.host.keyStore())!
      expect(store.name).toBe('Secret Service')
      expect(await store.reveal(await store.keep('a secret'))).toBe('a secret')
    } finally {
      if (saved === undefined) delete process.env.STAND_IN_KEY_STORE
      else process.env.STAND_IN_KEY_STORE = saved
    }
  })

  test('shows a badge and notifications, and becomes the program for mail addresses', () => {
    const { host, standIn } = started
    const chosen: string[] = []
    host.desktop.notify({ title: 'Bob', body: 'Roses' }, () => chosen.push('Roses'))
    expect(standIn.notifications.map(({ options }) => options)).toEqual([{ title: 'Bob', body: 'Roses' }])
    standIn.notifications[0]!.emit('click')
    expect(chosen).toEqual(['Roses'])
    expect(host.desktop.makeMailProgram()).toBe(true)
    expect(standIn.protocols).toEqual(['mailto'])
    test.skip(process.platform === 'win32', 'Windows has no number on an icon; it gets a dot')
    host.desktop.setUnread(3)
    expect(standIn.badge).toBe(3)
  })

  test('texts have a menu, and the keys zoom', () => {
    const { webContents } = started.window('window')
    const flags = { canUndo: false, canRedo: false, canCut: true, canCopy: true, canPaste: true, canSelectAll: true }
    const ask = (params: object): void =>
      void webContents.emit('context-menu', {}, { isEditable: false, selectionText: '', editFlags: flags, ...params })
    ask({})
    expect(started.standIn.menus).toEqual([])
    ask({ selectionText: 'roses' })
    ask({ isEditable: true })
    expect(started.standIn.menus.map(items => items.flatMap(({ role }) => role ?? []))).toEqual([
      ['copy'],
      ['undo', 'redo', 'cut', 'copy', 'paste', 'selectAll'],
    ])
    const taken: string[] = []
    const press = (key: string, held = true): number => {
      const modifiers = process.platform === 'darwin' ? { meta: held, control: false } : { control: held, meta: false }
      webContents.emit('before-input-event', { preventDefault: () => taken.push(key) }, { type: 'keyDown', key, alt: false, ...modifiers })
      return webContents.getZoomLevel()
    }
    expect([press('+'), press('='), press('-'), press('-', false), press('k'), press('0')]).toEqual([0.5, 1, 0.5, 0.5, 0.5, 0])
    expect(taken).toEqual(['+', '=', '-', '0'])
  })

  test('opens nothing for a page, and hands what may be opened to the system', async () => {
    await inWindow(
      'for (const url of ["https://example.test/", "mailto:a@example.test", "file:///etc/passwd", "app://pillarbox/index.html"]) window.open(url)',
    )
    await expect.poll(() => started.standIn.openedOutside).toEqual(['https://example.test/', 'mailto:a@example.test'])
    expect(started.standIn.windows.size).toBe(2)
  })

  test('a page goes nowhere', async () => {
    await inWindow('location.href = "https://example.test/"')
    await inWindow('new Promise(resolve => setTimeout(resolve, 300))')
    expect(await inWindow('document.title')).toBe('index')
    expect(heard).toHaveLength(2)
  })

  test('the cache window cannot be closed', async () => {
    const cache = started.window('cache')
    cache.close()
    expect(cache.isDestroyed()).toBe(false)
  })

  test('quitting counts as closing the last window; resuming from sleep as a change of network', async () => {
    const events: string[] = []
    started.host.onLastWindowClosed(() => events.push('closed'))
    started.host.onNetworkChange(() => events.push('network'))
    started.electron.powerMonitor.emit('resume')
    started.electron.app.quit()
    expect(events).toEqual(['network', 'closed'])
    expect(started.standIn.windows.size).toBe(2)
  })
})

test.describe('The stand-in refuses what Electron refuses', () => {
  const scheme = { scheme: 'app', privileges: { standard: true, secure: true } }

  test('before and after ready', async () => {
    const { electron } = await loadPart()
    expect(() => electron.protocol.handle('app', () => new Response())).toThrow('protocol.handle is called before ready')
    expect(() => electron.session.defaultSession).toThrow('a session is used before ready')
    expect(() => new electron.BrowserWindow({})).toThrow('a BrowserWindow is created before ready')
    electron.protocol.registerSchemesAsPrivileged([scheme])
    expect(() => electron.protocol.registerSchemesAsPrivileged([scheme])).toThrow('is called twice')
    const started = await startTinyHost()
    expect(() => started.electron.protocol.registerSchemesAsPrivileged([scheme])).toThrow('is called after ready')
    expect(() => started.electron.app.setPath('userData', '/x')).toThrow('is called after ready')
    expect(() => started.electron.app.enableSandbox()).toThrow('is called after ready')
    expect(() => new started.electron.BrowserWindow({ webPreferences: { preload: 'preload.cjs' } })).toThrow('absolute path')
    expect(() => new started.electron.BrowserWindow({ webPreferences: { preload: '/preload.cjs', sandbox: false } })).toThrow('sandboxed')
    await started.stop()
  })

  test('ports used after they were transferred', async () => {
    const { electron } = await loadPart()
    const started = await startTinyHost()
    await started.host.openWindow({ theme: 'system' })
    const { port1, port2 } = new started.electron.MessageChannelMain()
    const { webContents } = [...started.standIn.windows][0]!
    webContents.postMessage('anything', null, [port2])
    expect(() => port2.postMessage('x')).toThrow('a port that was transferred is used again')
    expect(() => webContents.postMessage('anything', null, [port2])).toThrow('a port that was transferred is used again')
    expect(() => webContents.postMessage('anything', null, [port1, port1])).toThrow('a port is transferred twice')
    expect(() => webContents.postMessage('anything', null, [new electron.MessageChannelMain().port1])).toThrow('only ports of MessageChannelMain')
    expect(() => port1.postMessage(() => {})).toThrow('could not be cloned')
    await started.stop()
  })

  for (const [what, source, message] of [
    ['a module outside of the list', "require('node:fs')", 'module not found: node:fs'],
    [
      'a port over the bridge',
      "require('electron').contextBridge.exposeInMainWorld('x', { port: new MessageChannel().port1 })",
      'could not be cloned',
    ],
    ['a port in a plain message', "require('electron').ipcRenderer.send('x', new MessageChannel().port1)", 'could not be cloned'],
  ] as const)
    test(`a preload with ${what}`, async () => {
      const started = await startTinyHost()
      const preload = join(started.folder, 'preload.cjs')
      await writeFile(preload, source)
      const { webContents } = new started.electron.BrowserWindow({ webPreferences: { preload } })
      const failed = new Promise<Error>(resolve => webContents.on('preload-error', (_event, _path, error: Error) => resolve(error)))
      await webContents.loadURL('app://pillarbox/index.html')
      expect((await failed).message).toContain(message)
      await started.stop()
    })
})
