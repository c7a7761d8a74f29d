import { expect, test } from 'vitest'
import type { HeaderRow } from '../../../shared/model/message.ts'
import { attribution, forwardQuote, quotedText, replyQuote, textToEditorHtml } from './quoting.ts'

const date = new Date(2026, 10, 20, 10, 5).getTime()
const headers: HeaderRow = {
  from: [['Jonas <b>Weber', 'jonas@weber.example']],
  to: [['', 'alice@example.org']],
  cc: [['Laurent, Amélie', 'a@x.example']],
  subject: 'Tickets & more',
  date,
}

test('the line of attribution', () => {
  expect(attribution(headers, 0)).toMatch(/^On Friday,? 20 November 2026 at 10:05, Jonas <b>Weber wrote:$/)
  expect(attribution({ ...headers, from: [], date: undefined } as unknown as HeaderRow, date)).toContain('somebody wrote:')
})
test('a reply quotes', () => {
  const { html, text } = replyQuote(headers, 0, { html: '<p>Yes</p>', text: 'Yes\n\n> old' })
  expect(html).toContain('Jonas &#60;b&#62;Weber wrote:')
  expect(html).toContain('<blockquote type="cite"><p>Yes</p></blockquote>')
  expect(text.split('\n').slice(1)).toEqual(['> Yes', '>', '>> old'])
})
test('a forwarded message stands below its headers', () => {
  const { html, text } = forwardQuote(headers, 0, { html: '<p>Yes</p>', text: 'Yes' })
  expect(html).toContain('Subject: Tickets &#38; more')
  expect(text).toContain('Cc: "Laurent, Amélie" <a@x.example>\n\nYes')
})
test('marks of a quotation stand together', () => {
  expect(quotedText('a\n\n> b\n')).toBe('> a\n>\n>> b')
})
test('text becomes lines, with its spaces', () => {
  expect(textToEditorHtml('a <b>\n\n  c')).toBe('<div>a &#60;b&#62;</div><div><br></div><div>&nbsp; c</div>')
})
