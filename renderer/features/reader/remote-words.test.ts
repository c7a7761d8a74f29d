import { expect, test } from 'vitest'
import { remoteWords } from './remote-words.ts'

test('what is blocked, in words', () => {
  expect(remoteWords(['https://cdn.rail.example/a'])).toBe('1 picture from cdn.rail.example')
  expect(remoteWords(['https://a.test/1', 'https://a.test/2', 'https://b.test/'])).toBe('3 pictures from a.test and b.test')
  expect(remoteWords(['https://a.test/1', 'https://c.test/2', 'https://b.test/'])).toBe('3 pictures from a.test and 2 other places')
})
