import { expect, test } from 'vitest'
import { readCommandLine } from './command-line.ts'

test('a packaged program reads what follows its name', () => {
  expect(readCommandLine(['/opt/Pillarbox/pillarbox', '--profile', 'p'], false)).toEqual({ list: ['--profile', 'p'], mailto: null })
})

test('started by npm, the words stand behind the folder and a separator that hides them from Chromium', () => {
  expect(readCommandLine(['electron', '--no-sandbox', '/somewhere', '--', '--headless'], true).list).toEqual(['--headless'])
  expect(readCommandLine(['electron', '/somewhere', '--theme=dark'], true).list).toEqual(['--theme=dark'])
})

test('switches of a launcher are not refused, and a mailto address is told apart', () => {
  const argv = ['pillarbox', '--no-sandbox', '--ozone-platform=wayland', '-psn_0_1', '--disable-gpu', 'mailto:a@b.example']
  expect(readCommandLine(argv, false)).toEqual({ list: [], mailto: 'mailto:a@b.example' })
  expect(readCommandLine(['pillarbox', '--verbose'], false).list).toEqual(['--verbose'])
})
