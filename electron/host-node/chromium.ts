/**
 * Finds the system's Chromium (or Chrome, or Edge), and starts it with a debugging pipe and without any network.
 *
 * The wall has two sides: `Fetch` interception in pages.ts answers the program's own pages, and the dead proxy below stops what goes past interception
 * (WebSocket, preconnect, WebRTC, opaque frames, Chromium's own services). Every start, also the one that hands a window over, carries the same flags.
 */
import { spawn, type ChildProcess } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { Readable, Writable } from 'node:stream'

const linuxNames = ['chromium', 'google-chrome-stable', 'google-chrome', 'chromium-browser', 'microsoft-edge-stable', 'microsoft-edge']
const macPaths = [
  'Google Chrome.app/Contents/MacOS/Google Chrome',
  'Chromium.app/Contents/MacOS/Chromium',
  'Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]
const windowsPaths = [
  ['Google', 'Chrome', 'Application', 'chrome.exe'],
  ['Chromium', 'Application', 'chrome.exe'],
  ['Microsoft', 'Edge', 'Application', 'msedge.exe'],
]

/** Where a browser may be on `platform`, best first. `PILLARBOX_CHROMIUM` goes before all. */
export function chromiumCandidates(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, home: string): string[] {
  const chosen = environment.PILLARBOX_CHROMIUM
  if (chosen) return [chosen]
  if (platform === 'darwin') return ['/Applications', join(home, 'Applications')].flatMap(folder => macPaths.map(path => join(folder, path)))
  if (platform === 'win32') {
    const roots = [environment.ProgramFiles, environment['ProgramFiles(x86)'], environment.LOCALAPPDATA].filter(root => root !== undefined)
    return windowsPaths.flatMap(path => roots.map(root => join(root, ...path)))
  }
  const folders = (environment.PATH ?? '').split(delimiter).filter(Boolean)
  return linuxNames.flatMap(name => folders.map(folder => join(folder, name)))
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false // absent or not ours to run: the next candidate is tried
  }
}

/** Path of the browser to use. Throws a sentence that says how to get one. */
export function findChromium(platform = process.platform, environment = process.env, home = homedir()): string {
  const found = chromiumCandidates(platform, environment, home).find(isExecutable)
  if (found) return found
  if (environment.PILLARBOX_CHROMIUM) throw new Error(`PILLARBOX_CHROMIUM names ${environment.PILLARBOX_CHROMIUM}, which is not a program.`)
  const how = platform === 'linux' ? 'Install the package "chromium"' : 'Install Google Chrome, Chromium or Microsoft Edge'
  throw new Error(`No Chromium, Chrome or Edge was found. ${how}, or name one in PILLARBOX_CHROMIUM.`)
}

/** FINDINGS, The Node host: with these a canary on loopback counted no TCP connection and no UDP packet. */
const noNetwork = [
  '--proxy-server=socks5://127.0.0.1:1',
  '--proxy-bypass-list=<-loopback>',
  '--webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--force-webrtc-ip-handling-policy=disable_non_proxied_udp',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-domain-reliability',
  '--disable-sync',
  '--disable-default-apps',
  '--disable-quic',
  '--no-pings',
]

/** A page behind other windows, or hidden, must go on writing mail at full speed. */
const noThrottling = ['--disable-background-timer-throttling', '--disable-backgrounding-occluded-windows', '--disable-renderer-backgrounding']

const unwantedFeatures = [
  'Translate',
  'MediaRouter',
  'OptimizationHints',
  'InterestFeedContentSuggestions',
  'DialMediaRouteProvider',
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'WebUIOmniboxFullPopup',
  'PreloadTopChromeWebUI',
]

export interface ChromiumOptions {
  /** Chromium's own profile: an absolute path. */
  folder: string
  headless: boolean
  /** True adds a debugging port chosen by Chromium beside the pipe; for tests only. */
  debugPort: boolean
  /** Features switched off beside ours; for the canary tests. */
  disableFeatures?: readonly string[]
}

export function chromiumFlags(options: ChromiumOptions, isRoot = process.getuid?.() === 0): string[] {
  return [
    `--user-data-dir=${options.folder}`,
    '--no-first-run',
    '--no-default-browser-check',
    '--password-store=basic',
    '--use-mock-keychain',
    '--disable-extensions',
    '--disable-breakpad',
    '--noerrdialogs',
    '--hide-crash-restore-bubble',
    '--class=Pillarbox',
    '--blink-settings=allowScriptsToCloseWindows=true', // a message's window closes itself, as in Electron
    ...noNetwork,
    ...noThrottling,
    `--disable-features=${[...unwantedFeatures, ...(options.disableFeatures ?? [])].join(',')}`,
    ...(isRoot ? ['--no-sandbox', '--test-type'] : []), // Chromium refuses root with its sandbox; test-type hides the bar that says so
    ...(options.headless ? ['--headless=new', '--disable-gpu'] : []),
    ...(options.debugPort ? ['--remote-debugging-port=0'] : []),
  ]
}

export interface ChromiumProcess {
  process: ChildProcess
  /** CDP from Chromium. */
  from: Readable
  /** CDP to Chromium. */
  to: Writable
  /** The last lines Chromium wrote to stderr: for the sentence that says why it ended. */
  lastWords(): string
}

/** Starts Chromium without a window. It ends when the pipe closes, so it never outlives this process. */
export function startChromium(binary: string, options: ChromiumOptions): ChromiumProcess {
  const child = spawn(binary, ['--remote-debugging-pipe', '--no-startup-window', ...chromiumFlags(options)], {
    stdio: ['ignore', 'ignore', 'pipe', 'pipe', 'pipe'],
  })
  let words = ''
  const [, , stderr, to, from] = child.stdio as [null, null, Readable, Writable, Readable]
  stderr.setEncoding('utf8').on('data', (text: string) => {
    words = (words + text).slice(-2000)
  })
  return { process: child, from, to, lastWords: () => words.trim().split('\n').slice(-3).join('\n') }
}

/**
 * Opens a real window (no tabs, no address bar) by a second start that hands over to the running Chromium. The caller kills the child if no page attaches: it
 * may have become a browser of its own.
 */
export function handOverWindow(binary: string, options: ChromiumOptions, url: string): ChildProcess {
  const flags = chromiumFlags({ ...options, debugPort: false })
  return spawn(binary, [...flags, `--app=${url}`], { stdio: 'ignore' })
}
