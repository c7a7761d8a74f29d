/** For tests: Chromium's file that names its debugging port, copied to where tests look whatever the host. */
import { existsSync, rmSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'

const activePort = 'DevToolsActivePort'
const lookEveryMs = 50
const tries = 100

/** Before Chromium starts, and after it has ended. */
export function forgetDebugPort(...folders: string[]): void {
  for (const folder of folders) rmSync(join(folder, activePort), { force: true })
}

/** Chromium writes the file a little after its start. Throws where none comes within 5 s. */
export async function publishDebugPort(chromiumFolder: string, dataFolder: string): Promise<void> {
  for (let count = 0; count < tries && !existsSync(join(chromiumFolder, activePort)); count++)
    await new Promise(resolve => setTimeout(resolve, lookEveryMs))
  await copyFile(join(chromiumFolder, activePort), join(dataFolder, activePort))
}
