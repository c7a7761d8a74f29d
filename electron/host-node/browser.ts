/**
 * One run of Chromium: its windows and its hidden cache page.
 *
 * Rules: only pages we asked for may live (a target with an opener, or one nobody waits for, is closed; so are shared and service workers); the cache page starts
 * after the first window and is started again with back-off when it crashes or is closed; a crashed window is replaced likewise; when Chromium itself ends,
 * `onEnd` says whether that was by intent.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '../core/host.ts'
import { delayOfRetry } from '../host-shared/back-off.ts'
import { windowPath } from '../host-shared/pages.ts'
import { Cdp, CdpError, type CdpEvent } from './cdp.ts'
import { handOverWindow, startChromium, type ChromiumOptions, type ChromiumProcess } from './chromium.ts'
import { answerRequest, origin } from './pages.ts'
import type { CdpEvents } from './protocol.ts'
import { PageSession, tolerateGone, type PageKind, type Theme } from './session.ts'

export interface BrowserListeners {
  onPage(page: Page): void
  onLastWindowClosed(): void
  /** Chromium has ended without `close`. `byIntent`: it ended well, as when the user quits it. `windows` were open: their messages, null for a main window. */
  onEnd(byIntent: boolean, windows: (string | null)[]): void
}

const windowSize = { width: 1360, height: 860 }
const attachDeadlineMs = 5_000
const closeDeadlineMs = 3_000
/** A page that lived so long did not crash because of its start. */
const stableAfterMs = 60_000

export class Browser {
  private readonly cdp: Cdp
  private readonly pages = new Map<string, PageSession>()
  private readonly timers = new Set<NodeJS.Timeout>()
  private readonly retries: Record<PageKind, { count: number; startedAt: number }> = {
    window: { count: 0, startedAt: 0 },
    cache: { count: 0, startedAt: 0 },
  }
  private expected: { kind: PageKind; theme: Theme; draft: string | null; found(session: PageSession): void } | null = null
  private creating: Promise<unknown> = Promise.resolve()
  private readonly exited: Promise<void>
  private closing = false
  private lastTheme: Theme = 'system'
  private isFirstRun: boolean

  private constructor(
    private readonly binary: string,
    private readonly options: ChromiumOptions,
    private readonly rendererFolder: string,
    private readonly listeners: BrowserListeners,
    private readonly chromium: ChromiumProcess,
  ) {
    this.isFirstRun = !existsSync(join(options.folder, 'Default', 'Preferences'))
    this.cdp = new Cdp(chromium.from, chromium.to)
    this.cdp.onEvent(event => this.take(event))
    this.exited = new Promise(resolve => chromium.process.once('exit', () => resolve()))
    this.cdp.onEnd(() => void this.ended())
  }

  /** Throws a sentence with Chromium's last words where it does not start. */
  static async start(binary: string, options: ChromiumOptions, rendererFolder: string, listeners: BrowserListeners): Promise<Browser> {
    const chromium = startChromium(binary, options)
    const failed = new Promise<never>((_, reject) =>
      chromium.process.once('error', error => reject(new Error(`${binary} could not be started: ${error.message}`))),
    )
    const browser = new Browser(binary, options, rendererFolder, listeners, chromium)
    try {
      await Promise.race([failed, browser.cdp.call('Browser.getVersion', {})])
      await browser.cdp.call('Browser.setDownloadBehavior', { behavior: 'deny' })
      await browser.cdp.call('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
      return browser
    } catch (error) {
      browser.closing = true
      chromium.process.kill('SIGKILL')
      if (!(error instanceof CdpError)) throw error
      throw new Error(`Chromium did not start (${error.message}). ${chromium.lastWords()}`, { cause: error })
    }
  }

  /** Chromium's process id, for tests. */
  get pid(): number | undefined {
    return this.chromium.process.pid
  }

  windows(): PageSession[] {
    return [...this.pages.values()].filter(page => page.kind === 'window')
  }

  /** The first window that is not for one draft. */
  mainWindow(): PageSession | undefined {
    return this.windows().find(({ draft }) => draft === null)
  }

  async collectGarbage(): Promise<void> {
    await tolerateGone(...[...this.pages.values()].map(page => this.cdp.call('HeapProfiler.collectGarbage', {}, page.id)))
  }

  cachePage(): PageSession | undefined {
    return [...this.pages.values()].find(page => page.kind === 'cache')
  }

  /** Opens a window, and the cache page after the first one. Throws where no page attaches within 5 s. A draft has one window at most. */
  async openWindow(theme: Theme, draft: string | null = null): Promise<void> {
    this.lastTheme = theme
    const open = draft === null ? undefined : this.windows().find(page => page.draft === draft)
    if (open) return void (await this.cdp.call('Page.bringToFront', {}, open.id))
    const page = await this.create('window', theme, draft)
    const cache = this.cachePage() ? Promise.resolve() : this.openCache() // both pages load at once
    cache.catch(() => undefined) // awaited below
    if (this.options.headless) {
      await this.cdp.call('Emulation.setDeviceMetricsOverride', { ...windowSize, deviceScaleFactor: 0, mobile: false }, page.id)
      await page.navigate(`${origin}${windowPath(draft)}`)
    } else if (this.isFirstRun) await this.giveSize(page)
    this.isFirstRun = false
    await cache
  }

  async focusWindow(): Promise<void> {
    const page = this.mainWindow()
    if (page) await this.cdp.call('Page.bringToFront', {}, page.id)
    else await this.openWindow(this.lastTheme)
  }

  /** Ends all pages and Chromium; by force where it does not go within 3 s. */
  async close(): Promise<void> {
    this.closing = true
    this.disposePages()
    await tolerateGone(this.cdp.call('Browser.close', {}, undefined, closeDeadlineMs))
    const force = setTimeout(() => this.chromium.process.kill('SIGKILL'), closeDeadlineMs)
    await this.exited
    clearTimeout(force)
    this.cdp.dispose()
  }

  private async openCache(): Promise<void> {
    const page = await this.create('cache', 'system')
    await page.navigate(`${origin}/cache.html`)
  }

  /** Chromium ignores the size in a hand-over, and remembers the one the user leaves. */
  private async giveSize({ targetId }: PageSession): Promise<void> {
    const { windowId } = await this.cdp.call('Browser.getWindowForTarget', { targetId })
    await this.cdp.call('Browser.setWindowBounds', { windowId, bounds: windowSize })
  }

  /** One after the other, so that the next page that attaches is the one asked for. */
  private create(kind: PageKind, theme: Theme, draft: string | null = null): Promise<PageSession> {
    const created = this.creating.then(() => this.createNow(kind, theme, draft))
    this.creating = created.catch(() => {
      // the caller of this creation hears of it; the next creation is not its business
    })
    return created
  }

  private async createNow(kind: PageKind, theme: Theme, draft: string | null): Promise<PageSession> {
    this.retries[kind].startedAt = Date.now()
    let giveUp: NodeJS.Timeout | undefined
    let child: ReturnType<typeof handOverWindow> | undefined
    try {
      return await new Promise<PageSession>((resolve, reject) => {
        this.expected = { kind, theme, draft, found: resolve }
        giveUp = setTimeout(() => {
          child?.kill('SIGKILL') // it may have become a browser of its own
          reject(new CdpError(`no ${kind} page came within ${attachDeadlineMs / 1000} s`))
        }, attachDeadlineMs)
        if (kind === 'window' && !this.options.headless) {
          child = handOverWindow(this.binary, this.options, `${origin}${windowPath(draft)}`)
          child.once('error', reject)
        } else {
          // by address at once Chromium would wait a second before the first navigation
          this.cdp
            .call('Target.createTarget', { url: 'about:blank', ...(kind === 'cache' ? { hidden: true } : { newWindow: true, ...windowSize }) })
            .catch(reject)
        }
      })
    } finally {
      clearTimeout(giveUp)
      this.expected = null
    }
  }

  private take(event: CdpEvent): void {
    if (event.method === 'Target.attachedToTarget') void this.attached(event.params, event.sessionId)
    else if (event.method === 'Target.detachedFromTarget') this.detached(event.params.sessionId)
    else if (event.sessionId === undefined) return
    else if (this.pages.has(event.sessionId)) this.pages.get(event.sessionId)!.take(event)
    else if (event.method === 'Fetch.requestPaused') void tolerateGone(answerRequest(this.cdp, event.sessionId, event.params, this.rendererFolder))
  }

  private async attached({ sessionId, targetInfo }: CdpEvents['Target.attachedToTarget'], parent: string | undefined): Promise<void> {
    const { type, targetId, openerId } = targetInfo
    // a hidden page reports 'other'
    if (parent === undefined && (type === 'page' || type === 'other') && this.expected && !openerId) {
      const { kind, theme, draft, found } = this.expected
      this.expected = null
      const page = new PageSession(this.cdp, sessionId, targetId, kind, draft, this.rendererFolder, {
        onConnect: transport => this.listeners.onPage({ kind, transport, restart: () => this.restart(page) }),
        onCrash: () => this.crashed(page),
      })
      this.pages.set(sessionId, page)
      await page.start(theme)
      found(page)
    } else if (type === 'worker' || type === 'iframe') {
      await tolerateGone(
        ...(type === 'iframe' ? [this.cdp.call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, sessionId)] : []),
        this.cdp.call('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, sessionId),
        this.cdp.call('Runtime.runIfWaitingForDebugger', {}, sessionId),
      )
    } else {
      await tolerateGone(this.cdp.call('Target.closeTarget', { targetId }))
    }
  }

  private detached(sessionId: string): void {
    const page = this.pages.get(sessionId)
    if (!page) return
    this.pages.delete(sessionId)
    page.dispose()
    if (this.closing) return
    if (page.kind === 'cache') this.reopen('cache')
    else if (this.windows().length === 0) this.listeners.onLastWindowClosed()
  }

  private crashed(page: PageSession): void {
    this.pages.delete(page.id)
    page.dispose()
    if (this.closing) return
    void tolerateGone(this.cdp.call('Target.closeTarget', { targetId: page.targetId }))
    this.reopen(page.kind, page.draft)
  }

  /** On the renderer's input thread, so also where its page hangs; `Inspector.targetCrashed` follows. */
  private restart(page: PageSession): boolean {
    void tolerateGone(this.cdp.call('Page.crash', {}, page.id))
    return true
  }

  private reopen(kind: PageKind, draft: string | null = null): void {
    const retry = this.retries[kind]
    if (Date.now() - retry.startedAt > stableAfterMs) retry.count = 0
    const timer = setTimeout(() => {
      this.timers.delete(timer)
      if (this.closing || (kind === 'cache' && this.cachePage())) return
      const opened = kind === 'cache' ? this.openCache() : this.openWindow(this.lastTheme, draft)
      opened.catch(() => this.reopen(kind, draft)) // later again, and later each time
    }, delayOfRetry(retry.count++))
    this.timers.add(timer)
  }

  private disposePages(): void {
    for (const timer of this.timers) clearTimeout(timer)
    this.timers.clear()
    for (const page of this.pages.values()) page.dispose()
    this.pages.clear()
  }

  private async ended(): Promise<void> {
    const windows = this.windows().map(({ draft }) => draft)
    this.disposePages()
    if (this.closing) return
    this.closing = true
    const force = setTimeout(() => this.chromium.process.kill('SIGKILL'), closeDeadlineMs)
    await this.exited
    clearTimeout(force)
    this.listeners.onEnd(this.chromium.process.exitCode === 0, windows)
  }
}
