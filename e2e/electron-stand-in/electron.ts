/**
 * A behavioural stand-in of the module `electron`, put in its place by esbuild: it runs the real Electron host on the Node host's Chromium, and refuses what the
 * documentation forbids. It has what the host uses, no more: what is missing is a type error of the bundle or a TypeError at once.
 */
import { systemLocale } from '../../electron/host-node/locale.ts'
import { EventEmitter } from 'node:events'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { Chromium } from './chromium.ts'
import { createEvent, rule } from './rules.ts'
import { standIn } from './state.ts'

export { BrowserWindow } from './browser-window.ts'
export { MessageChannelMain } from './ports.ts'

class App extends EventEmitter {
  readonly dock = undefined
  private readonly switches = new Map<string, string>()
  private readonly paths = new Map<string, string>()
  private readonly ready = new Promise<void>(resolve => this.once('ready', () => resolve()))
  private exiting = false

  readonly commandLine = {
    appendSwitch: (name: string, value = '') => {
      rule(!standIn.isReady, 'a switch is appended after ready', 'api/command-line-switches')
      rule(!name.startsWith('-'), 'a switch is named without its dashes', 'api/command-line')
      this.switches.set(name, value)
    },
  }

  setPath(name: string, path: string): void {
    rule(!standIn.isReady, `app.setPath('${name}') is called after ready`, 'api/app')
    this.paths.set(name, path)
  }

  getPath(name: string): string {
    const path = name === 'downloads' ? join(homedir(), 'Downloads') : this.paths.get(name)
    if (path === undefined) throw new Error(`the stand-in has no path "${name}": the profile was not given by app.setPath`)
    return path
  }

  enableSandbox(): void {
    rule(!standIn.isReady, 'app.enableSandbox is called after ready', 'api/app')
  }

  setAppUserModelId(): void {}

  setBadgeCount(count: number): boolean {
    rule(standIn.isReady, 'app.setBadgeCount is called before ready', 'api/app')
    standIn.badge = count
    return true
  }

  getSystemLocale(): string {
    rule(standIn.isReady, 'app.getSystemLocale is called before ready', 'api/app')
    return systemLocale(process.env, 'en-GB')
  }

  setAsDefaultProtocolClient(protocol: string): boolean {
    rule(!protocol.includes(':'), 'a protocol is named without its colon', 'api/app')
    standIn.protocols.push(protocol)
    return true
  }

  whenReady(): Promise<void> {
    return this.ready
  }

  /** As the user or the system quits. */
  quit(): void {
    const event = createEvent({})
    this.emit('before-quit', event)
    if (event.defaultPrevented) return
    for (const window of [...standIn.windows]) window.close()
    if (standIn.windows.size === 0) this.exit(0)
  }

  exit(code = 0): void {
    if (this.exiting) return
    this.exiting = true
    if (standIn.session.leaks.length > 0) console.error(`Requests that were not cancelled: ${standIn.session.leaks.join(' ')}`)
    void (standIn.isReady ? standIn.chromium.stop() : Promise.resolve()).finally(() => process.exit(code))
  }

  /**
   * The main module has been evaluated: only now Electron becomes ready, so a module that awaits `whenReady` at its top waits for ever
   * (https://electronjs.org/docs/tutorial/esm, electron/electron#40719).
   */
  async mainModuleEvaluated(disableFeatures: readonly string[] = []): Promise<void> {
    if (this.exiting) return
    standIn.chromium = await Chromium.start(this.getPath('userData'), this.switches.has('remote-debugging-port'), disableFeatures)
    standIn.session.storagePath = join(this.getPath('userData'), 'Default')
    standIn.isReady = true
    this.emit('ready')
  }
}

export const app = new App()
standIn.emit = event => {
  // without a listener Electron quits (api/app: window-all-closed)
  if (!app.emit(event)) app.quit()
}

export const protocol = standIn.session.protocol

export const session = {
  get defaultSession() {
    rule(standIn.isReady, 'a session is used before ready', 'api/session')
    return standIn.session
  },
}

export const nativeTheme = {
  get shouldUseDarkColors() {
    return standIn.theme === 'dark'
  },
  get themeSource() {
    return standIn.theme
  },
  set themeSource(theme) {
    standIn.theme = theme
    for (const window of standIn.windows) window.webContents.applyTheme().catch(() => {}) // a page that is not there yet asks by itself
  },
}

export const screen = {
  getAllDisplays() {
    rule(standIn.isReady, 'the screen is used before ready', 'api/screen')
    return [{ workArea: { x: 0, y: 0, width: 1920, height: 1080 } }]
  },
}

export const shell = {
  openExternal(url: string): Promise<void> {
    standIn.openedOutside.push(url)
    return Promise.resolve()
  },
}

/** What was shown outside of the windows. */
export class Notification extends EventEmitter {
  static isSupported(): boolean {
    rule(standIn.isReady, 'Notification is used before ready', 'api/notification')
    return true
  }
  constructor(readonly options: { title: string; body: string }) {
    super()
  }
  show(): void {
    standIn.notifications.push(this)
    if (process.env.STAND_IN_CLICKS) setTimeout(() => this.emit('click'), 100) // a person who chooses each at once
  }
}

export const nativeImage = { createFromDataURL: (url: string) => ({ url }) }

export const powerMonitor = new EventEmitter()

/** As on a Linux desktop that is not recognised (`basic_text`), or one with libsecret where STAND_IN_KEY_STORE says so. */
export const safeStorage = {
  isAsyncEncryptionAvailable(): Promise<boolean> {
    rule(standIn.isReady, 'safeStorage is used before ready', 'api/safe-storage')
    return Promise.resolve(true)
  },
  getSelectedStorageBackend: () => (standIn.isReady ? (process.env.STAND_IN_KEY_STORE ?? 'basic_text') : 'unknown'),
  encryptStringAsync(text: string): Promise<Buffer> {
    rule(standIn.isReady, 'safeStorage is used before ready', 'api/safe-storage')
    return Promise.resolve(Buffer.from(Buffer.from(text, 'utf8').map(byte => byte ^ 0x5a)))
  },
  decryptStringAsync(encrypted: Buffer): Promise<{ shouldReEncrypt: boolean; result: string }> {
    rule(Buffer.isBuffer(encrypted), 'safeStorage decrypts a Buffer', 'api/safe-storage')
    return Promise.resolve({ shouldReEncrypt: false, result: Buffer.from(encrypted.map(byte => byte ^ 0x5a)).toString('utf8') })
  },
}

export const Menu = {
  setApplicationMenu(): void {},
  buildFromTemplate: (items: { role?: string; enabled?: boolean }[]) => ({ popup: () => void standIn.menus.push(items) }),
}
