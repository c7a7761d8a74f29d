/**
 * The Host on plain Node: the system's Chromium, driven over its debugging pipe, shows the windows and runs the hidden cache page.
 *
 * Rules: the core outlives Chromium. When Chromium crashes it is started again with back-off and as many windows as were open; when it ends well (the user quit
 * it) that counts as closing the last window. Chromium never outlives the core: it ends when the pipe closes.
 */
import { mkdir, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { KeyStore, Page } from '../core/host.ts'
import { delayOfRetry } from '../host-shared/back-off.ts'
import { forgetDebugPort, publishDebugPort } from '../host-shared/debug-port.ts'
import { NetworkWatch } from '../host-shared/network-watch.ts'
import type { ProgramHost } from '../host-shared/program.ts'
import { Browser } from './browser.ts'
import { findChromium, type ChromiumOptions } from './chromium.ts'
import { openSystemKeyStore } from './key-store.ts'
import { openUrl } from './open-url.ts'
import type { PageSession, Theme } from './session.ts'

export interface NodeHostOptions {
  /** Absolute; created where absent. Chromium's own profile is `chromium` in it. */
  dataFolder: string
  downloadsFolder: string
  /** The built pages: `index.html` and `cache.html`. */
  rendererFolder: string
  headless: boolean
  /** Shown instead of the theme the program asks for. */
  theme?: Theme
  /** For tests: Chromium's debugging port is opened, and `DevToolsActivePort` appears in `dataFolder`. */
  debugPort?: boolean
  /** For tests: Chromium features switched off. */
  disableFeatures?: readonly string[]
}

export interface NodeHost extends ProgramHost {
  /** What only this host can do, for screenshots and tests: its first window and its cache page, as seen over CDP. */
  window(): PageSession | undefined
  cachePage(): PageSession | undefined
  chromiumPid(): number | undefined
}

/** A Chromium that was killed with its core needs a moment to leave the profile. */
const startTries = 5
const startPauseMs = 1_000
const mostRestarts = 5
const stableAfterMs = 60_000

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

class NodeHostImplementation implements NodeHost {
  readonly name = 'node'
  readonly dataFolder: string
  readonly downloadsFolder: string
  readonly missingFeatures = ['dragOut', 'notifications', 'badge', 'mailProgram'] as const
  readonly desktop = null
  private pageListener: (page: Page) => void = () => {}
  private readonly closedListeners: (() => void)[] = []
  private readonly networkListeners: (() => void)[] = []
  private readonly network = new NetworkWatch(() => this.networkListeners.forEach(listener => listener()))
  private browser: Browser | null = null
  private stopped = false
  private restarts = 0
  private startedAt = 0
  private theme: Theme = 'system'

  constructor(
    private readonly options: NodeHostOptions,
    private readonly binary: string,
  ) {
    this.dataFolder = options.dataFolder
    this.downloadsFolder = options.downloadsFolder
  }

  async start(): Promise<void> {
    const folder = join(this.dataFolder, 'chromium')
    await mkdir(folder, { recursive: true })
    forgetDebugPort(this.dataFolder, folder)
    const chromium: ChromiumOptions = {
      folder,
      headless: this.options.headless,
      debugPort: this.options.debugPort ?? false,
      ...(this.options.disableFeatures ? { disableFeatures: this.options.disableFeatures } : {}),
    }
    for (let tries = 1; ; tries++) {
      try {
        this.startedAt = Date.now()
        this.browser = await Browser.start(this.binary, chromium, this.options.rendererFolder, {
          onPage: page => this.pageListener(page),
          onLastWindowClosed: () => this.lastWindowClosed(),
          onEnd: (byIntent, windows) => void this.ended(byIntent, windows),
        })
        break
      } catch (error) {
        if (tries === startTries || !existsSync(this.binary)) throw error
        await pause(startPauseMs)
      }
    }
    if (this.options.debugPort) await publishDebugPort(folder, this.dataFolder)
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
    this.theme = this.options.theme ?? theme
    await this.running().openWindow(this.theme, draft)
  }

  async focusWindow(): Promise<void> {
    await this.running().focusWindow()
  }

  openUrl(url: string): Promise<void> {
    return openUrl(url)
  }

  onMailto(): void {} // a second start brings them

  keyStore(): Promise<KeyStore | null> {
    return openSystemKeyStore()
  }

  async collectGarbage(): Promise<void> {
    await this.browser?.collectGarbage()
  }

  /** While Chromium runs: it holds no file of a database that does not open. */
  async removeCacheFiles(): Promise<void> {
    await rm(join(this.dataFolder, 'chromium', 'Default', 'IndexedDB'), { recursive: true, force: true, maxRetries: 5 })
  }

  async screenshot(): Promise<Uint8Array> {
    const page = this.window()
    if (!page) throw new Error('There is no window to take a picture of.')
    return page.screenshot()
  }

  window(): PageSession | undefined {
    return this.browser?.mainWindow()
  }

  cachePage(): PageSession | undefined {
    return this.browser?.cachePage()
  }

  chromiumPid(): number | undefined {
    return this.browser?.pid
  }

  async stop(): Promise<void> {
    if (this.stopped) return
    this.stopped = true
    this.network.dispose()
    await this.browser?.close()
    this.browser = null
    forgetDebugPort(this.dataFolder)
  }

  private running(): Browser {
    if (!this.browser) throw new Error('Chromium is not running.')
    return this.browser
  }

  private lastWindowClosed(): void {
    for (const listener of this.closedListeners) listener()
  }

  private async ended(byIntent: boolean, windows: (string | null)[]): Promise<void> {
    this.browser = null
    if (this.stopped) return
    if (Date.now() - this.startedAt > stableAfterMs) this.restarts = 0
    if (byIntent || windows.length === 0 || this.restarts >= mostRestarts) return this.lastWindowClosed()
    await pause(delayOfRetry(this.restarts++))
    try {
      if (this.stopped) return
      await this.start()
      for (const draft of windows) await this.running().openWindow(this.theme, draft)
    } catch (error) {
      console.error(`Chromium ended and did not start again: ${error instanceof Error ? error.message : String(error)}`)
      this.lastWindowClosed()
    }
  }
}

/** Starts Chromium without a window. Throws a sentence where there is no Chromium or it does not start. */
export async function createNodeHost(options: NodeHostOptions): Promise<NodeHost> {
  const host = new NodeHostImplementation(options, findChromium())
  await mkdir(options.dataFolder, { recursive: true })
  try {
    await host.start()
  } catch (error) {
    await host.stop()
    throw error
  }
  return host
}
