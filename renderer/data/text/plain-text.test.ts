import { expect, test } from 'vitest'
import { linkified, quotedLine, textToHtml, trailingQuote } from './plain-text.ts'

const fold = (text: string): number => trailingQuote(text.split('\n').map(quotedLine))

test('everything is escaped, links and addresses can be clicked', () => {
  expect(linkified('<script>alert("1")</script>')).toBe('&#60;script&#62;alert(&#34;1&#34;)&#60;/script&#62;')
  expect(linkified('See https://x.test/a?b=1&c=2.')).toBe('See <a href="https://x.test/a?b=1&#38;c=2">https://x.test/a?b=1&#38;c=2</a>.')
  expect(linkified('(https://x.test/a_(b))')).toBe('(<a href="https://x.test/a_(b)">https://x.test/a_(b)</a>)')
  expect(linkified('www.x.test, bob@x.test')).toBe('<a href="http://www.x.test">www.x.test</a>, <a href="mailto:bob@x.test">bob@x.test</a>')
  expect(linkified('javascript:alert(1)')).not.toContain('<a')
  expect(linkified('https://x.test/"onmouseover="x')).toBe('<a href="https://x.test/">https://x.test/</a>&#34;onmouseover=&#34;x')
})

test('depth of a quoted line', () => {
  expect(quotedLine('> > two')).toEqual({ depth: 2, text: 'two' })
  expect(quotedLine('>>two')).toEqual({ depth: 2, text: 'two' })
  expect(quotedLine('>From the hills')).toEqual({ depth: 0, text: 'From the hills' })
})

test('a quotation at the end folds with its attribution, and only then', () => {
  expect(fold('Yes.\n\nOn Monday Bob wrote:\n> shall we?\n> Bob\n')).toBe(2)
  expect(fold('Yes.\n\nOn Mon, 12 Nov 2026 at 10:00,\nBob <b@x> wrote:\n> shall we?')).toBe(2)
  expect(fold('Yes.\n> one\n\n> two\n-- \nAlice')).toBe(1)
  expect(fold('> shall we?\nYes.')).toBe(-1)
  expect(fold('> only a quotation')).toBe(-1)
  expect(fold('no quotation')).toBe(-1)
  expect(fold('Hello\n> why?\nBecause.\n> when?\nNow.')).toBe(-1)
})

test('quotations nest', () => {
  const { html, quoted } = textToHtml('Yes.\n\n> a\n>> b\n> c')
  expect(quoted).toBe(true)
  expect(html).toBe(
    '<div class="pb-text" dir="auto">Yes.\n</div><div class="pb-text" dir="auto" data-pb-quote=""><blockquote>a\n<blockquote>b\n</blockquote>c\n</blockquote></div>',
  )
})

test('punctuation after an address is no part of it, brackets that it opened are', () => {
  const linkIn = (text: string) => /">(.*?)<\/a>/.exec(linkified(text))?.[1]
  expect(linkIn('[see https://x.test/a_[b](c).])...')).toBe('https://x.test/a_[b](c)')
  expect(linkIn('(https://x.test/?)')).toBe('https://x.test/')
  expect(linkIn('https://x.test/a)b)')).toBe('https://x.test/a)b')
  expect(linkIn('**https://x.test/...**')).toBe('https://x.test/')
})

test.each(['http://a' + ')'.repeat(2000), 'http://a' + '.'.repeat(2000) + 'x', 'http://a' + ')!'.repeat(1000), '>'.repeat(2000)])(
  'many lines of %.12s… take no time',
  line => {
    const text = `${line}\n`.repeat(2_000_000 / line.length)
    const from = performance.now()
    expect(textToHtml(text).quoted).toBe(false)
    expect(performance.now() - from).toBeLessThan(3000)
  },
)
