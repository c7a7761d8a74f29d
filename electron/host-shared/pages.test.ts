import { join, resolve, sep } from 'node:path'
import { expect, test } from 'vitest'
import { answerPage, contentSecurityPolicy, contentTypeOf, fileOf, isOfOrigin } from './pages.ts'

const origin = 'https://app.pillarbox.localhost'
const folder = join(sep, 'program', 'renderer')

test('a path of our origin names a file in the folder', () => {
  expect(fileOf(`${origin}/index.html?theme=dark#x`, origin, folder)).toBe(join(folder, 'index.html'))
  expect(fileOf(`${origin}/`, origin, folder)).toBe(join(folder, 'index.html'))
  expect(fileOf(`${origin}/assets/a%20b.js`, origin, folder)).toBe(join(folder, 'assets', 'a b.js'))
})

test.each([
  'https://app.pillarbox.localhost.example/index.html',
  'http://app.pillarbox.localhost/index.html',
  'https://app.pillarbox.localhost:444/index.html',
  'https://user@app.pillarbox.localhost/index.html',
  'https://example.org/index.html',
  'file:///etc/passwd',
  'not a url',
])('another origin names nothing: %s', url => {
  expect(fileOf(url, origin, folder)).toBeNull()
})

test.each([
  '/..%2f..%2fetc/passwd',
  '/%2e%2e/%2e%2e%2fsecret',
  '/a/..%5c..%5csecret',
  '/C:%5csecret',
  '/a%00.html',
  '/%zz',
  '/..%2frenderer-other/x',
])('a path that would leave the folder names nothing: %s', path => {
  const file = fileOf(origin + path, origin, folder)
  expect(file === null || file.startsWith(folder + sep)).toBe(true)
  expect(file ?? '').not.toContain('secret' + sep)
  if (/%2f|%5c|%00|%zz/.test(path)) expect(file).toBeNull()
})

test('content types carry the charset where there is text', () => {
  expect(contentTypeOf('index.html')).toBe('text/html; charset=utf-8')
  expect(contentTypeOf('assets/x.JS')).toBe('text/javascript; charset=utf-8')
  expect(contentTypeOf('inter.woff2')).toBe('font/woff2')
  expect(contentTypeOf('blob')).toBe('application/octet-stream')
})

test('the policy allows no foreign source and no inline script', () => {
  expect(contentSecurityPolicy).not.toMatch(/https?:|\*|unsafe-eval/)
  expect(contentSecurityPolicy).toMatch(/script-src 'self';/)
})

test('an origin with a scheme of its own is told from others', () => {
  expect(fileOf('app://pillarbox/assets/x.js', 'app://pillarbox', folder)).toBe(join(folder, 'assets', 'x.js'))
  for (const url of ['app://other/x.js', 'app://pillarbox:1/x.js', 'app://me@pillarbox/x.js', 'app:x.js', 'https://pillarbox/x.js', ''])
    expect(isOfOrigin(url, 'app://pillarbox'), url).toBe(false)
})

test('a page is told the locale of the system, and nothing that is none', async () => {
  const told = async (locale: string): Promise<string> => {
    const answer = await answerPage({ method: 'GET', url: `${origin}/index.html` }, origin, resolve('renderer'), locale)
    return /<html[^>]*>/.exec(answer!.body.toString())![0]
  }
  expect(await told('de-CH')).toBe('<html lang="en" data-locale="de-CH">')
  expect(await told('"><script>')).toBe('<html lang="en" data-locale="en-GB">')
})
