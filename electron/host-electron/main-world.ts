/**
 * Puts `window.pillarbox` into the page's own world. This function is turned into text and run there
 * (https://electronjs.org/docs/api/context-bridge: contextBridge.executeInMainWorld), so it uses nothing from outside of itself.
 *
 * Rules: a page has one transport at a time (a second connect closes the first); what is sent before the port is there waits for it, what arrives before a
 * listener is there waits too. Messages are JSON text, as on the Node host.
 */
export function installPillarbox(connectMessage: string, portMessage: string): void {
  interface Connection {
    id: number
    port: MessagePort | null
    unsent: string[]
    unheard: unknown[]
    listeners: ((message: unknown) => void)[]
    closers: (() => void)[]
  }
  let lastId = 0
  let current: Connection | null = null

  // the wall of network.ts holds for WebRTC too; what is not there need not be held (ADR 0005)
  for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection', 'RTCDataChannel']) Reflect.deleteProperty(globalThis, name)

  function close(connection: Connection): void {
    if (current === connection) current = null
    connection.port?.close()
    for (const listener of connection.closers.splice(0)) listener()
  }

  function take(connection: Connection, text: string): void {
    const message: unknown = JSON.parse(text)
    if (connection.listeners.length === 0) connection.unheard.push(message)
    for (const listener of connection.listeners)
      try {
        listener(message)
      } catch (error) {
        reportError(error)
      }
  }

  window.addEventListener('message', event => {
    const { source, data, ports } = event as MessageEvent<{ type?: unknown; id?: unknown } | null>
    if (source !== window || data?.type !== portMessage) return
    event.stopImmediatePropagation() // the port is nobody else's
    const port = ports[0]
    const connection = current
    if (!port) return
    if (!connection || connection.id !== data.id || connection.port) return port.close() // the operation of an earlier connect
    connection.port = port
    port.addEventListener('close', () => close(connection)) // https://electronjs.org/docs/tutorial/message-ports: Extension: close event
    port.onmessage = ({ data }: MessageEvent<string>) => take(connection, data)
    for (const text of connection.unsent.splice(0)) port.postMessage(text)
  })

  Object.defineProperty(window, 'pillarbox', {
    value: Object.freeze({
      connect() {
        if (current) close(current)
        const own: Connection = { id: ++lastId, port: null, unsent: [], unheard: [], listeners: [], closers: [] }
        current = own
        window.postMessage({ type: connectMessage, id: own.id }, '/')
        return {
          send(message: unknown) {
            if (current !== own) return
            const text = JSON.stringify(message)
            if (own.port) own.port.postMessage(text)
            else own.unsent.push(text)
          },
          onMessage(listener: (message: unknown) => void) {
            own.listeners.push(listener)
            for (const message of own.unheard.splice(0)) listener(message)
          },
          onClose(listener: () => void) {
            own.closers.push(listener)
          },
        }
      },
    }),
  })
}
