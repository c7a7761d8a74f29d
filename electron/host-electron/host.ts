/** The Host on Electron. Created after `ready`. */
import { app, nativeTheme, powerMonitor, session, shell } from 'electron'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyStore, Page } from '../core/host.ts'
import { forgetDebugPort, publishDebugPort } from '../host-shared/debug-port.ts'
import { NetworkWatch } from '../host-shared/network-watch.ts'
import { checkOutsideUrl } from '../host-shared/outside-url.ts'
import type { ProgramHost, ScriptedPage } from '../host-shared/program.ts'
import { ElectronDesktop } from './desktop.ts'
import { openSystemKeyStore } from './key-store.ts'
import { closeNetwork } from './network.ts'
import { servePages } from './pages.ts'
import { scriptedPage } from './scripted-page.ts'
import { Windows } from './windows.ts'

type Theme = 'system' | 'light' | 'dark'

export interface ElectronHostOptions {
  /** Absolute. */
  dataFolder: string
  downloadsFolder: string
  /** The built pages: `index.html` and `cache.html`. */
  rendererFolder: string
  /** The built preload. */
  preload: string
  headless: boolean
  /** Shown instead of the theme the program asks for. */
  theme?: Theme
  /** Calls the listener with each mailto address the system hands over, earlier ones first. */
  onMailto(listener: (url: string) => void): void
  /** For tests: `DevToolsActivePort` appears in `dataFolder`; the port itself is a switch of the command line. */
  debugPort?: boolean
}

/** A window that is not shown paints late; until then its picture is empty (https://electronjs.org/docs/api/web-contents: contents.capturePage). */
const pictureTries = 20
const pictureEveryMs = 100

/** Where Electron keeps what is Chromium's, in the profile. Before `ready` the program tells it to Electron (main.ts). */
export function chromiumFolder(dataFolder: string): string {
  return join(dataFolder, 'electron')
}

export class ElectronHost implements ProgramHost {
  readonly name = 'electron'
  readonly dataFolder: string
  readonly downloadsFolder: string
  readonly missingFeatures = ['dragOut'] as const
  readonly desktop = new ElectronDesktop()
  private pageListener: (page: Page) => void = () => {}
  private readonly closedListeners: (() => void)[] = []
  private readonly networkListeners: (() => void)[] = []
  private readonly networkChanged = () => this.networkListeners.forEach(listener => listener())
  private readonly network = new NetworkWatch(this.networkChanged)
  private readonly windows: Windows
  private stopped = false
  private shutsDown = false

  private constructor(private readonly options: ElectronHostOptions) {
    this.dataFolder = options.dataFolder
    this.downloadsFolder = options.downloadsFolder
    this.windows = new Windows({
      preload: options.preload,
      boundsFile: join(options.dataFolder, 'window.json'),
      headless: options.headless,
      onPage: page => this.pageListener(page),
      onLastWindowClosed: () => this.ended(),
      openOutside: url => void this.openUrl(url).catch(() => {}), // a page asked for what may not be opened: nothing happens
    })
  }

  static async create(options: ElectronHostOptions): Promise<ElectronHost> {
    await mkdir(options.dataFolder, { recursive: true })
    const host = new ElectronHost(options)
    await closeNetwork(session.defaultSession)
    servePages(session.defaultSession, options.rendererFolder)
    // without a listener Electron would quit by itself (https://electronjs.org/docs/api/app: window-all-closed)
    app.on('window-all-closed', () => {})
    // the user or the system quits: the program ends as when its last window is closed (https://electronjs.org/docs/api/app: before-quit)
    app.on('before-quit', event => {
      if (host.stopped || host.shutsDown) return // macOS takes a quitting that is put off for a "no" to shutting down
      event.preventDefault()
      host.ended()
    })
    app.on('activate', () => host.windows.focus()) // the dock of macOS, also at the start, before there is a window
    powerMonitor.on('resume', host.networkChanged)
    // https://electronjs.org/docs/api/power-monitor: Linux and macOS; with preventDefault the system waits a moment for the program to end
    powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
      event?.preventDefault()
      host.shutsDown = true
      host.ended()
    })
    if (options.debugPort) await publishDebugPort(chromiumFolder(options.dataFolder), options.dataFolder)
    return host
  }

  onPage(listener: (page: Page) => void): void {
    this.pageListener = listener
  }

  onLastWindowClosed(listener: () => void): void {
    this.closedListeners.push(listener)
  }

  onNetworkChange(listener: () => void): void {
    this.networkListeners.push(listener)
  }

  async openWindow({ theme, draft }: { theme: Theme; draft?: string }): Promise<void> {
    // https://electronjs.org/docs/api/native-theme: nativeTheme.themeSource is what pages see as prefers-color-scheme
    nativeTheme.themeSource = this.options.theme ?? theme
    await this.windows.openWindow(draft)
  }

  async focusWindow(): Promise<void> {
    if (!this.stopped && !this.windows.focus()) await this.windows.openWindow()
  }

  /** `shell.openExternal` starts whatever the system has for an address, so only three kinds reach it (https://electronjs.org/docs/tutorial/security). */
  async openUrl(url: string): Promise<void> {
    await shell.openExternal(checkOutsideUrl(url))
  }

  /** https://electronjs.org/docs/api/app: open-url (macOS). Addresses that came before anyone listened are kept by main.ts. */
  onMailto(listener: (url: string) => void): void {
    this.options.onMailto(listener)
  }

  keyStore(): Promise<KeyStore | null> {
    return openSystemKeyStore()
  }

  collectGarbage(): Promise<void> {
    return this.windows.collectGarbage()
  }

  /** While Chromium runs: it holds no file of a database that does not open. */
  async removeCacheFiles(): Promise<void> {
    // https://electronjs.org/docs/api/session: ses.storagePath; null in memory
    const folder = session.defaultSession.storagePath
    if (folder !== null) await rm(join(folder, 'IndexedDB'), { recursive: true, force: true, maxRetries: 5 })
  }

  window(): ScriptedPage | undefined {
    const window = this.windows.first()
    return window && scriptedPage(window.webContents)
  }

  async screenshot(): Promise<Uint8Array> {
    const window = this.windows.first()
    if (!window) throw new Error('There is no window to take a picture of.')
    for (let tries = 0; tries < pictureTries; tries++) {
      const image = await window.webContents.capturePage()
      if (!image.isEmpty()) return image.toPNG()
      await new Promise(resolve => setTimeout(resolve, pictureEveryMs))
    }
    throw new Error('The window has painted nothing, so there is no picture of it.')
  }

  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    this.network.dispose()
    await this.windows.stop()
    forgetDebugPort(this.dataFolder)
  }

  private ended(): void {
    for (const listener of this.closedListeners) listener()
  }
}
