import { expect, test } from 'vitest'
import { rewriteCss } from './css-urls.ts'
import { candidatesOf, linkOf, resourceOf } from './urls.ts'

function urlsIn(css: string): { found: string[]; out: string } {
  const found: string[] = []
  const out = rewriteCss(css, url => {
    found.push(url)
    return null
  })
  return { found, out }
}

test.each([
  ['a{background:url(http://x.test/a.png)}', ['http://x.test/a.png']],
  ['a{background:URL( "http://x.test/a b.png" ) no-repeat}', ['http://x.test/a b.png']],
  ["a{background:\\75rl('http://x.test/e')}", ['http://x.test/e']],
  ['a{background:u\\72 l(http://x.test/f)}', ['http://x.test/f']],
  ['a{background:/* url( */url(http://x.test/c)}', ['http://x.test/c']],
  ['a{background:image-set("http://x.test/1" 1x, url(http://x.test/2) 2x)}', ['http://x.test/1', 'http://x.test/2']],
  ['a{background:-webkit-image-set(url(http://x.test/2) 2x)}', ['http://x.test/2']],
  ['@font-face{font-family:x;src:url(http://x.test/f.woff)}', ['http://x.test/f.woff']],
  ['a{background:url(http://x.test/open', ['http://x.test/open']],
  ['a{list-style:url("http://x.test/\\\nq")}', ['http://x.test/q']],
  ['a{content:"url(http://no.test)";color:red}', []],
])('addresses of %s are found', (css, expected) => {
  const { found, out } = urlsIn(css)
  expect(found).toEqual(expected)
  expect(out.replace(/content:"[^"]*"/, '')).not.toMatch(/x\.test|no\.test/)
})

test.each([
  '@import "http://x.test/a.css";b{color:red}',
  '@\\69mport url(http://x.test/a.css) screen;b{color:red}',
  '@import url("http://x.test/;");b{color:red}',
])('%s loses its import and nothing else', css => {
  const { found, out } = urlsIn(css)
  expect(found).toEqual([])
  expect(out).toBe('b{color:red}')
})

test.each([
  '@im<!--port "https://evil.test/x.css";',
  '@im-->port "https://evil.test/x.css";',
  'a{background:u<!--rl(https://evil.test/x.png)}',
  'a{background:u-->rl(https://evil.test/x.png)}',
  'a{background:ur<!---->l(https://evil.test/x.png)}',
  'a{background:im<!--age("https://evil.test/x.png")}',
])('marks of HTML comments in %s join nothing', css => {
  const { out } = urlsIn(css)
  expect(out).not.toMatch(/@import|url\(\s*["']?https|image\(\s*["']?https/i)
})

test('what is put in place cannot break out', () => {
  expect(rewriteCss('a{b:url(x)}', () => '"</style>\\')).toBe('a{b:url("%22%3c/style%3e%5c")}')
  expect(rewriteCss('a{color:#fff;margin:-1px calc(1px + 2%)}', () => null)).toBe('a{color:#fff;margin:-1px calc(1px + 2%)}')
})

test('resources by their scheme, as a browser reads them', () => {
  expect(resourceOf(' ht\ntps://CDN.test/a.png ')).toEqual({ kind: 'remote', url: 'https://cdn.test/a.png' })
  expect(resourceOf('//cdn.test/a')).toEqual({ kind: 'remote', url: 'https://cdn.test/a' })
  expect(resourceOf('\\\\cdn.test/a')).toEqual({ kind: 'remote', url: 'https://cdn.test/a' })
  expect(resourceOf('cid:pic%40x')).toEqual({ kind: 'cid', id: 'pic@x' })
  expect(resourceOf('data:image/png;base64,AA==').kind).toBe('data')
  for (const url of ['data:image/svg+xml,x', 'DATA:image/SVG+xml;charset=utf-8;base64,x', 'data:image/svg+xml;base64;,x', 'data:image/svg,x'])
    expect(resourceOf(url)).toEqual({ kind: 'none' })
  for (const url of ['data:text/html,x', 'javascript:alert(1)', 'picture.png', '/a', 'file:///etc/passwd', 'ftp://x/y', 'http://'])
    expect(resourceOf(url)).toEqual({ kind: 'none' })
})

test('only http, https and mailto can be opened', () => {
  expect(linkOf('https://x.test/a b')).toBe('https://x.test/a%20b')
  expect(linkOf('MAILTO:a@x.test')).toBe('mailto:a@x.test')
  for (const url of ['javascript:alert(1)', ' java\nscript:alert(1)', 'data:text/html,x', 'file:///x', 'tel:1', '#top', '', 'blob:x'])
    expect(linkOf(url)).toBeNull()
})

test('srcset candidates', () => {
  expect(candidatesOf('a.png, b.png 2x,c.png 100w')).toEqual([
    { url: 'a.png', descriptor: '' },
    { url: 'b.png', descriptor: '2x' },
    { url: 'c.png', descriptor: '100w' },
  ])
  expect(candidatesOf('data:image/png;base64,AA== 1x, //x.test/a,b 2x').map(candidate => candidate.url)).toEqual([
    'data:image/png;base64,AA==',
    '//x.test/a,b',
  ])
  expect(candidatesOf(' , ')).toEqual([])
  expect(candidatesOf('a.png,,,b.png')).toEqual([{ url: 'a.png,,,b.png', descriptor: '' }])
  expect(candidatesOf('a.png,, b.png')).toEqual([
    { url: 'a.png', descriptor: '' },
    { url: 'b.png', descriptor: '' },
  ])
  const from = performance.now()
  candidatesOf(`a${','.repeat(400_000)}b`)
  expect(performance.now() - from).toBeLessThan(3000)
})
