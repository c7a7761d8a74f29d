/** The one program that Electron runs in a process: what its modules share. */
import { rule } from './rules.ts'
import type { BrowserWindow } from './browser-window.ts'
import type { Chromium } from './chromium.ts'
import { StandInProtocol, StandInSession } from './session.ts'

class StandIn {
  isReady = false
  theme: 'system' | 'light' | 'dark' = 'system'
  readonly windows = new Set<BrowserWindow>()
  readonly session = new StandInSession(new StandInProtocol(() => this.isReady))
  /** Addresses given to shell.openExternal. */
  readonly openedOutside: string[] = []
  /** Menus that were opened. */
  readonly menus: { role?: string; enabled?: boolean }[][] = []
  /** Notifications shown, and what hears their clicks. */
  readonly notifications: { options: { title: string; body: string }; emit(event: 'click'): boolean }[] = []
  badge = 0
  /** Protocols this is the default program for. */
  readonly protocols: string[] = []
  /** Wired by `app`. */
  emit: (event: 'window-all-closed') => void = () => {}
  private running: Chromium | null = null

  get chromium(): Chromium {
    rule(this.running !== null, 'Chromium is used before ready', 'api/app')
    return this.running
  }

  set chromium(chromium: Chromium) {
    this.running = chromium
  }
}

export const standIn = new StandIn()
