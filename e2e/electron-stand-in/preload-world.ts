/**
 * The world in which a preload runs: a script for Chromium's isolated world of the same name, which gives the preload a `require` of the sandbox's list and the
 * renderer's part of `electron`.
 *
 * Chromium knows no schemes of our own: the preload sees `location` as Electron would show it. What runs "in the main world" is run by the host of this world,
 * which holds back all scripts of the page until that has been done: for the page there is no difference.
 */
export const worldName = 'ElectronStandInPreload'
export const bindingName = '__electronStandIn'
export const receiverName = '__electronStandInReceive'

/** From this world to its host. */
export type WorldMessage =
  | { kind: 'begin' }
  | { kind: 'done'; error?: string }
  | { kind: 'main-world'; source: string; args: unknown[] }
  | { kind: 'ipc'; channel: string; args: unknown[] }
  | { kind: 'port'; port: number; data: unknown }
  | { kind: 'port-closed'; port: number }

/** From the host to this world. */
export type HostMessage =
  | { kind: 'ipc'; channel: string; message: unknown; ports: number[] }
  | { kind: 'port'; port: number; data: unknown }
  | { kind: 'port-closed'; port: number }

type Preload = (require: (name: string) => unknown, module: object, exports: object, location: object) => void

/** Runs in the page: it is turned into text, so it uses nothing from outside of itself. */
function runPreload(names: { binding: string; receiver: string; origin: string; shownOrigin: string }, preload: Preload): void {
  // preloads run in the top frame only (https://electronjs.org/docs/api/structures/web-preferences: nodeIntegrationInSubFrames)
  if (window !== window.top || location.origin !== names.origin) return
  const scope = globalThis as unknown as Record<string, unknown>
  const toHost = scope[names.binding] as (text: string) => void
  const send = (message: WorldMessage) => toHost(JSON.stringify(message))
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>()
  const ports = new Map<number, MessagePort>()

  /** Only what survives the copy between worlds (https://electronjs.org/docs/api/context-bridge: Parameter / Error / Return Type support). */
  function refusePorts(value: unknown): void {
    if (value instanceof MessagePort)
      throw new Error('An object could not be cloned: ports do not pass the bridge (https://electronjs.org/docs/api/context-bridge)')
    if (typeof value === 'object' && value !== null) Object.values(value).forEach(refusePorts)
  }
  const electron = {
    contextBridge: {
      exposeInMainWorld(_key: string, api: unknown) {
        refusePorts(api)
        throw new Error('the stand-in has no contextBridge.exposeInMainWorld')
      },
      executeInMainWorld({ func, args = [] }: { func: () => void; args?: unknown[] }) {
        refusePorts(args)
        send({ kind: 'main-world', source: String(func), args })
      },
    },
    ipcRenderer: {
      on(channel: string, listener: (event: object, ...args: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener])
      },
      send(channel: string, ...args: unknown[]) {
        structuredClone(args) // throws for what cannot be copied, ports among it (https://electronjs.org/docs/api/ipc-renderer: ipcRenderer.send)
        send({ kind: 'ipc', channel, args })
      },
    },
  }

  function openPort(id: number): MessagePort {
    const { port1, port2 } = new MessageChannel()
    ports.set(id, port1)
    port1.onmessage = ({ data }) => send({ kind: 'port', port: id, data })
    port1.addEventListener('close', () => send({ kind: 'port-closed', port: id }))
    return port2
  }
  Object.defineProperty(scope, names.receiver, {
    value(text: string) {
      const message = JSON.parse(text) as HostMessage
      if (message.kind === 'port') ports.get(message.port)?.postMessage(message.data)
      else if (message.kind === 'port-closed') ports.get(message.port)?.close()
      else {
        const event = { sender: electron.ipcRenderer, ports: message.ports.map(openPort) }
        for (const listener of listeners.get(message.channel) ?? []) listener(event, message.message)
      }
    },
  })

  const allowed = new Set(['electron', 'events', 'timers', 'url', 'node:events', 'node:timers', 'node:url'])
  function require(name: string): unknown {
    if (name === 'electron') return electron
    throw new Error(
      allowed.has(name) ? `the stand-in lacks ${name}` : `module not found: ${name} (https://electronjs.org/docs/tutorial/sandbox: Preload scripts)`,
    )
  }
  send({ kind: 'begin' })
  try {
    preload(require, {}, {}, { href: location.href.replace(names.origin, names.shownOrigin), origin: names.shownOrigin })
    send({ kind: 'done' })
  } catch (error) {
    send({ kind: 'done', error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
  }
}

/** Source of the script for a page whose origin Chromium knows as `origin` and Electron as `shownOrigin`. */
export function worldScript(preload: string, origin: string, shownOrigin: string): string {
  const names = JSON.stringify({ binding: bindingName, receiver: receiverName, origin, shownOrigin })
  return `(${runPreload})(${names}, function (require, module, exports, location) {\n${preload}\n})`
}
