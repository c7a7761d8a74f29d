import { expect, test } from 'vitest'
import { htmlToText, type TextNode } from './html-text.ts'

type Child = string | TextNode

function h(name: string, ...inner: (Child | Record<string, string>)[]): TextNode {
  const attributes = inner.find((one): one is Record<string, string> => typeof one === 'object' && !('nodeType' in one)) ?? {}
  const nodes = inner.filter((one): one is Child => one !== attributes)
  return {
    nodeType: 1,
    nodeName: name,
    nodeValue: null,
    getAttribute: key => attributes[key] ?? null,
    childNodes: nodes.map(node => (typeof node === 'string' ? { nodeType: 3, nodeName: '#text', nodeValue: node, childNodes: [] } : node)),
  }
}
const br = () => h('br')
const root = (...inner: Child[]) => h('div', ...inner)

test('lines of the editor', () => {
  expect(htmlToText(root(h('div', 'Dear Bob,'), h('div', br()), h('div', 'see ', h('b', 'you'), '.', br()), h('div', br()), h('div', 'Alice')))).toBe(
    'Dear Bob,\n\nsee you.\n\nAlice',
  )
})
test('two empty lines stay two', () => {
  expect(htmlToText(root(h('div', 'a'), h('div', br()), h('div', br()), h('div', 'b')))).toBe('a\n\n\nb')
})
test('an empty line at the beginning stays', () => {
  expect(htmlToText(root(h('div', br()), h('div', 'a')))).toBe('\na')
})
test('paragraphs stand apart, white space does not count', () => {
  expect(htmlToText(root('\n  ', h('p', 'one\n two'), '\n', h('p', 'three', br(), 'four'), ' '))).toBe('one two\n\nthree\nfour')
})
test('quotations, also nested', () => {
  expect(
    htmlToText(root(h('div', 'Yes.'), h('div', 'Jonas wrote:'), h('blockquote', h('p', 'Shall we?'), h('blockquote', 'When?'), h('p', 'Soon.')))),
  ).toBe('Yes.\nJonas wrote:\n\n> Shall we?\n>\n>> When?\n>\n> Soon.')
})
test('lists', () => {
  expect(htmlToText(root(h('ul', h('li', 'a'), h('li', 'b', h('ul', h('li', 'c')))), h('ol', { start: '3' }, h('li', 'x'), h('li', 'y'))))).toBe(
    '- a\n- b\n\n  - c\n\n3. x\n4. y',
  )
})
test('links say where they go, once', () => {
  expect(
    htmlToText(
      root(
        h('a', { href: 'https://x.example/' }, 'here'),
        ' ',
        h('a', { href: 'https://x.example/' }, 'https://x.example'),
        ' ',
        h('a', { href: 'mailto:a@b' }, 'a@b'),
      ),
    ),
  ).toBe('here <https://x.example/> https://x.example a@b')
})
test('pictures by their words, preformatted text as it is', () => {
  expect(htmlToText(root(h('img', { alt: 'the harbour' }), h('img', {}), h('pre', 'a  b\n  c')))).toBe('[the harbour]\n\na  b\n  c')
})
test('tables by rows', () => {
  expect(htmlToText(h('div', h('table', h('tr', h('td', 'a'), h('td', 'b')), h('tr', h('td', 'c'), h('td', 'd')))))).toBe('a b\nc d')
})

test('a long row of spaces takes no time', () => {
  const from = performance.now()
  expect(htmlToText(root(`a${'\u00a0'.repeat(100_000)}b\u00a0 `))).toHaveLength(100_002)
  expect(performance.now() - from).toBeLessThan(2000)
})
