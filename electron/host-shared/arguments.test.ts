import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { defaultDownloads, defaultProfile, parseArguments, UsageError, type Surroundings } from './arguments.ts'

const home = resolve('/home/alice')
const around: Surroundings = { platform: 'linux', environment: {}, home, workingFolder: resolve('/start'), userDirs: '' }

test('without arguments the profile and the downloads are where the platform keeps them', () => {
  expect(parseArguments([], around)).toEqual({
    profile: join(home, '.local', 'share', 'pillarbox'),
    downloads: join(home, 'Downloads'),
    headless: false,
  })
  expect(parseArguments([], { ...around, downloads: resolve('/known') }).downloads).toBe(resolve('/known'))
  expect(defaultProfile('darwin', {}, home)).toBe(join(home, 'Library', 'Application Support', 'Pillarbox'))
  expect(defaultProfile('win32', { LOCALAPPDATA: resolve('/local') }, home)).toBe(join(resolve('/local'), 'Pillarbox'))
  expect(defaultProfile('linux', { XDG_DATA_HOME: resolve('/data') }, home)).toBe(join(resolve('/data'), 'pillarbox'))
  expect(defaultDownloads({}, home, '# comment\nXDG_DOWNLOAD_DIR="$HOME/Téléchargements"\n')).toBe(`${home}/Téléchargements`)
})

test('every argument is understood, with a space or an equals sign', () => {
  const list = [
    '--profile',
    'p',
    '--headless',
    '--provision=accounts.json',
    '--screenshot',
    '/pictures/a b.png',
    '--theme',
    'dark',
    '--downloads=d',
    '--host',
    'node',
    'mailto:x@y.example?subject=a%20b',
  ]
  expect(parseArguments(list, around)).toEqual({
    profile: resolve('/start/p'),
    downloads: resolve('/start/d'),
    provision: resolve('/start/accounts.json'),
    screenshot: resolve('/pictures/a b.png'),
    theme: 'dark',
    host: 'node',
    compose: 'mailto:x@y.example?subject=a%20b',
    headless: true,
  })
})

test.each([
  [['--theme', 'blue'], '--theme is light or dark, not "blue".'],
  [['--host=web'], '--host is electron or node, not "web".'],
  [['--profile'], '--profile needs a value.'],
  [['--provision', '--headless'], '--provision needs a value.'],
  [['--headless=yes'], '--headless takes no value.'],
  [['--verbose'], '"--verbose" is not an argument of Pillarbox.'],
  [['https://y.example'], '"https://y.example" is not an argument of Pillarbox.'],
])('a bad argument is named: %j', (list, message) => {
  expect(() => parseArguments(list, around)).toThrow(new UsageError(message))
})
