/** WebContents (https://electronjs.org/docs/api/web-contents) over one page of Chromium: as much of it as the Electron host uses. */
import { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { CdpError, type CdpEvent } from '../../electron/host-node/cdp.ts'
import type { CdpCalls, CdpEvents } from '../../electron/host-node/protocol.ts'
import { tolerateGone } from '../../electron/host-node/session.ts'
import type { Chromium } from './chromium.ts'
import { MessagePortMain, type PortEnd } from './ports.ts'
import { bindingName, receiverName, worldName, worldScript, type HostMessage, type WorldMessage } from './preload-world.ts'
import { createEvent, rule } from './rules.ts'
import { chromiumOrigin, electronOrigin, toChromium, toElectron, type StandInSession } from './session.ts'

/** A page whose preload never ends still loads, late. */
const preloadDeadlineMs = 10_000

class Preloading {
  private finish: () => void = () => {}
  readonly done = new Promise<void>(resolve => {
    this.finish = resolve
    setTimeout(resolve, preloadDeadlineMs).unref()
  })
  end(): void {
    this.finish()
  }
}

export class WebContents extends EventEmitter {
  /** Messages of this page (https://electronjs.org/docs/api/web-contents: contents.ipc). */
  readonly ipc = new EventEmitter()
  webRtcPolicy = 'default'
  private sessionId = ''
  private targetId = ''
  private url = ''
  private context: number | null = null
  private preloading = new Preloading()
  private mainWorld: Promise<unknown> = Promise.resolve()
  private ownNavigations = 0
  private lastPort = 0
  private readonly ports = new Map<number, MessagePortMain>()
  private openHandler: (details: { url: string }) => { action: string } = () => ({ action: 'allow' })
  private loading: { resolve(): void; reject(error: Error): void } | null = null
  private gone = false
  private readonly attached: Promise<void>

  constructor(
    private readonly chromium: Chromium,
    private readonly session: StandInSession,
    private readonly preload: string,
    private readonly size: { width: number; height: number },
    private readonly theme: () => 'system' | 'light' | 'dark',
  ) {
    super()
    this.attached = chromium.createPage({
      attached: (sessionId, targetId) => this.prepare(sessionId, targetId),
      event: event => this.take(event),
      gone: () => this.end(),
    })
    this.attached.catch(() => {}) // whoever loads a page hears of it
  }

  get mainFrame() {
    return { url: this.url, parent: null, postMessage: this.postMessage.bind(this) }
  }

  async loadURL(url: string): Promise<void> {
    await this.attached
    const loaded = new Promise<void>((resolve, reject) => (this.loading = { resolve, reject }))
    this.ownNavigations++
    const { errorText } = await this.call('Page.navigate', { url: toChromium(url) })
    if (errorText) throw Object.assign(new Error(errorText), { code: 'ERR_FAILED' })
    return loaded
  }

  reload(): void {
    this.ownNavigations++
    this.loading?.reject(Object.assign(new Error('ERR_ABORTED (-3)'), { code: 'ERR_ABORTED' }))
    this.loading = null
    void tolerateGone(this.call('Page.reload', {}))
  }

  async executeJavaScript(expression: string): Promise<unknown> {
    const { result, exceptionDetails } = await this.call('Runtime.evaluate', { expression, returnByValue: true, awaitPromise: true })
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
    return result.value
  }

  isDestroyed(): boolean {
    return this.gone
  }

  /** Nobody opens them here. */
  isDevToolsOpened(): boolean {
    return false
  }

  forcefullyCrashRenderer(): void {
    this.call('Page.crash', {}, 200).catch(() => {}) // never answered
  }

  sendInputEvent({ type, x, y }: { type: 'mouseMove' | 'mouseDown' | 'mouseUp'; x: number; y: number }): void {
    rule(Number.isInteger(x) && Number.isInteger(y), 'x and y are whole numbers', 'api/structures/mouse-input-event')
    const names = { mouseMove: 'mouseMoved', mouseDown: 'mousePressed', mouseUp: 'mouseReleased' } as const
    const button = type === 'mouseMove' ? {} : ({ button: 'left', clickCount: 1 } as const)
    void tolerateGone(this.call('Input.dispatchMouseEvent', { type: names[type], x, y, ...button }))
  }

  /** https://electronjs.org/docs/api/debugger: as much as is used. */
  readonly debugger = {
    attached: false,
    isAttached: () => this.debugger.attached,
    attach: () => {
      rule(!this.debugger.attached, 'a debugger is attached once', 'api/debugger')
      this.debugger.attached = true
    },
    detach: () => void (this.debugger.attached = false),
    sendCommand: async (method: 'HeapProfiler.collectGarbage') => {
      rule(this.debugger.attached, 'commands go to a debugger that is attached', 'api/debugger')
      return this.call(method, {})
    },
  }

  async capturePage(): Promise<{ toPNG(): Buffer; isEmpty(): boolean }> {
    const { data } = await this.call('Page.captureScreenshot', { format: 'png' })
    return { toPNG: () => Buffer.from(data, 'base64'), isEmpty: () => false }
  }

  private zoomLevel = 0
  getZoomLevel(): number {
    return this.zoomLevel
  }
  setZoomLevel(level: number): void {
    this.zoomLevel = level
  }

  setWebRTCIPHandlingPolicy(policy: string): void {
    this.webRtcPolicy = policy
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.openHandler = handler
  }

  applyTheme(): Promise<unknown> {
    const value = this.theme() === 'system' ? '' : this.theme()
    return this.call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value }] })
  }

  postMessage(channel: string, message: unknown, transfer: unknown[] = []): void {
    rule(new Set(transfer).size === transfer.length, 'a port is transferred twice', 'tutorial/message-ports')
    const ports = transfer.map(port => {
      rule(port instanceof MessagePortMain, 'only ports of MessageChannelMain are transferred', 'api/web-contents')
      const id = ++this.lastPort
      const end: PortEnd = {
        receive: data => this.toWorld({ kind: 'port', port: id, data }),
        otherEndClosed: () => this.toWorld({ kind: 'port-closed', port: id }),
      }
      this.ports.set(id, port.transferTo(end))
      return id
    })
    this.toWorld({ kind: 'ipc', channel, message: structuredClone(message), ports })
  }

  /** Closes the page; `end` follows. */
  close(): void {
    if (this.gone) return
    this.attached.then(
      () => tolerateGone(this.chromium.cdp.call('Target.closeTarget', { targetId: this.targetId })),
      () => {}, // it never came
    )
    this.end()
  }

  /** Any call to this page, for tests. */
  call<M extends keyof CdpCalls>(method: M, params: CdpCalls[M][0], deadlineMs?: number): Promise<CdpCalls[M][1]> {
    return this.chromium.cdp.call(method, params, this.sessionId, deadlineMs)
  }

  private prepare(sessionId: string, targetId: string): Promise<unknown>[] {
    this.sessionId = sessionId
    this.targetId = targetId
    const source = worldScript(readFileSync(this.preload, 'utf8'), chromiumOrigin, electronOrigin)
    return [
      this.call('Inspector.enable', {}),
      this.call('Fetch.enable', { patterns: [{ urlPattern: '*' }] }),
      this.call('Runtime.enable', {}),
      this.call('Runtime.addBinding', { name: bindingName, executionContextName: worldName }),
      this.call('Page.enable', {}),
      this.call('Page.addScriptToEvaluateOnNewDocument', { source, worldName }),
      this.applyTheme(),
      this.call('Emulation.setDeviceMetricsOverride', { ...this.size, deviceScaleFactor: 0, mobile: false }),
    ]
  }

  private take(event: CdpEvent): void {
    if (event.method === 'Fetch.requestPaused') void tolerateGone(this.answer(event.params))
    else if (event.method === 'Runtime.bindingCalled' && event.params.name === bindingName)
      this.fromWorld(JSON.parse(event.params.payload) as WorldMessage, event.params.executionContextId)
    else if (event.method === 'Runtime.executionContextsCleared') this.leaveWorld()
    else if (event.method === 'Page.loadEventFired') {
      this.loading?.resolve()
      this.loading = null
    } else if (event.method === 'Page.windowOpen') {
      const { action } = this.openHandler({ url: toElectron(event.params.url) })
      rule(action === 'deny', 'the stand-in opens no windows for pages', 'api/web-contents')
    } else if (event.method === 'Inspector.targetCrashed') {
      this.leaveWorld()
      this.emit('render-process-gone', createEvent({}), { reason: 'crashed', exitCode: 1 })
    }
  }

  private async answer({ requestId, request, frameId, resourceType }: CdpEvents['Fetch.requestPaused']): Promise<void> {
    const url = toElectron(request.url)
    const isMain = resourceType === 'Document' && frameId === this.targetId
    const refuse = (errorReason: 'BlockedByClient' | 'Aborted' | 'Failed') => this.call('Fetch.failRequest', { requestId, errorReason })
    if (isMain) {
      // emitted for what the page starts, not for what the main process does (api/web-contents: will-navigate), nor for a reload by a tool
      if (this.ownNavigations > 0) this.ownNavigations--
      else if (url !== this.url) {
        const event = createEvent({ url, isMainFrame: true })
        this.emit('will-navigate', event, url)
        if (event.defaultPrevented) return void (await refuse('Aborted'))
      }
      this.emit('did-start-navigation', createEvent({ url, isMainFrame: true, isSameDocument: false }))
      this.url = url
      this.preloading = new Preloading()
    } else await this.preloading.done
    if (await this.session.isCancelled(url)) return void (await refuse('BlockedByClient'))
    const response = await this.session.answer({ url, method: request.method })
    if (!response) return void (await refuse('Failed'))
    const responseHeaders = [...response.headers].map(([name, value]) => ({ name, value }))
    const body = Buffer.from(await response.arrayBuffer()).toString('base64')
    await this.call('Fetch.fulfillRequest', { requestId, responseCode: response.status, responseHeaders, body })
  }

  private fromWorld(message: WorldMessage, context: number): void {
    if (message.kind === 'begin') {
      this.leaveWorld()
      this.context = context
    } else if (context !== this.context) return
    else if (message.kind === 'main-world') {
      const args = message.args.map(arg => JSON.stringify(arg)).join(', ')
      this.mainWorld = tolerateGone(this.call('Runtime.evaluate', { expression: `(${message.source})(${args})` }).then(throwIfThrown))
    } else if (message.kind === 'done') {
      const { preloading } = this
      void this.mainWorld.then(() => preloading.end())
      // https://electronjs.org/docs/api/web-contents: preload-error
      if (message.error !== undefined) this.emit('preload-error', createEvent({}), this.preload, new Error(message.error))
    } else if (message.kind === 'ipc') this.ipc.emit(message.channel, { senderFrame: this.mainFrame, sender: this }, ...message.args)
    else if (message.kind === 'port') this.ports.get(message.port)?.receive(message.data)
    else {
      this.ports.get(message.port)?.otherEndClosed()
      this.ports.delete(message.port)
    }
  }

  private toWorld(message: HostMessage): void {
    if (this.context === null || this.gone) return
    const deliver = `function (text) { globalThis.${receiverName}(text) }`
    const params = { functionDeclaration: deliver, executionContextId: this.context, arguments: [{ value: JSON.stringify(message) }], silent: true }
    void tolerateGone(this.call('Runtime.callFunctionOn', params))
  }

  /** The document has gone, and with it the other ends of its ports. */
  private leaveWorld(): void {
    this.context = null
    const ports = [...this.ports.values()]
    this.ports.clear()
    for (const port of ports) port.otherEndClosed()
  }

  private end(): void {
    if (this.gone) return
    this.gone = true
    this.loading?.reject(Object.assign(new Error('ERR_ABORTED (-3)'), { code: 'ERR_ABORTED' }))
    this.leaveWorld()
    this.emit('destroyed')
  }
}

function throwIfThrown({ exceptionDetails }: CdpCalls['Runtime.evaluate'][1]): void {
  if (exceptionDetails) console.error(new CdpError(`executeInMainWorld: ${exceptionDetails.exception?.description ?? exceptionDetails.text}`))
}
