import { expect, test } from 'vitest'
import { decodedSize, partName, sizeWords } from './file-size.ts'
import { setLocale } from './locale.ts'

test('sizes in words', () => {
  expect(sizeWords(12)).toBe('12 bytes')
  expect(sizeWords(1234)).toBe('1.2 kB')
  expect(sizeWords(184_000)).toBe('184 kB')
  expect(sizeWords(999_999)).toBe('1.0 MB')
  expect(sizeWords(5e9)).toBe('5.0 GB')
  setLocale('de-DE')
  expect(sizeWords(1_500_000)).toBe('1,5 MB')
  setLocale('en-GB')
  expect(decodedSize({ part: '2', type: 'a/b', encoding: 'BASE64', size: 78 })).toBe(57)
  expect(partName({ part: '2', type: 'message/rfc822', size: 1 })).toBe('Attached message')
  expect(partName({ part: '2', type: 'image/png', size: 1, filename: ' a.png ' })).toBe('a.png')
  expect(partName({ part: '2', type: 'image/png', size: 1, filename: 'invoice\u202efdp.exe' })).toBe('invoice_fdp.exe')
})
