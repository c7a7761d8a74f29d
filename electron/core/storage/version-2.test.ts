import { expect, it } from 'vitest'
import { errorWords } from '../../../renderer/data/words/errors.ts'
import { WireError } from '../../../shared/errors.ts'
import { errorFrom } from './version-2.ts'

const read = (old: unknown) => WireError.parse(errorFrom(old))

it('keeps an error as it was said', () => {
  const error = read({ kind: 'offline', message: 'The connection to x was lost.', detail: 'ECONNRESET' })
  expect(error).toMatchObject({ kind: 'offline', serverText: 'ECONNRESET' })
  expect(errorWords(error)).toBe('The connection to x was lost.')
})

it('knows the words of a server again, and that a message was looked for', () => {
  const refused = read({ kind: 'refused', message: 'mail.x.example refused: 550 no such user', detail: '550 no such user' })
  expect(refused).toEqual({ kind: 'refused', code: 'server.refused', params: { host: 'mail.x.example' }, serverText: '550 no such user' })
  const looked = read({ kind: 'offline', message: 'The connection to x was lost. It was not found in Sent.' })
  expect(looked.params).toEqual({ sentence: 'The connection to x was lost.', looked: 1 })
  expect(errorWords(looked)).toBe('The connection to x was lost. It was not found in Sent.')
})

it('leaves what is none to be judged', () => {
  expect(errorFrom(null)).toBeNull()
  expect(errorFrom('x')).toBe('x')
})
