/**
 * Transports over ports: a page asks by `connectChannel`, gets one end of a channel, and the other end is its `Transport`. JSON text crosses.
 *
 * Rules: only the top frame of a page of ours is answered; a page has one transport at a time; it closes when the page connects again, navigates, crashes or goes.
 */
import { MessageChannelMain, type IpcMainEvent, type MessagePortMain, type WebContents } from 'electron'
import type { Transport, Wire } from '../../shared/rpc.ts'
import { isOfOrigin } from '../host-shared/pages.ts'
import { connectChannel, origin, portChannel } from './names.ts'

export class PortTransport implements Transport {
  private readonly listeners: ((message: unknown) => void)[] = []
  private readonly closers: (() => void)[] = []
  private closed = false

  constructor(private readonly port: MessagePortMain) {
    port.on('message', ({ data }) => {
      if (this.closed || typeof data !== 'string') return
      const message: unknown = JSON.parse(data)
      for (const listener of this.listeners) listener(message)
    })
    // https://electronjs.org/docs/api/message-port-main: the remote end was disconnected
    port.on('close', () => this.dispose())
  }

  send(message: Wire): void {
    if (!this.closed) this.port.postMessage(JSON.stringify(message))
  }

  onMessage(listener: (message: unknown) => void): void {
    this.listeners.push(listener)
    this.port.start() // until now what arrived was queued (https://electronjs.org/docs/api/message-port-main: port.start)
  }

  onClose(listener: () => void): void {
    if (this.closed) listener()
    else this.closers.push(listener)
  }

  dispose(): void {
    if (this.closed) return
    this.closed = true
    this.port.close()
    for (const listener of this.closers) listener()
  }
}

/** Hands out the transports of one page. The function that comes back closes the open one: the page has crashed or gone. */
export function servePage(contents: WebContents, onConnect: (transport: Transport) => void): () => void {
  let current: PortTransport | null = null
  const close = () => {
    const open = current
    current = null
    open?.dispose()
  }
  // https://electronjs.org/docs/api/web-contents: contents.ipc hears this page only
  contents.ipc.on(connectChannel, (event: IpcMainEvent, id: unknown) => {
    const frame = event.senderFrame // null where the frame has navigated meanwhile
    if (!frame || frame.parent !== null || !isOfOrigin(frame.url, origin) || typeof id !== 'number') return
    close()
    const { port1, port2 } = new MessageChannelMain()
    const transport = new PortTransport(port1)
    current = transport
    onConnect(transport)
    frame.postMessage(portChannel, id, [port2])
  })
  contents.on('did-start-navigation', ({ isMainFrame, isSameDocument }) => {
    if (isMainFrame && !isSameDocument) close()
  })
  contents.on('render-process-gone', close)
  contents.on('destroyed', close)
  return close
}
