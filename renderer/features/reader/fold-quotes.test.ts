import { expect, test } from 'vitest'
import { foldQuotes } from './fold-quotes.ts'

/** As much of an element as is asked for; `mark` is the selector it matches. */
class FakeElement {
  readonly nodeType = 1
  readonly mark: string
  readonly localName: string
  parentNode: FakeElement | null = null
  nextSibling: unknown = null
  nextElementSibling: FakeElement | null = null
  firstChild: unknown = null
  folded = false

  constructor(mark: string, children: (FakeElement | string)[]) {
    this.mark = mark
    this.localName = /^\w*/.exec(mark)?.[0] || 'div'
    const nodes = children.map(child => (typeof child === 'string' ? { nodeType: 3, nodeValue: child, parentNode: this, firstChild: null } : child))
    nodes.forEach((node, i) => Object.assign(node, { parentNode: this, nextSibling: nodes[i + 1] ?? null }))
    let next: FakeElement | null = null
    for (const node of nodes.toReversed())
      if (node instanceof FakeElement) {
        node.nextElementSibling = next
        next = node
      }
    this.firstChild = nodes[0] ?? null
  }
  matches(selectors: string): boolean {
    return selectors.split(', ').some(selector => selector === this.mark || selector === this.localName)
  }
  setAttribute(): void {
    this.folded = true
  }
}

const h = (mark: string, ...children: (FakeElement | string)[]) => new FakeElement(mark, children)
const fold = (root: FakeElement) => foldQuotes(root as unknown as Element)
const quote = (text = 'old') => h('blockquote[type="cite"]', text)

test('what begins with a mark and has nothing of the message behind it is folded, the empty rest with it', () => {
  const [first, second, empty] = [h('.gmail_quote', 'On Monday', quote()), quote(), h('p', ' ', h('br'))]
  expect(fold(h('body', 'Yes.', h('div', first, '\n'), second, empty))).toBe(true)
  expect([first, second, empty].map(({ folded }) => folded)).toEqual([true, true, true])
})

test('an answer in between stays open, and only the last quotation is folded', () => {
  const [above, answer, below] = [quote(), h('p', 'Because.'), quote()]
  expect(fold(h('body', 'Yes.', above, answer, h('div', below)))).toBe(true)
  expect([above, answer, below].map(({ folded }) => folded)).toEqual([false, false, true])
  expect(fold(h('body', 'Yes.', quote(), h('p', 'Because.')))).toBe(false)
  expect(fold(h('body', 'Yes.', quote(), h('p', h('img'))))).toBe(false)
  expect(fold(h('body', 'Yes.', h('div', quote(), 'Because.')))).toBe(false)
})

test('nothing but a quotation stays open', () => {
  expect(fold(h('body', ' ', h('br'), quote()))).toBe(false)
  expect(fold(h('body', quote(), 'Yes.', quote()))).toBe(false)
  expect(fold(h('body', h('img'), quote()))).toBe(true)
})

test('Outlook and Thunderbird write the head of a quotation before it', () => {
  const [head, old] = [h('#divRplyFwdMsg', 'From: Bob'), h('p', 'old')]
  expect(fold(h('body', 'Yes.', head, old))).toBe(true)
  expect([head.folded, old.folded]).toEqual([true, true])
  const [wrote, cited] = [h('.moz-cite-prefix', 'Bob wrote:'), quote()]
  expect(fold(h('body', 'Yes.', wrote, cited))).toBe(true)
  expect(wrote.folded).toBe(true)
  expect(fold(h('body', 'Yes.', h('.moz-cite-prefix', 'Bob wrote:'), quote(), 'Because.'))).toBe(false)
  expect(fold(h('body', 'Yes.', h('.moz-cite-prefix', 'Bob wrote:'), h('p', 'old')))).toBe(false)
})

test('a great many marks take no time', () => {
  for (const mark of ['blockquote[type="cite"]', '.moz-cite-prefix']) {
    const marks = Array.from({ length: 50_000 }, () => h('div', h(mark, 'x')))
    const message = h('body', 'Yes.', ...marks, 'own text')
    const from = performance.now()
    expect(fold(message)).toBe(false)
    expect(performance.now() - from).toBeLessThan(3000)
  }
})
