/**
 * The windows, and the hidden cache window.
 *
 * Rules: the cache window starts after the first window, cannot be closed, and is made anew with back-off when its page crashes, as a crashed window is.
 * With a hidden window Electron never says `window-all-closed`; the last window is counted here. Every window is sandboxed and isolated and has no Node.
 */
import { BrowserWindow, nativeTheme, screen, type WebContents, type WebPreferences } from 'electron'
import type { Page } from '../core/host.ts'
import { delayOfRetry } from '../host-shared/back-off.ts'
import { windowPath } from '../host-shared/pages.ts'
import { origin } from './names.ts'
import { confine } from './network.ts'
import { giveTextMenu } from './text-menu.ts'
import { servePage } from './transport.ts'
import { boundsFor, readBounds, writeBounds } from './window-bounds.ts'

type PageKind = Page['kind']

/** What a window is for; `message` null: a main window, or the cache page. */
interface Purpose {
  kind: PageKind
  draft: string | null
}

export interface WindowsOptions {
  /** The built preload: an absolute path (https://electronjs.org/docs/api/structures/web-preferences). */
  preload: string
  /** Where the bounds of the window is kept. */
  boundsFile: string
  /** Windows that are never shown, for tests. */
  headless: boolean
  onPage(page: Page): void
  onLastWindowClosed(): void
  /** A page wants to open this address in a window. */
  openOutside(url: string): void
}

/** Of a window for one draft. */
const messageSize = { width: 900, height: 720 }
/** The colours behind a page that has not painted yet (renderer/window/tokens.css, --bg). */
const background = { light: '#ffffff', dark: '#1b1b1d' }
/** A page that lived so long did not crash because of its start. */
const stableAfterMs = 60_000

export class Windows {
  private readonly open = new Map<BrowserWindow, Purpose>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly retries: Record<PageKind, { count: number; startedAt: number }> = {
    window: { count: 0, startedAt: 0 },
    cache: { count: 0, startedAt: 0 },
  }
  private keeping: Promise<void> = Promise.resolve()
  private stopping = false

  constructor(private readonly options: WindowsOptions) {}

  /** The first main window. */
  first(): BrowserWindow | undefined {
    return this.of(({ kind, draft }) => kind === 'window' && draft === null)
  }

  cachePage(): BrowserWindow | undefined {
    return this.of(({ kind }) => kind === 'cache')
  }

  /** Resolves when the window has been created; the cache window then is, too. A draft has one window at most. */
  async openWindow(draft: string | null = null): Promise<void> {
    if (draft !== null) return this.openDraft(draft)
    const kept = await readBounds(this.options.boundsFile)
    const screens = screen.getAllDisplays().map(({ workArea }) => workArea)
    const window = this.create({ kind: 'window', draft: null }, { ...this.shown(), ...boundsFor(kept, screens) })
    if (kept?.maximized && !this.options.headless) window.maximize()
    window.on('close', () => this.keepBounds(window))
    if (!this.cachePage()) this.openCache()
  }

  /** By the protocol of the developer tools, attached for just that (https://electronjs.org/docs/api/debugger). */
  async collectGarbage(): Promise<void> {
    for (const window of [...this.open.keys()]) {
      if (window.isDestroyed()) continue
      const tools = window.webContents.debugger
      if (tools.isAttached()) continue
      try {
        tools.attach()
        await tools.sendCommand('HeapProfiler.collectGarbage')
      } catch {
        // the page has gone, and its garbage with it
      }
      if (!window.isDestroyed() && tools.isAttached()) tools.detach()
    }
  }

  focus(): boolean {
    const window = this.first()
    if (window) toFront(window)
    return window !== undefined
  }

  /** Ends all windows, whatever their pages say. */
  async stop(): Promise<void> {
    this.stopping = true
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    for (const [window, { kind, draft }] of [...this.open]) {
      if (kind === 'window' && draft === null) this.keepBounds(window)
      window.destroy() // neither `close` nor `beforeunload` (https://electronjs.org/docs/api/browser-window: win.destroy)
    }
    await this.keeping
  }

  private of(is: (purpose: Purpose) => boolean): BrowserWindow | undefined {
    return [...this.open].find(([, purpose]) => is(purpose))?.[0]
  }

  private shown(): Electron.BrowserWindowConstructorOptions {
    return {
      minWidth: 480,
      minHeight: 360,
      show: !this.options.headless,
      backgroundColor: nativeTheme.shouldUseDarkColors ? background.dark : background.light,
      autoHideMenuBar: true,
    }
  }

  private openDraft(draft: string): void {
    const open = this.of(purpose => purpose.draft === draft)
    if (open) toFront(open)
    else this.create({ kind: 'window', draft }, { ...this.shown(), ...messageSize })
  }

  private openCache(): void {
    this.create({ kind: 'cache', draft: null }, { show: false, width: 800, height: 600, skipTaskbar: true })
  }

  private create(purpose: Purpose, options: Electron.BrowserWindowConstructorOptions): BrowserWindow {
    const { kind, draft } = purpose
    const webPreferences: WebPreferences = {
      preload: this.options.preload,
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
      disableDialogs: true, // a dialog would stop the page for good
      // hidden, it writes mail at full speed (https://electronjs.org/docs/api/structures/web-preferences: backgroundThrottling)
      backgroundThrottling: kind === 'window' && !this.options.headless,
    }
    this.retries[kind].startedAt = Date.now()
    const window = new BrowserWindow({ title: 'Pillarbox', ...options, webPreferences })
    const contents = window.webContents
    this.open.set(window, purpose)
    confine(contents, this.options.openOutside)
    giveTextMenu(window)
    const closeTransport = servePage(contents, transport => this.options.onPage({ kind, transport, restart: () => restart(contents) }))
    window.on('close', event => {
      if (kind === 'cache' && !this.stopping) event.preventDefault()
    })
    window.on('closed', () => {
      closeTransport()
      if (!this.open.delete(window) || this.stopping) return
      if (kind === 'cache') this.openLater(purpose)
      else if (!this.of(one => one.kind === 'window')) this.options.onLastWindowClosed()
    })
    // https://electronjs.org/docs/api/web-contents: render-process-gone
    contents.on('render-process-gone', () => this.replace(window))
    window.loadURL(`${origin}${kind === 'cache' ? '/cache.html' : windowPath(draft)}`).catch((error: unknown) => {
      // aborted: the page was reloaded or has gone meanwhile (https://electronjs.org/docs/api/browser-window: win.loadURL)
      if ((error as { code?: unknown }).code !== 'ERR_ABORTED') this.replace(window)
    })
    return window
  }

  private replace(window: BrowserWindow): void {
    const purpose = this.open.get(window)
    if (purpose === undefined || this.stopping) return
    this.open.delete(window)
    this.openLater(purpose, () => {
      if (!window.isDestroyed()) window.destroy()
    })
  }

  private openLater({ kind, draft }: Purpose, before: () => void = () => {}): void {
    const retry = this.retries[kind]
    if (Date.now() - retry.startedAt > stableAfterMs) retry.count = 0
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      before()
      if (kind === 'window') void this.openWindow(draft)
      else if (!this.cachePage()) this.openCache()
    }, delayOfRetry(retry.count++))
    this.timers.add(timer)
  }

  private keepBounds(window: BrowserWindow): void {
    if (this.options.headless) return
    const kept = { bounds: window.getNormalBounds(), maximized: window.isMaximized() }
    this.keeping = this.keeping
      .then(() => writeBounds(this.options.boundsFile, kept))
      .catch((error: unknown) => console.error(`The bounds of the window could not be kept: ${String(error)}`))
  }
}

/** `render-process-gone` follows, also where the page hangs (https://electronjs.org/docs/api/web-contents: contents.forcefullyCrashRenderer). */
function restart(contents: WebContents): boolean {
  if (contents.isDestroyed() || contents.isDevToolsOpened()) return false
  contents.forcefullyCrashRenderer()
  return true
}

function toFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
