/**
 * Runs before any script of a page, in a world of its own and in the sandbox: built as one CommonJS file that requires nothing but `electron`
 * (https://electronjs.org/docs/tutorial/sandbox: Preload scripts). Electron runs it in the top frame only, as `nodeIntegrationInSubFrames` is off.
 *
 * The bridge between worlds cannot pass ports, so the port goes on by `window.postMessage`
 * (https://electronjs.org/docs/tutorial/message-ports: Communicating directly between the main process and the main world of a context-isolated page).
 */
import { contextBridge, ipcRenderer } from 'electron'
import { installPillarbox } from './main-world.ts'
import { connectChannel, origin, portChannel } from './names.ts'

if (window === window.top && location.origin === origin) {
  contextBridge.executeInMainWorld({ func: installPillarbox, args: [connectChannel, portChannel] })
  window.addEventListener('message', event => {
    const { source, data } = event as MessageEvent<{ type?: unknown; id?: unknown } | null>
    if (source === window && data?.type === connectChannel && typeof data.id === 'number') ipcRenderer.send(connectChannel, data.id)
  })
  ipcRenderer.on(portChannel, (event, id: number) => {
    window.postMessage({ type: portChannel, id }, '/', event.ports) // "/": to this origin only
  })
}
