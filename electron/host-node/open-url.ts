/** Hands an address to the system's own program for it: never through a shell, and only the three kinds a draft may link to. */
import { spawn } from 'node:child_process'
import { checkOutsideUrl } from '../host-shared/outside-url.ts'

/** The command that opens `url` on `platform`. Throws a sentence where the address is not http, https or mailto. */
export function commandToOpen(url: string, platform: NodeJS.Platform): [program: string, ...args: string[]] {
  const address = checkOutsideUrl(url)
  if (platform === 'darwin') return ['open', address]
  // `start` needs cmd, which reads & ^ and % itself; rundll32 takes the address as it is
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', address]
  return ['xdg-open', address]
}

/** Resolves when the system's program has started. */
export function openUrl(url: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const [program, ...args] = commandToOpen(url, process.platform)
    const child = spawn(program, args, { stdio: 'ignore', detached: true })
    child.once('error', error => reject(new Error(`The address could not be opened: ${program} did not start (${error.message}).`)))
    child.once('spawn', () => {
      child.unref()
      resolve()
    })
  })
}
