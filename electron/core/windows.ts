/**
 * The windows that are open: told what happens, greeted once each, watched for one that stops answering. What is for one window alone (a mailto address, what stood in
 * front of a window that stopped) waits here for it.
 */
import type { ArgOf, Handlers, ResultOf } from '../../shared/contract/call.ts'
import { coreCalls, windowCalls } from '../../shared/contract/core-calls.ts'
import { coreEvents } from '../../shared/contract/core-events.ts'
import type { FolderRef } from '../../shared/model/folder.ts'
import type { MessageIdentity } from '../../shared/model/message.ts'
import { createPeer, type Peer } from '../../shared/rpc.ts'
import type { Host, Page } from './host.ts'
import type { Log } from './log.ts'
import { watchWindow } from './window-watch.ts'

type WindowPeer = Peer<typeof windowCalls, typeof coreEvents>
/** What depends on the window that asks. */
type OwnCalls = 'app.hello' | 'folder.open' | 'reader.shows'
/** What does not. */
export type WindowHandlers = Omit<Handlers<typeof coreCalls>, OwnCalls>
type Hello = ResultOf<typeof coreCalls, 'app.hello'>

export interface WindowsOptions {
  host: Host
  /** What every window is told when it begins. */
  greeting(): Omit<Hello, 'compose' | 'show'>
  /** A window has been told. */
  greeted(): void
  openFolder(folder: FolderRef): void
  /** This message stopped a window while it was shown. */
  keepStopped(message: MessageIdentity): Promise<void>
  /** The mailto address the program was started with. */
  compose: string | null
  log: Log
}

export class Windows {
  readonly #options: WindowsOptions
  readonly #all = new Set<WindowPeer>()
  /** Windows that are no message's. */
  readonly #mains = new Set<WindowPeer>()
  /** What stood in front of main windows that stopped, for those in their place. */
  readonly #toShow: Hello['show'][] = []
  /** The mailto address no window has been told yet. */
  #toCompose: string | null
  #isStarted = false

  constructor(options: WindowsOptions) {
    this.#options = options
    this.#toCompose = options.compose
  }

  /** The first window is open: from now on one that is missed is opened. */
  started(): void {
    this.#isStarted = true
  }

  /** To every window. */
  readonly emit: WindowPeer['emit'] = (name, payload) => {
    for (const peer of this.#all) peer.emit(name, payload)
  }

  /** Main windows first. */
  get all(): WindowPeer[] {
    return [...new Set([...this.#mains, ...this.#all])]
  }

  /** Brings a folder, and a message of it, in front of the person. */
  show(folder: FolderRef, uid: number | null): void {
    this.emit('folder.show', { folder, uid })
    this.#focus()
  }

  #focus(): void {
    this.#options.host.focusWindow().catch((error: unknown) => this.#options.log('the window could not be brought to the front', error))
  }

  /** One main window begins the draft; where there is none yet, the next one. */
  compose(url: string): void {
    const [main] = this.#mains
    if (main) return main.emit('compose.open', { url })
    this.#toCompose = url
    if (this.#isStarted) this.#focus()
  }

  /** A page of a window has connected, also after a reload. */
  connect({ transport, restart }: Page, handlers: WindowHandlers): void {
    const { log, openFolder, keepStopped } = this.#options
    let stopWatching = (): void => undefined
    let inFront: ArgOf<typeof coreCalls, 'folder.open'> | null = null
    let shown: ArgOf<typeof coreCalls, 'reader.shows'> = null
    const ofThisWindow: Pick<Handlers<typeof coreCalls>, OwnCalls> = {
      'app.hello': ({ draft }) => {
        if (draft === null) this.#mains.add(peer)
        this.#options.greeted()
        stopWatching()
        stopWatching = watchWindow({ ping: deadlineMs => peer.call('window.ping', null, deadlineMs), stopped, now: () => performance.now() })
        return this.#greet(draft === null)
      },
      'folder.open': folder => {
        inFront = folder
        openFolder(folder)
        return null
      },
      'reader.shows': message => {
        shown = message
        return null
      },
    }
    /** The window hangs: the message it shows is not shown by itself again, and it begins anew in the same place. */
    const stopped = async (): Promise<void> => {
      if (peer.closed) return
      log(`a window does not answer${shown ? ', while it shows a message' : ''}`)
      const show = shown ? { folder: shown.folder, uid: shown.uid } : inFront && { folder: inFront, uid: null }
      if (shown) await keepStopped(shown.message).catch((error: unknown) => log('a message that stopped a window could not be kept', error))
      if (peer.closed || !restart()) return
      if (show && this.#mains.has(peer)) this.#toShow.push(show)
    }
    const peer: WindowPeer = createPeer(transport, {
      ...{ serves: coreCalls, handlers: { ...handlers, ...ofThisWindow }, calls: windowCalls },
      ...{ emits: coreEvents, hears: {}, on: {} },
    })
    this.#all.add(peer)
    transport.onClose(() => {
      stopWatching()
      this.#all.delete(peer)
      this.#mains.delete(peer)
    })
  }

  #greet(isMain: boolean): Hello {
    const compose = isMain ? this.#toCompose : null
    if (isMain) this.#toCompose = null
    return { ...this.#options.greeting(), compose, show: (isMain && this.#toShow.shift()) || null }
  }
}
