/** BrowserWindow (https://electronjs.org/docs/api/browser-window): as much of it as the Electron host uses. */
import { EventEmitter } from 'node:events'
import { extname, isAbsolute } from 'node:path'
import { standIn } from './state.ts'
import { createEvent, rule } from './rules.ts'
import { WebContents } from './web-contents.ts'

export interface BrowserWindowOptions {
  width?: number
  height?: number
  show?: boolean
  webPreferences?: { preload?: string; contextIsolation?: boolean; sandbox?: boolean; nodeIntegration?: boolean }
}

export class BrowserWindow extends EventEmitter {
  private readonly contents: WebContents
  private destroyed = false
  private readonly bounds: { x: number; y: number; width: number; height: number }

  constructor({ width = 800, height = 600, webPreferences = {} }: BrowserWindowOptions) {
    super()
    rule(standIn.isReady, 'a BrowserWindow is created before ready', 'api/browser-window')
    const { preload, contextIsolation = true, sandbox = true, nodeIntegration = false } = webPreferences
    rule(contextIsolation && sandbox && !nodeIntegration, 'a page of ours is isolated and sandboxed and has no Node', 'tutorial/security')
    rule(preload !== undefined && isAbsolute(preload), 'the preload is given by its absolute path', 'api/structures/web-preferences')
    rule(extname(preload) !== '.mjs', 'a sandboxed preload is no ES module', 'tutorial/esm')
    this.bounds = { x: 0, y: 0, width, height }
    this.contents = new WebContents(standIn.chromium, standIn.session, preload, { width, height }, () => standIn.theme)
    standIn.windows.add(this)
    this.contents.on('destroyed', () => this.end())
  }

  /** Nothing here has a focus but by tests. */
  static getFocusedWindow(): BrowserWindow | null {
    return null
  }

  static getAllWindows(): BrowserWindow[] {
    return [...standIn.windows]
  }

  get webContents(): WebContents {
    this.check()
    return this.contents
  }

  loadURL(url: string): Promise<void> {
    this.check()
    return this.contents.loadURL(url)
  }

  /** As the user closes it. */
  close(): void {
    this.check()
    const event = createEvent({})
    this.emit('close', event)
    if (!event.defaultPrevented) this.destroy()
  }

  /** Neither `close` nor `beforeunload`, but `closed`. */
  destroy(): void {
    if (!this.destroyed) this.contents.close()
  }

  isDestroyed(): boolean {
    return this.destroyed
  }

  show(): void {
    this.check()
  }
  focus(): void {
    this.check()
  }
  maximize(): void {
    this.check()
  }
  restore(): void {
    this.check()
  }
  isMinimized(): boolean {
    this.check()
    return false
  }
  isMaximized(): boolean {
    this.check()
    return false
  }
  getNormalBounds(): BrowserWindow['bounds'] {
    this.check()
    return this.bounds
  }

  private check(): void {
    rule(!this.destroyed, 'Object has been destroyed', 'api/browser-window')
  }

  private end(): void {
    if (this.destroyed) return
    this.destroyed = true
    standIn.windows.delete(this)
    this.emit('closed')
    if (standIn.windows.size === 0) standIn.emit('window-all-closed')
  }
}
