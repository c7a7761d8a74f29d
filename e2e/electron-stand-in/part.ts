/** The Electron host alone on the stand-in, for tests in the same process. Each import of it with another query is another Electron. */
import { ElectronHost, type ElectronHostOptions } from '../../electron/host-electron/host.ts'
import { chromiumFolder } from '../../electron/host-electron/host.ts'
import { registerScheme } from '../../electron/host-electron/pages.ts'
import * as electron from './electron.ts'
import { standIn } from './state.ts'

export { electron, standIn }

/** As main.ts does it, without command line and core. */
export async function createHost(options: ElectronHostOptions, disableFeatures: readonly string[] = []): Promise<ElectronHost> {
  registerScheme()
  electron.app.setPath('userData', chromiumFolder(options.dataFolder))
  if (options.debugPort) electron.app.commandLine.appendSwitch('remote-debugging-port', '0')
  await electron.app.mainModuleEvaluated(disableFeatures)
  return ElectronHost.create(options)
}
