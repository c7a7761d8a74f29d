/** No sentence is made in the core, nor in what it shares: people are told by codes, which the window puts in words. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { Linter } from 'eslint'
import { parser } from 'typescript-eslint'
import { expect, it } from 'vitest'
// @ts-expect-error -- a rule of ESLint, in plain JavaScript
import words from '../../e2e/run/lint-words.js'

const linter = new Linter()
function sentences(code: string): string[] {
  const config = { files: ['**/*.ts'], languageOptions: { parser }, plugins: { words }, rules: { 'words/only-in-words': 'error' } } as const
  return linter.verify(code, [config] as unknown as Linter.Config[], 'x.ts').map(({ message }) => message)
}

it.each([
  "throw new MailError('refused', 'The server did not answer.')",
  'const told = `${host} refuses connections.`',
  "const notice = { text: 'Sent' }",
  "if (broken) warnings.push('A draft is damaged')",
])('the rule finds %s', code => {
  expect(sentences(code)).toHaveLength(1)
})

it.each([
  "throw new MailError('refused', 'server.refused', { host })",
  "log('a folder could not be brought up to date', error)",
  "socket.write('EHLO localhost\\r\\n')",
  "send('UID FETCH')",
  "const kind = 'setFlags'",
  "import { x } from './a file.ts'",
])('and passes %s', code => {
  expect(sentences(code)).toEqual([])
})

it('finds none in the core', () => {
  const root = resolve(import.meta.dirname, '../..')
  const files = ['electron/core', 'shared'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map(name => join(root, folder, name)),
  )
  const sources = files.filter(file => /\.ts$/.test(file) && !/\.test\.ts$|test-support|\.d\.ts$/.test(file))
  expect(sources.length).toBeGreaterThan(100)
  const isFirms = (file: string): boolean => file.endsWith('providers.ts') // their names
  const found = sources
    .filter(file => !isFirms(file))
    .flatMap(file => sentences(readFileSync(file, 'utf8').replaceAll(/\/\/ eslint-disable.*/g, '')).map(text => `${file}: ${text}`))
  expect(found.filter(text => !text.includes('the key of this profile'))).toEqual([]) // sealed with the key, never shown
})
