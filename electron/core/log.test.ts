import { expect, it } from 'vitest'
import { MailError } from '../../shared/errors.ts'
import { createLog } from './log.ts'

const lineOf = (error: unknown): string => {
  const lines: string[] = []
  createLog(
    'core',
    line => lines.push(line),
    () => 0,
  )('it failed', error)
  return lines[0]!.replace(/^\S+ core: it failed · /, '')
}

it('tells a defect with its place, and a failure by its code', () => {
  expect(lineOf(new TypeError('x is not a function'))).toMatch(/^TypeError: TypeError: x is not a function \| +at /)
  const cause = new TypeError('y is not a function')
  expect(lineOf(new MailError('internal', 'defect', { reason: cause.message }, { cause }))).toMatch(
    /^MailError\/internal: defect TypeError: y is not a function \| +at /,
  )
  expect(lineOf(new MailError('offline', 'connection.none', { host: 'mail.x.example' }))).toBe('MailError/offline: connection.none')
})

it('says what was malformed and what was late, and nothing of people', () => {
  const malformed = new MailError('invalid', 'argument.invalid', { where: 'accounts.add', field: 'email', problem: 'Invalid input' })
  expect(lineOf(malformed)).toBe('MailError/invalid: argument.invalid where=accounts.add field=email problem=Invalid input')
  expect(lineOf(new MailError('timeout', 'call.late', { call: 'body.fetch', seconds: 60 }))).toBe('MailError/timeout: call.late call=body.fetch')
  expect(lineOf(new MailError('invalid', 'account.exists', { email: 'alice@example.test' }))).toBe('MailError/invalid: account.exists')
})
