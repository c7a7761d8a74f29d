/**
 * What the core may ask of the platform. Two hosts exist: Electron (the product) and plain Node with the system's Chromium (development and tests).
 * A host is thin: it carries messages and opens windows; it decides nothing about mail.
 */
import type { Feature } from '../../shared/model/features.ts'
import type { DraftId } from '../../shared/model/outgoing.ts'
import type { Transport } from '../../shared/rpc.ts'

/** A page that called `window.pillarbox.connect()`. Its transport closes when the page goes, reloads or crashes. */
export interface Page {
  kind: 'window' | 'cache'
  transport: Transport
  /** Ends the page's process, whatever it does, and opens the page anew. False where it is left alone: a person looks into it with the developer tools. */
  restart(): boolean
}

/** The key store of the system, for one short secret. Every call may ask the person to unlock it, and rejects where that fails. */
export interface KeyStore {
  /** As the person knows it, such as "Keychain". */
  readonly name: string
  /** Keeps a secret; the token is no secret and is what `reveal` wants. */
  keep(secret: string): Promise<string>
  reveal(token: string): Promise<string>
  forget(token: string): Promise<void>
}

/** What the program shows and does outside of its windows. */
export interface Desktop {
  /** The number on the icon of the program; 0: none. */
  setUnread(count: number): void
  /** Tells of something, unless a window has the focus; `onClick`: the person chose it. */
  notify(notice: { title: string; body: string }, onClick: () => void): void
  /** Makes this the program that opens mailto addresses; false where the system does not let it. */
  makeMailProgram(): boolean
}

export interface Host {
  readonly name: 'node' | 'electron'
  /** The profile: an absolute path of a folder that exists. */
  readonly dataFolder: string
  /** Where attachments are saved. */
  readonly downloadsFolder: string
  /** What this host cannot do. */
  readonly missingFeatures: readonly Feature[]
  /** Called for each page that connects, also after a reload. One listener. */
  onPage(listener: (page: Page) => void): void
  /** Called once, when the last window was closed. */
  onLastWindowClosed(listener: () => void): void
  /**
   * Opens a window, and keeps one hidden cache page alive as long as the host runs: started after the first window, started again with back-off when it
   * crashes. Resolves when the window has been created. With `theme` the page sees that colour scheme; with `message` the window is for that draft alone
   * (`index.html?draft=ID`), and comes to the front where it is open already.
   */
  openWindow(options: { theme: 'system' | 'light' | 'dark'; draft?: DraftId }): Promise<void>
  /** Brings the main window to the front (a second start on this profile), or opens it where only messages are open. */
  focusWindow(): Promise<void>
  /** Hands an http, https or mailto address to the system. */
  openUrl(url: string): Promise<void>
  /** Asks all pages to let go of memory they no longer need; for the quiet after bulk work. Pages that go meanwhile are left out. */
  collectGarbage(): Promise<void>
  /** Removes what Chromium keeps of IndexedDB, where it is damaged so that Chromium neither opens nor deletes it; the pages then find none. */
  removeCacheFiles(): Promise<void>
  /** A PNG of the first window. */
  screenshot(): Promise<Uint8Array>
  /** The system woke from sleep or its network changed: connections are stale. */
  onNetworkChange(listener: () => void): void
  /** Null on a host that has none of it. */
  readonly desktop: Desktop | null
  /** A mailto address the system hands over while the program runs (macOS; elsewhere it comes with a second start). One listener. */
  onMailto(listener: (url: string) => void): void
  /** Null where the system has none that protects anything (PROTOCOL-NOTES: `basic_text`). */
  keyStore(): Promise<KeyStore | null>
  /** Ends all pages. */
  stop(): Promise<void>
}

declare global {
  interface Window {
    /** Put there by the host before any script of the page runs; only in the top frame of the program's own pages. */
    pillarbox: { connect(): Transport }
  }
}
