/** Chromium under the stand-in: the Node host's way to start it and speak to it, one page at a time. */
import { Cdp, CdpError, type CdpEvent } from '../../electron/host-node/cdp.ts'
import { findChromium, startChromium, type ChromiumProcess } from '../../electron/host-node/chromium.ts'
import { tolerateGone } from '../../electron/host-node/session.ts'

export interface PageListener {
  /** Called before the page runs; what it writes is performed first. */
  attached(sessionId: string, targetId: string): Promise<unknown>[]
  event(event: CdpEvent): void
  gone(): void
}

const startTries = 5
const startPauseMs = 1_000

export class Chromium {
  readonly cdp: Cdp
  private readonly pages = new Map<string, PageListener>()
  private expected: { listener: PageListener; found(): void } | null = null
  private creating: Promise<unknown> = Promise.resolve()
  private readonly exited: Promise<void>

  private constructor(private readonly started: ChromiumProcess) {
    this.cdp = new Cdp(started.from, started.to)
    this.exited = new Promise(resolve => started.process.once('exit', () => resolve()))
    this.cdp.onEvent(event => this.take(event))
  }

  static async start(folder: string, debugPort: boolean, disableFeatures: readonly string[]): Promise<Chromium> {
    for (let tries = 1; ; tries++) {
      const chromium = new Chromium(startChromium(findChromium(), { folder, headless: true, debugPort, disableFeatures }))
      try {
        await chromium.cdp.call('Browser.setDownloadBehavior', { behavior: 'deny' })
        await chromium.cdp.call('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true })
        return chromium
      } catch (error) {
        chromium.started.process.kill('SIGKILL')
        if (tries === startTries || !(error instanceof CdpError)) throw error
        await new Promise(resolve => setTimeout(resolve, startPauseMs)) // an earlier Chromium is just leaving the profile
      }
    }
  }

  /** Opens a blank page; one after the other, so that the next page that attaches is the one asked for. */
  createPage(listener: PageListener): Promise<void> {
    const created = this.creating.then(
      () =>
        new Promise<void>((resolve, reject) => {
          this.expected = { listener, found: resolve }
          this.cdp.call('Target.createTarget', { url: 'about:blank', newWindow: true }).catch(reject)
        }),
    )
    this.creating = created.catch(() => undefined) // whoever asked hears of it
    return created
  }

  async stop(): Promise<void> {
    this.pages.clear()
    await tolerateGone(this.cdp.call('Browser.close', {}, undefined, 3_000))
    const force = setTimeout(() => this.started.process.kill('SIGKILL'), 3_000)
    await this.exited
    clearTimeout(force)
    this.cdp.dispose()
  }

  private take(event: CdpEvent): void {
    if (event.method === 'Target.attachedToTarget') void this.attached(event.params.sessionId, event.params.targetInfo, event.sessionId)
    else if (event.method === 'Target.detachedFromTarget') {
      const page = this.pages.get(event.params.sessionId)
      this.pages.delete(event.params.sessionId)
      page?.gone()
    } else if (event.sessionId !== undefined) this.pages.get(event.sessionId)?.event(event)
  }

  private async attached(
    sessionId: string,
    target: { type: string; targetId: string; openerId?: string },
    parent: string | undefined,
  ): Promise<void> {
    if (parent === undefined && target.type === 'page' && this.expected && !target.openerId) {
      const { listener, found } = this.expected
      this.expected = null
      this.pages.set(sessionId, listener)
      await tolerateGone(
        ...listener.attached(sessionId, target.targetId),
        this.cdp.call('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, sessionId),
        this.cdp.call('Runtime.runIfWaitingForDebugger', {}, sessionId),
      )
      found()
    } else if (target.type === 'worker' || target.type === 'iframe') {
      await tolerateGone(
        ...(target.type === 'iframe' ? [this.cdp.call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, sessionId)] : []),
        this.cdp.call('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, sessionId),
        this.cdp.call('Runtime.runIfWaitingForDebugger', {}, sessionId),
      )
    } else await tolerateGone(this.cdp.call('Target.closeTarget', { targetId: target.targetId })) // a window that a page opened
  }
}
