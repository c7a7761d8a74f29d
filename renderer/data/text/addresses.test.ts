import { describe, expect, test } from 'vitest'
import { formatRecipient, isAddress, newRecipients, parseRecipients } from './addresses.ts'

describe('isAddress', () => {
  test.each(['a@b', 'a.b+c@weber.example', "o'neil@x.example", 'jörg@müller.example', 'a_b@1.example', '用户@例子.广告'])('takes %s', text => {
    expect(isAddress(text)).toBe(true)
  })
  test.each(['', 'a', '@b', 'a@', 'a@b@c', 'a b@c', '.a@b', 'a..b@c', 'a@-b', 'a@b..c', 'a@b.', 'a,b@c', `${'x'.repeat(65)}@b`, 'a@b\n', '<a@b>'])(
    'refuses %j',
    text => {
      expect(isAddress(text)).toBe(false)
    },
  )
})

describe('parseRecipients', () => {
  const cases: [text: string, expected: [string, string][]][] = [
    ['a@b.example', [['', 'a@b.example']]],
    ['Jonas Weber <jonas@weber.example>', [['Jonas Weber', 'jonas@weber.example']]],
    [
      '"Weber, Jonas" <j@w.example>, b@x.example',
      [
        ['Weber, Jonas', 'j@w.example'],
        ['', 'b@x.example'],
      ],
    ],
    [
      'a@x.example; b@x.example;',
      [
        ['', 'a@x.example'],
        ['', 'b@x.example'],
      ],
    ],
    [
      'a@x.example\r\nb@x.example',
      [
        ['', 'a@x.example'],
        ['', 'b@x.example'],
      ],
    ],
    [
      'a@x.example b@x.example',
      [
        ['', 'a@x.example'],
        ['', 'b@x.example'],
      ],
    ],
    ['a@x.example (Ann)', [['Ann', 'a@x.example']]],
    ['Ann Bell ann@x.example', [['Ann Bell', 'ann@x.example']]],
    ['mailto:a@x.example', [['', 'a@x.example']]],
    ['<a@x.example>', [['', 'a@x.example']]],
    ['a@x.example <a@x.example>', [['', 'a@x.example']]],
    [
      'Team: a@x.example, b@x.example;',
      [
        ['', 'a@x.example'],
        ['', 'b@x.example'],
      ],
    ],
    ['"say \\"hi\\"" <h@x.example>', [['say "hi"', 'h@x.example']]],
    ['not an address', [['', 'not an address']]],
    ["O'Neil <o@x.example>", [["O'Neil", 'o@x.example']]],
    ['5" nail <n@x.example>', [['5" nail', 'n@x.example']]],
    [' ,; \n', []],
  ]
  test.each(cases)('%j', (text, expected) => {
    expect(parseRecipients(text)).toEqual(expected)
  })
})

test('what is formatted is parsed back', () => {
  for (const recipient of [
    ['Weber, Jonas', 'j@w.example'],
    ['say "hi"', 'h@x.example'],
    ['', 'a@b.example'],
    ['Ann (home)', 'a@b.example'],
  ] as [string, string][])
    expect(parseRecipients(formatRecipient(recipient))).toEqual([recipient])
})

test('nobody stands there twice', () => {
  expect(
    newRecipients(
      [
        ['', 'A@x.example'],
        ['', 'b@x.example'],
        ['B', 'B@x.example'],
      ],
      [['', 'a@X.example']],
    ),
  ).toEqual([['', 'b@x.example']])
})
