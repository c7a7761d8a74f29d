/** The command line of the program (issue 2, Commands). */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface Arguments {
  /** Absolute path of the profile. */
  profile: string
  /** Absolute path of the folder attachments are saved to. */
  downloads: string
  /** Asked for; absent: whichever the starter finds. */
  host?: 'node' | 'electron'
  headless: boolean
  provision?: string
  screenshot?: string
  theme?: 'light' | 'dark'
  /** A mailto address to write to (RFC 6068). */
  compose?: string
}

/** Characters of a mailto address; the profile's lock carries no more. */
const longestAddress = 8192

/** A command line that cannot be understood; the message names the argument. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const usage =
  'Usage: npm start -- [--profile DIR] [--host electron|node] [--headless] [--provision FILE] [--screenshot FILE] [--theme light|dark] [--downloads DIR] [mailto:ADDRESS]'

/** Where programs of the platform keep their data. */
export function defaultProfile(platform: NodeJS.Platform, environment: NodeJS.ProcessEnv, home: string): string {
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'Pillarbox')
  if (platform === 'win32') return join(environment.LOCALAPPDATA ?? join(home, 'AppData', 'Local'), 'Pillarbox')
  return join(environment.XDG_DATA_HOME || join(home, '.local', 'share'), 'pillarbox')
}

/** `userDirs` is the text of user-dirs.dirs (XDG), in which desktops name the folder in the user's language. */
export function defaultDownloads(environment: NodeJS.ProcessEnv, home: string, userDirs: string): string {
  const named = environment.XDG_DOWNLOAD_DIR ?? /^\s*XDG_DOWNLOAD_DIR="([^"]+)"/m.exec(userDirs)?.[1]
  return named ? named.replace(/^\$HOME(?=\/|$)/, home) : join(home, 'Downloads')
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find(candidate => candidate === value)
  if (!found) throw new UsageError(`${name} is ${allowed.join(' or ')}, not "${value}".`)
  return found
}

export interface Surroundings {
  platform: NodeJS.Platform
  environment: NodeJS.ProcessEnv
  home: string
  /** Folder that relative paths start from. */
  workingFolder: string
  userDirs: string
  /** Where the platform itself says that downloads go. */
  downloads?: string
}

export function readSurroundings(): Omit<Surroundings, 'userDirs' | 'downloads'> {
  return { platform: process.platform, environment: process.env, home: homedir(), workingFolder: process.cwd() }
}

/** Throws `UsageError`. Both `--name value` and `--name=value` are understood. */
export function parseArguments(list: readonly string[], around: Surroundings): Arguments {
  const parsed: Arguments = {
    profile: defaultProfile(around.platform, around.environment, around.home),
    downloads: around.downloads ?? defaultDownloads(around.environment, around.home, around.userDirs),
    headless: false,
  }
  const rest = [...list]
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    const [, name, inline] = /^(--[a-z-]+)(?:=(.*))?$/s.exec(argument) ?? [undefined, argument, undefined]
    const value = () => {
      const given = inline ?? rest.shift()
      if (given === undefined || given === '' || (inline === undefined && given.startsWith('--'))) throw new UsageError(`${name} needs a value.`)
      return given
    }
    const path = () => resolve(around.workingFolder, value())
    switch (name) {
      case '--profile':
        parsed.profile = path()
        break
      case '--downloads':
        parsed.downloads = path()
        break
      case '--provision':
        parsed.provision = path()
        break
      case '--screenshot':
        parsed.screenshot = path()
        break
      case '--host':
        parsed.host = oneOf('--host', value(), ['electron', 'node'] as const)
        break
      case '--theme':
        parsed.theme = oneOf('--theme', value(), ['light', 'dark'] as const)
        break
      case '--headless':
        if (inline !== undefined) throw new UsageError('--headless takes no value.')
        parsed.headless = true
        break
      default:
        if (/^mailto:/i.test(argument) && argument.length <= longestAddress) {
          parsed.compose = argument
          break
        }
        throw new UsageError(`"${argument}" is not an argument of Pillarbox.`)
    }
  }
  return parsed
}
