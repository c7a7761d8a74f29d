/**
 * The program from its first to its last moment, on any host: command line, profile lock, host, core, and the end by a signal, the last window, or a finished
 * picture. A second start on a profile passes its arguments to the first and ends well.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MailError } from '../../shared/errors.ts'
import { errorWords } from '../../renderer/data/words/errors.ts'
import type { Host } from '../core/host.ts'
import { parseArguments, readSurroundings, usage, UsageError, type Arguments } from './arguments.ts'
import { takePicture } from './picture.ts'
import { onEmptyProfile, showRefusal } from './refusal.ts'

export interface RunningApp {
  /** Begins a draft to a mailto address. */
  compose(url: string): void
  stop(): Promise<void>
}

export interface Core {
  /** True where only a newer program can use the profile. Changes nothing. */
  isNewerProfile(dataFolder: string): Promise<boolean>
  createApp(host: Host, options: { provision?: string; theme?: 'light' | 'dark'; compose?: string }): Promise<RunningApp>
  acquireProfileLock(
    dataFolder: string,
    args: string[],
    onSecondStart: (args: string[]) => void,
  ): Promise<{ kind: 'held'; release(): Promise<void> } | { kind: 'elsewhere' }>
}

/** A window as `--screenshot` needs it. */
export interface ScriptedPage {
  /** Value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>
  /** A real mouse click, in CSS pixels of the page. */
  click(x: number, y: number): Promise<void>
}

export interface ProgramHost extends Host {
  window(): ScriptedPage | undefined
}

/** What a host adds to the program. */
export interface Platform {
  readonly name: Host['name']
  /** Where the platform says that downloads go; absent: the program looks itself. */
  downloads?(): string
  /** Called once with the command line, before anything is read or written. */
  prepare?(options: Arguments): void
  openHost(options: Arguments): Promise<ProgramHost>
}

/** Exit codes: 0 well, 1 failed (a sentence on stderr says why), 2 a bad command line. */
export type ExitCode = 0 | 1 | 2

/** Stopping must end, whatever hangs. */
const stopDeadlineMs = 15_000

async function readArguments(list: readonly string[], platform: Platform): Promise<Arguments> {
  const around = readSurroundings()
  // absent on most systems that are no Linux desktop; then the folder is "Downloads"
  const userDirs = await readFile(join(around.environment.XDG_CONFIG_HOME || join(around.home, '.config'), 'user-dirs.dirs'), 'utf8').catch(() => '')
  const options = parseArguments(list, { ...around, userDirs, ...(platform.downloads && { downloads: platform.downloads() }) })
  if (options.host !== undefined && options.host !== platform.name)
    throw new UsageError(
      `--host ${options.host}: this is the program on ${platform.name === 'node' ? 'Node' : 'Electron'}. "npm start" chooses the host.`,
    )
  return options
}

function hasDisplay(): boolean {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
}

/** Resolves when the program should end; with the sentence of what went wrong, or null. */
function watchForEnd(host: ProgramHost): Promise<string | null> {
  return new Promise(resolve => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve(null))
    host.onLastWindowClosed(() => resolve(null))
  })
}

async function savePicture(host: ProgramHost, file: string): Promise<string | null> {
  try {
    await writeFile(file, await takePicture(host))
    return null
  } catch (error) {
    return errorWords(error)
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
  await Promise.race([stopping.catch((error: unknown) => console.error(`${what} did not stop well: ${errorWords(error)}`)), late])
  clearTimeout(timer)
}

interface Started {
  host?: ProgramHost
  app?: RunningApp
}

async function runHeld(options: Arguments, core: Core, platform: Platform, started: Started): Promise<ExitCode> {
  const host = await platform.openHost(options)
  started.host = host
  let stop = () => Promise.resolve()
  try {
    const ended = watchForEnd(host)
    const app = await core.createApp(host, {
      ...(options.provision !== undefined && { provision: options.provision }),
      ...(options.theme && { theme: options.theme }),
      ...(options.compose !== undefined && { compose: options.compose }),
    })
    started.app = app
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

/** A newer program used this profile: said in a window, where there is one, and on stderr. Nothing in the profile is changed, not even its lock taken. */
async function refuse(options: Arguments, platform: Platform): Promise<PreparedProgram> {
  const newer = new MailError('refused', 'profile.newer')
  const empty = await onEmptyProfile(options)
  if (!options.headless) platform.prepare?.(empty.options)
  return {
    async run() {
      console.error(errorWords(newer))
      try {
        if (options.headless) return 1
        const host = await platform.openHost(empty.options)
        try {
          const ended = watchForEnd(host)
          await showRefusal(host, newer)
          await ended
        } finally {
          await withDeadline(host.stop(), 'Chromium')
        }
      } catch (error) {
        explain(error) // there is no window, and stderr has said it
      } finally {
        await empty.remove()
      }
      return 1
    },
  }
}

function explain(error: unknown): ExitCode {
  console.error(errorWords(error))
  if (!(error instanceof UsageError)) return 1
  console.error(usage)
  return 2
}

/** A program ready to run: `run` resolves with the exit code at its end; every failure has been said on stderr. */
export interface PreparedProgram {
  run(): Promise<ExitCode>
}

/** Reads the command line and takes the profile; resolves before any host exists. Where the program must not run, `run` only answers the exit code. */
export async function prepareProgram(list: readonly string[], core: Core, platform: Platform): Promise<PreparedProgram> {
  try {
    const options = await readArguments(list, platform)
    if (!options.headless && !hasDisplay()) {
      if (options.screenshot === undefined)
        throw new UsageError('There is no display (DISPLAY and WAYLAND_DISPLAY are not set). Say --headless to run without a window.')
      options.headless = true
    }
    if (await core.isNewerProfile(options.profile)) return await refuse(options, platform)
    platform.prepare?.(options)
    await mkdir(options.profile, { recursive: true, mode: 0o700 })
    const started: Started = {}
    const compose = (url: string) => {
      if (started.app) started.app.compose(url)
      else options.compose = url // this start is not so far yet
    }
    const onSecondStart = (args: string[]) => {
      const url = args.find(argument => /^mailto:/i.test(argument))
      if (url !== undefined) compose(url)
      started.host?.focusWindow().catch((error: unknown) => console.error(`The window could not be brought to the front: ${errorWords(error)}`))
    }
    const lock = await core.acquireProfileLock(options.profile, [...list], onSecondStart)
    if (lock.kind === 'elsewhere') {
      console.log('Pillarbox is already running on this profile; its window comes to the front.')
      return { run: () => Promise.resolve(0) }
    }
    return {
      async run() {
        try {
          return await runHeld(options, core, platform, started)
        } catch (error) {
          return explain(error)
        } finally {
          await lock.release()
        }
      },
    }
  } catch (error) {
    const code = explain(error)
    return { run: () => Promise.resolve(code) }
  }
}
