/** Which host `npm start` runs on: Electron where its binary is there or can be had, else the Node host; and the one line that says so. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, root, run } from './prepare.mjs'

const at = (...path) => join(root, ...path)
const binaries = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
const packageFolder = at('node_modules/electron')
const failureFile = at('node_modules/.cache/pillarbox/electron-failed.json')
/** A server that does not answer at all. The fetching itself may take as long as it must. */
const answerDeadlineMs = 4_000
const fetchDeadlineMs = 15 * 60_000
const forgetFailureMs = 24 * 3600_000

const versionOfPackage = () => JSON.parse(readFileSync(join(packageFolder, 'package.json'), 'utf8')).version

/** Path of Electron's binary, or null. The package `electron` fetches it into `dist`; `ELECTRON_OVERRIDE_DIST_PATH` is its own variable. */
export function findElectron() {
  const chosen = process.env.ELECTRON_OVERRIDE_DIST_PATH
  const binary = join(chosen || join(packageFolder, 'dist'), binaries[process.platform] ?? 'electron')
  if (!existsSync(binary)) return null
  if (chosen) return binary
  const versionFile = join(packageFolder, 'dist/version')
  // an older one stays behind when the package is updated
  return existsSync(versionFile) && readFileSync(versionFile, 'utf8').trim().replace(/^v/, '') === versionOfPackage() ? binary : null
}

async function canBeFetched(version) {
  const mirror = process.env.ELECTRON_MIRROR || 'https://github.com/electron/electron/releases/download/'
  try {
    const answer = await fetch(`${mirror}v${version}/SHASUMS256.txt`, { method: 'HEAD', signal: AbortSignal.timeout(answerDeadlineMs) })
    return answer.ok
  } catch {
    return false // no network, or a firewall before it
  }
}

function failedLately(version) {
  try {
    const failure = JSON.parse(readFileSync(failureFile, 'utf8'))
    return failure.version === version && Date.now() - failure.at < forgetFailureMs
  } catch {
    return false // never failed
  }
}

/** Path of Electron's binary, fetched where that is possible; null where it is not. With `insist` an earlier failure is forgotten. */
async function ensureElectron({ insist }) {
  const found = findElectron()
  if (found || process.env.ELECTRON_OVERRIDE_DIST_PATH) return found
  const version = versionOfPackage()
  if (!insist && failedLately(version)) return null
  if (await canBeFetched(version)) {
    console.log(`Fetching Electron ${version}, once (about 120 MB) …`)
    run(process.execPath, [join(packageFolder, 'install.js')], { timeout: fetchDeadlineMs })
  }
  const fetched = findElectron()
  if (fetched) rmSync(failureFile, { force: true })
  else {
    mkdirSync(join(failureFile, '..'), { recursive: true })
    writeFileSync(failureFile, JSON.stringify({ version, at: Date.now() }))
  }
  return fetched
}

/** `--host`'s value: the last one, as the program reads it. */
function askedFor(args) {
  let asked
  args.forEach((argument, index) => {
    if (argument === '--host') asked = args[index + 1]
    else if (argument.startsWith('--host=')) asked = argument.slice('--host='.length)
  })
  return asked
}

const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/** The binary of Electron to run on, or null for the Node host. Says in one line why it is not Electron, unless the Node host was asked for. */
export async function chooseElectron(args) {
  const asked = askedFor(args)
  if (asked !== undefined && asked !== 'electron') return null // a host that does not exist is named by the program
  if (!hasDisplay()) {
    if (asked === 'electron')
      fail('--host electron: Electron needs a display, also with --headless (DISPLAY and WAYLAND_DISPLAY are not set). Try xvfb-run.')
    console.log('There is no display, which Electron needs: running on the Node host.')
    return null
  }
  const binary = await ensureElectron({ insist: asked === 'electron' })
  if (binary) return binary
  if (asked === 'electron')
    fail('--host electron: Electron is not here and could not be fetched. Try "npx install-electron", or leave the argument out for the Node host.')
  console.log('Electron is not here and could not be fetched: running on the Node host, in the Chromium of this computer.')
  return null
}

/** Words before the program's own. What follows `--` is not read by Chromium. As root Chromium runs without its sandbox only. */
export function electronArguments(args) {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0
  return [...(isRoot ? ['--no-sandbox'] : []), root, '--', ...args]
}
