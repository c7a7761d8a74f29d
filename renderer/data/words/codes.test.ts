import { expect, it } from 'vitest'
import { codes } from '../../../shared/codes.ts'
import { ErrorKind, MailError, type Code } from '../../../shared/errors.ts'
import { codes as sentencesOfCodes } from './en/codes.ts'
import { errorWords, factWords } from './errors.ts'
import { isKey } from './say.ts'

it('has a sentence for every code and every kind, and no sentence for a code that is none', () => {
  const known = new Set<string>(codes)
  for (const code of codes) expect(isKey(code), code).toBe(true)
  for (const kind of ErrorKind.options) expect(isKey(`kind.${kind}`), kind).toBe(true)
  const sentences = Object.keys(sentencesOfCodes).filter(key => !known.has(key.replace(/_(?:one|other)$/, '')))
  expect(sentences.filter(key => !/^(?:kind|codes)\./.test(key))).toEqual([])
})

it('leaves nothing in braces where a code has what fills it', () => {
  const plain = new MailError('refused', 'server.refused', { host: 'mail.x.example' }, { serverText: 'NO [X] {{host}} is busy' })
  expect(errorWords(plain)).toBe('mail.x.example refused: NO [X] {{host}} is busy')
  expect(errorWords(new MailError('refused', 'server.refused', { host: 'mail.x.example' }))).toBe('mail.x.example refused: no reason given')
  expect(factWords({ code: 'startup.drafts', params: { count: 2 } })).toMatch(/^2 drafts are damaged/)
})

it('names the field of what is malformed, and what is wrong with it', () => {
  const malformed = (code: Code, field: string, problem: string, where = 'accounts.add') =>
    errorWords(new MailError('invalid', code, { where, field, problem }))
  const whole = 'The email address must be a whole one, such as alice@example.com.'
  expect(malformed('argument.invalid', 'email', 'address.notWhole')).toBe(whole)
  expect(malformed('argument.invalid', 'incoming.user', 'Too big')).toBe('Too big')
  expect(malformed('argument.invalid', '', 'Invalid input', 'draft.save')).toBe('draft.save: argument: Invalid input')
  expect(malformed('provision.invalid', 'accounts[0].email', 'address.notWhole')).toBe(`accounts.add: accounts[0].email: ${whole}`)
})

it('says of a code of another version what its kind means', () => {
  const error = { kind: 'full', code: 'quota.exceeded' as Code, params: {}, serverText: null }
  expect(errorWords(error)).toBe('There is no space left.')
})

it('adds that it was looked for', () => {
  expect(errorWords(new MailError('offline', 'connection.lost', { host: 'x.example', looked: 1 }))).toBe(
    'The connection to x.example was lost. It was not found in Sent.',
  )
})
