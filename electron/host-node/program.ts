/**
 * The program from its first to its last moment: command line, profile lock, host, core, and the end by a signal, the last window, or a finished picture.
 * A second start on a profile passes its arguments to the first and ends well.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Host } from '../core/host.ts'
import { parseArguments, readSurroundings, usage, UsageError, type Arguments } from './arguments.ts'
import { createNodeHost, type NodeHost } from './host.ts'
import { takePicture } from './picture.ts'

export interface Core {
  createApp(host: Host, options: { provision?: string; theme?: 'light' | 'dark' }): Promise<{ stop(): Promise<void> }>
  acquireProfileLock(
    dataFolder: string,
    args: string[],
    onSecondStart: (args: string[]) => void,
  ): Promise<{ kind: 'held'; release(): Promise<void> } | { kind: 'elsewhere' }>
}

/** Exit codes: 0 well, 1 failed (a sentence on stderr says why), 2 a bad command line. */
type ExitCode = 0 | 1 | 2

/** Stopping must end, whatever hangs. */
const stopDeadlineMs = 15_000

function sentence(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

async function readArguments(list: readonly string[]): Promise<Arguments> {
  const around = readSurroundings()
  // absent on most systems that are no Linux desktop; then the folder is "Downloads"
  const userDirs = await readFile(join(around.environment.XDG_CONFIG_HOME || join(around.home, '.config'), 'user-dirs.dirs'), 'utf8').catch(() => '')
  return parseArguments(list, { ...around, userDirs })
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Resolves when the program should end; with the sentence of what went wrong, or null. */
function watchForEnd(host: NodeHost): Promise<string | null> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(null))
    host.onLastWindowClosed(() => resolve(null))
  })
}

async function savePicture(host: NodeHost, file: string): Promise<string | null> {
  try {
    await writeFile(file, await takePicture(host))
    return null
  } catch (error) {
    return sentence(error)
  }
}

async function withDeadline(stopping: Promise<unknown>, what: string): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>(resolve => {
    timer = setTimeout(() => {
      console.error(`${what} did not stop within ${stopDeadlineMs / 1000} s.`)
      resolve()
    }, stopDeadlineMs)
  })
  await Promise.race([stopping.catch((error: unknown) => console.error(`${what} did not stop well: ${sentence(error)}`)), late])
  clearTimeout(timer)
}

async function runHeld(options: Arguments, rendererFolder: string, core: Core, onHost: (host: NodeHost) => void): Promise<ExitCode> {
  const host = await createNodeHost({
    dataFolder: options.profile,
    downloadsFolder: options.downloads,
    rendererFolder,
    headless: options.headless,
    debugPort: process.env.PILLARBOX_DEBUG_PORT === '0',
    ...(options.theme ? { theme: options.theme } : {}),
  })
  onHost(host)
  let stop = () => Promise.resolve()
  try {
    const ended = watchForEnd(host)
    const app = await core.createApp(host, {
      ...(options.provision !== undefined && { provision: options.provision }),
      ...(options.theme && { theme: options.theme }),
    })
    stop = () => app.stop()
    const outcome = await Promise.race([ended, ...(options.screenshot ? [savePicture(host, options.screenshot)] : [])])
    if (outcome === null) return 0
    console.error(outcome)
    return 1
  } finally {
    await withDeadline(stop(), 'The program')
    await withDeadline(host.stop(), 'Chromium')
  }
}

/** Runs the program until its end. Resolves with the exit code; every failure has been said on stderr. */
export async function runProgram(list: readonly string[], rendererFolder: string, core: Core): Promise<ExitCode> {
  try {
    const options = await readArguments(list)
    if (options.host === 'electron') throw new UsageError('--host electron: there is no Electron host yet. Leave it out, or say --host node.')
    if (!options.headless && !hasDisplay()) {
      if (options.screenshot === undefined)
        throw new UsageError('There is no display (DISPLAY and WAYLAND_DISPLAY are not set). Say --headless to run without a window.')
      options.headless = true
    }
    await mkdir(options.profile, { recursive: true, mode: 0o700 })
    let host: NodeHost | null = null
    const onSecondStart = () =>
      host?.focusWindow().catch((error: unknown) => console.error(`The window could not be brought to the front: ${sentence(error)}`))
    const lock = await core.acquireProfileLock(options.profile, [...list], () => void onSecondStart())
    if (lock.kind === 'elsewhere') {
      console.log('Pillarbox is already running on this profile; its window comes to the front.')
      return 0
    }
    try {
      return await runHeld(options, rendererFolder, core, opened => (host = opened))
    } finally {
      await lock.release()
    }
  } catch (error) {
    console.error(sentence(error))
    if (!(error instanceof UsageError)) return 1
    console.error(usage)
    return 2
  }
}
