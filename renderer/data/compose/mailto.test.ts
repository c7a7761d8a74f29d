import { expect, test } from 'vitest'
import { parseMailto } from './mailto.ts'

const empty = { to: [], cc: [], bcc: [], subject: '', body: '' }

test.each([
  ['mailto:chris@example.com', { ...empty, to: [['', 'chris@example.com']] }],
  ['MAILTO:', empty],
  [
    'mailto:addr1@an.example,addr2@an.example',
    {
      ...empty,
      to: [
        ['', 'addr1@an.example'],
        ['', 'addr2@an.example'],
      ],
    },
  ],
  [
    'mailto:?to=joe@example.com&cc=bob@example.com&body=hello',
    { ...empty, to: [['', 'joe@example.com']], cc: [['', 'bob@example.com']], body: 'hello' },
  ],
  ['mailto:gorby%25kremvax@example.com', { ...empty, to: [['', 'gorby%kremvax@example.com']] }],
  ['mailto:a+b@example.com?subject=1+1%3D2', { ...empty, to: [['', 'a+b@example.com']], subject: '1+1=2' }],
  ['mailto:a@x.example?subject=caf%C3%A9&BCC=b%40x.example', { ...empty, to: [['', 'a@x.example']], subject: 'café', bcc: [['', 'b@x.example']] }],
  ['mailto:a@x.example?body=one%0D%0Atwo&amp;cc=c@x.example', { ...empty, to: [['', 'a@x.example']], body: 'one\ntwo', cc: [['', 'c@x.example']] }],
  ['mailto:J%C3%B6rg%20%3Cj@x.example%3E', { ...empty, to: [['Jörg', 'j@x.example']] }],
  ['mailto:a@x.example?attach=/etc/passwd&attachment=x&in-reply-to=%3Ca@b%3E&from=e@x.example', { ...empty, to: [['', 'a@x.example']] }],
  ['mailto:a@x.example?subject=x%0D%0ABcc:%20e@x.example', { ...empty, to: [['', 'a@x.example']], subject: 'x Bcc: e@x.example' }],
  ['mailto:a@x.example?subject=%E0%A4%A', { ...empty, to: [['', 'a@x.example']], subject: '%E0%A4%A' }],
])('%s', (url, expected) => {
  expect(parseMailto(url)).toEqual(expected)
})

test('what is no mailto address is refused', () => {
  expect(parseMailto('https://example.com')).toBeNull()
  expect(parseMailto('javascript:mailto:a@b')).toBeNull()
})

test('a body of a megabyte is cut', () => {
  expect(parseMailto(`mailto:a@b?body=${'x'.repeat(1_000_000)}`)!.body.length).toBe(100_000)
})
