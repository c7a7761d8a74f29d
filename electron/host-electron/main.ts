/**
 * The program on Electron. Built, this file is dist/main/electron.mjs, beside it preload.cjs and the worker; the pages are dist/renderer.
 *
 * Rules: what must be said before `ready` is said here at once or awaited; nothing that waits for `ready` is awaited, as Electron emits `ready` only when this
 * module has been evaluated (https://electronjs.org/docs/tutorial/esm, electron/electron#40719).
 */
import { app, Menu } from 'electron'
import { sep } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { Arguments } from '../host-shared/arguments.ts'
import { composeCore } from '../host-shared/core.ts'
import { forgetDebugPort } from '../host-shared/debug-port.ts'
import { prepareProgram, type Platform } from '../host-shared/program.ts'
import { trustExtraCertificates } from './certificates.ts'
import { readCommandLine } from './command-line.ts'
import { chromiumFolder, ElectronHost } from './host.ts'
import { appId } from './names.ts'
import { silenceChromium } from './network.ts'
import { registerScheme } from './pages.ts'

const beside = (path: string) => fileURLToPath(new URL(path, import.meta.url))
/** Worker threads read no archive: the worker lies beside it (electron-builder.yml, asarUnpack). */
const worker = pathToFileURL(beside('./mime-worker.mjs').replace(`${sep}app.asar${sep}`, `${sep}app.asar.unpacked${sep}`))
const isDebugged = process.env.PILLARBOX_DEBUG_PORT === '0'

/** macOS hands addresses over by an event that may come before `ready` (https://electronjs.org/docs/api/app: open-url). */
let takeMailto: ((url: string) => void) | null = null
const earlyMailto: string[] = []
app.on('open-url', (event, url) => {
  event.preventDefault()
  if (!/^mailto:/i.test(url)) return
  if (takeMailto) takeMailto(url)
  else earlyMailto.push(url)
})

const platform: Platform = {
  name: 'electron',
  downloads: () => app.getPath('downloads'),
  // before anything touches the folder (https://electronjs.org/docs/api/app: app.setPath)
  prepare(options: Arguments) {
    app.setPath('userData', chromiumFolder(options.profile))
    forgetDebugPort(options.profile, chromiumFolder(options.profile)) // Chromium writes a new one at its start
    if (options.headless) app.dock?.hide()
  },
  async openHost(options: Arguments) {
    await app.whenReady()
    return ElectronHost.create({
      dataFolder: options.profile,
      downloadsFolder: options.downloads,
      rendererFolder: beside('../renderer/'),
      preload: beside('./preload.cjs'),
      headless: options.headless,
      onMailto(listener) {
        takeMailto = listener
        for (const url of earlyMailto.splice(0)) listener(url)
      },
      debugPort: isDebugged,
      ...(options.theme ? { theme: options.theme } : {}),
    })
  },
}

registerScheme()
silenceChromium()
app.enableSandbox() // https://electronjs.org/docs/api/app: for every page, whatever it is given
app.setAppUserModelId(appId) // Windows shows notifications under it
if (isDebugged) app.commandLine.appendSwitch('remote-debugging-port', '0')
// macOS takes the keys for copy and paste from a menu; elsewhere the window has all there is (https://electronjs.org/docs/api/menu: Menu.setApplicationMenu)
Menu.setApplicationMenu(
  process.platform === 'darwin' ? Menu.buildFromTemplate([{ role: 'appMenu' }, { role: 'editMenu' }, { role: 'windowMenu' }]) : null,
)
trustExtraCertificates(process.env.NODE_EXTRA_CA_CERTS)

const { list, mailto } = readCommandLine(process.argv, process.defaultApp)
const program = await prepareProgram(mailto === null ? list : [...list, mailto], composeCore(worker), platform)
void program.run().then(code => app.exit(code)) // nothing of the core may keep a stopped program alive
