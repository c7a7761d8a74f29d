/**
 * One page that Chromium attached us to: set up before its first request, watched until it goes.
 *
 * All calls of the set-up are written at once: Chromium performs them in order, and the page runs only after the last.
 */
import type { Transport } from '../../shared/rpc.ts'
import { Bridge, bindingName, bridgeScript } from './bridge.ts'
import { CdpError, type Cdp, type CdpEvent } from './cdp.ts'
import { answerRequest } from './pages.ts'
import type { CdpCalls } from './protocol.ts'

export type Theme = 'system' | 'light' | 'dark'
export type PageKind = 'window' | 'cache'

/** Waits for `calls`; a page that goes away in the middle is reported by its own event, so its refusals mean nothing here. */
export async function tolerateGone(...calls: Promise<unknown>[]): Promise<void> {
  for (const result of await Promise.allSettled(calls)) {
    if (result.status === 'rejected' && !(result.reason instanceof CdpError)) throw result.reason
  }
}

export class PageSession {
  private readonly bridge: Bridge
  private gone = false

  constructor(
    private readonly cdp: Cdp,
    readonly id: string,
    readonly targetId: string,
    readonly kind: PageKind,
    /** The draft the window is for; null for a main window and the cache page. */
    readonly draft: string | null,
    private readonly rendererFolder: string,
    private readonly listeners: { onConnect(transport: Transport): void; onCrash(): void },
  ) {
    this.bridge = new Bridge(cdp, id, targetId, transport => this.listeners.onConnect(transport))
  }

  /** Any call to this page, for tests. Throws `CdpError`. */
  call<M extends keyof CdpCalls>(method: M, params: CdpCalls[M][0], deadlineMs?: number): Promise<CdpCalls[M][1]> {
    return this.cdp.call(method, params, this.id, deadlineMs)
  }

  /** Prepares the page and lets it run. */
  async start(theme: Theme): Promise<void> {
    const { cdp, id } = this
    await tolerateGone(
      cdp.call('Inspector.enable', {}, id),
      cdp.call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }, id),
      cdp.call('Runtime.enable', {}, id),
      cdp.call('Runtime.addBinding', { name: bindingName }, id),
      cdp.call('Page.enable', {}, id),
      cdp.call('Page.addScriptToEvaluateOnNewDocument', { source: bridgeScript }, id),
      ...(theme === 'system' ? [] : [cdp.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: theme }] }, id)]),
      cdp.call('Target.setAutoAttach', { autoAttach: true, waitForDebuggerOnStart: true, flatten: true }, id),
      cdp.call('Runtime.runIfWaitingForDebugger', {}, id),
    )
  }

  async navigate(url: string): Promise<void> {
    const { errorText } = await this.cdp.call('Page.navigate', { url }, this.id)
    if (errorText) throw new CdpError(`${url} could not be opened: ${errorText}`)
  }

  /** Value of an expression in the page. Throws `CdpError` where it throws. */
  async evaluate(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.cdp.call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true }, this.id)
    if (exceptionDetails) throw new CdpError(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  async screenshot(): Promise<Uint8Array> {
    return Buffer.from((await this.cdp.call('Page.captureScreenshot', { format: 'png' }, this.id)).data, 'base64')
  }

  /** A real mouse click, in CSS pixels of the page. */
  async click(x: number, y: number): Promise<void> {
    await this.cdp.call('Input.dispatchMouseEvent', { type: 'mouseMoved', x, y }, this.id)
    await this.cdp.call('Input.dispatchMouseEvent', { type: 'mousePressed', x, y, button: 'left', clickCount: 1 }, this.id)
    await this.cdp.call('Input.dispatchMouseEvent', { type: 'mouseReleased', x, y, button: 'left', clickCount: 1 }, this.id)
  }

  take(event: CdpEvent): void {
    switch (event.method) {
      case 'Fetch.requestPaused':
        void tolerateGone(answerRequest(this.cdp, this.id, event.params, this.rendererFolder))
        break
      case 'Runtime.executionContextCreated':
        this.bridge.contextCreated(event.params)
        break
      case 'Runtime.executionContextDestroyed':
        this.bridge.contextDestroyed(event.params.executionContextId)
        break
      case 'Runtime.executionContextsCleared':
        this.bridge.dispose()
        break
      case 'Runtime.bindingCalled':
        this.bridge.bindingCalled(event.params)
        break
      case 'Page.javascriptDialogOpening':
        // a dialog would stop the page for good; leaving a page is never asked about
        void tolerateGone(this.cdp.call('Page.handleJavaScriptDialog', { accept: event.params.type === 'beforeunload' }, this.id))
        break
      case 'Inspector.targetCrashed':
        this.bridge.dispose()
        if (!this.gone) this.listeners.onCrash()
        break
      case 'Page.loadEventFired':
      case 'Page.windowOpen':
        break // a page that opens is closed by the browser
      case 'Target.attachedToTarget':
      case 'Target.detachedFromTarget':
        break // the browser's business
    }
  }

  /** The page has gone, or is about to be closed by us. */
  dispose(): void {
    this.gone = true
    this.bridge.dispose()
  }
}
