import { expect, it } from 'vitest'
import { decodeTransfer } from './decode.ts'

const decoded = (text: string) => Buffer.from(decodeTransfer(Buffer.from(text, 'latin1'), 'base64')).toString('utf8')

it('reads base64 up to its padding, and what was encoded in pieces', () => {
  expect(decoded('ecO2dMOkIHZhYW4uCg== ignored\r\n')).toBe('yötä vaan.\n')
  expect(decoded('SGVs\r\nbG8=\r\n')).toBe('Hello')
  expect(decoded('SGVsbG8=\r\nIHRoZXJl\r\n')).toBe('Hello there')
  expect(decoded('SGVsbG8=IQ==')).toBe('Hello!')
  expect(decoded('SGVsbG8')).toBe('Hello') // cut in the middle
  expect(decoded('?!')).toBe('')
  expect(decoded('====')).toBe('')
})
