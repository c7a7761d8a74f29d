/**
 * Makes a fresh clone ready, with nothing but Node: packages, Chromium, system programs, builds. Every step says what it does in one line and does nothing where
 * nothing is to be done. What cannot be done ends the process with a sentence that says what is missing.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'

export const root = join(import.meta.dirname, '../..')
const at = (...path) => join(root, ...path)

/** Ends the process with a sentence. */
export function fail(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** Runs a program to its end with our own output; answers its exit code. */
export function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) fail(`${program} could not be started: ${error.message}`)
  return status ?? 1
}

/** npm as the one that runs us, or the one beside Node. */
export function npm(args, options = {}) {
  const script = process.env.npm_execpath
  if (script && /\.[cm]?js$/.test(script)) return run(process.execPath, [script, ...args], options)
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { shell: process.platform === 'win32', ...options })
}

const modifiedAt = path => (existsSync(path) ? statSync(path).mtimeMs : 0)

/** Installs the packages of package-lock.json where they are missing or older than it. */
export function ensurePackages() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) fail(`Pillarbox needs Node 20.19 or newer; this is ${process.versions.node}.`)
  if (modifiedAt(at('node_modules/.package-lock.json')) >= modifiedAt(at('package-lock.json'))) return
  console.log('Installing packages (npm ci) …')
  if (npm(['ci', '--no-audit', '--no-fund']) !== 0) fail('The packages could not be installed: see what npm says above.')
}

const onPath = name => (process.env.PATH ?? '').split(delimiter).some(folder => folder !== '' && existsSync(join(folder, name)))

function canInstall() {
  return process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get')
}

let listsAreFresh = false
function install(packages) {
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, stdio: ['ignore', 'ignore', 'inherit'] }
  console.log(`Installing ${packages.join(', ')} (apt-get) …`)
  if (!listsAreFresh) run('apt-get', ['update', '-qq'], options)
  listsAreFresh = true
  // unconfigured, the system's own Postfix is not started
  if (packages.includes('postfix'))
    run('debconf-set-selections', [], { ...options, stdio: 'pipe', input: 'postfix postfix/main_mailer_type select No configuration\n' })
  return run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], options) === 0
}

/** System programs for the tests: name in PATH, or whole path -> Debian package. Answers what is missing and could not be installed. */
export function ensurePrograms(programs) {
  const missing = () => Object.entries(programs).filter(([file]) => !onPath(file) && !existsSync(resolve('/usr/sbin', file)))
  if (missing().length > 0 && canInstall()) install([...new Set(missing().map(([, name]) => name))])
  return missing().map(([, name]) => name)
}

/** Imports a TypeScript file of ours that needs nothing but Node. */
export async function importTypeScript(file) {
  const { build } = await import('esbuild')
  const { outputFiles } = await build({ entryPoints: [at(file)], bundle: true, write: false, platform: 'node', format: 'esm', packages: 'external' })
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString('base64')}`)
}

/** Path of Chromium, Chrome or Edge. Needs the packages. */
export async function ensureChromium() {
  const { findChromium } = await importTypeScript('electron/host-node/chromium.ts')
  try {
    return findChromium()
  } catch (error) {
    if (!canInstall() || !install(['chromium', 'fonts-noto-core', 'fonts-noto-cjk'])) fail(error.message)
  }
  try {
    return findChromium()
  } catch (error) {
    fail(error.message)
  }
}

/** The newest change below `paths`, folders included, so that a removed file counts. */
export function newestChange(paths) {
  let newest = 0
  for (const path of paths) {
    if (!existsSync(path)) continue
    const stat = statSync(path)
    newest = Math.max(newest, stat.mtimeMs)
    if (stat.isDirectory()) newest = Math.max(newest, newestChange(readdirSync(path).map(name => join(path, name))))
  }
  return newest
}

/**
 * Runs `make` where a source is newer than the last success. The stamp holds the time at which the build began: what changed meanwhile is built again.
 * Answers whether anything was built.
 */
export async function upToDate(name, sources, make) {
  const stamp = at('dist', `.${name}.stamp`)
  const sourcePaths = [...sources, 'package-lock.json', 'e2e/run/builds.mjs'].map(path => at(path))
  if (modifiedAt(stamp) >= newestChange(sourcePaths)) return false
  const beganAt = new Date()
  await make()
  mkdirSync(at('dist'), { recursive: true })
  writeFileSync(stamp, '')
  utimesSync(stamp, beganAt, beganAt)
  return true
}
