/** For tests: Chromium's file that names its debugging port, copied to where tests look whatever the host. */
import { rmSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const activePort = 'DevToolsActivePort'
const lookEveryMs = 50
const tries = 100

/** Before Chromium starts, and after it has ended. */
export function forgetDebugPort(...folders: string[]): void {
  for (const folder of folders) rmSync(join(folder, activePort), { force: true })
}

/** Chromium makes the file a little after its start, empty, and then writes port and path into it. Throws where it has not within 5 s. */
export async function publishDebugPort(chromiumFolder: string, dataFolder: string): Promise<void> {
  for (let count = 0; count < tries; count++) {
    const text = await readFile(join(chromiumFolder, activePort), 'utf8').catch(() => '') // not there yet
    if (/^\d+\n\/./.test(text)) {
      const file = join(dataFolder, activePort)
      await writeFile(`${file}.new`, text)
      return rename(`${file}.new`, file) // whole, or not there
    }
    await new Promise(resolve => setTimeout(resolve, lookEveryMs))
  }
  throw new Error(`Chromium has named no debugging port within ${(tries * lookEveryMs) / 1000} s.`)
}
