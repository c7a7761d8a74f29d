import { flagsOf } from '../../../shared/model/flags.ts'
import { expect, test } from 'vitest'
import type { AccountInfo, AccountStatus } from '../../../shared/model/account.ts'
import type { OpState } from '../../../shared/operations.ts'
import { connectionLine, statusWords, waitingCount } from './connection.ts'

const at = new Date('2026-11-20T10:42:00').getTime()
const account = (id: string): AccountInfo => ({ id, name: id, email: `${id}@example.org`, protocol: 'imap', plaintext: false })
const status = (account: string, rest: Partial<AccountStatus>): AccountStatus => ({
  account,
  state: 'ready',
  since: at,
  ...{ error: null, needsPerson: false, noCache: null, incomplete: null },
  checkedAt: at,
  retryAt: null,
  progress: null,
  ...rest,
})
const line = (rest: Partial<AccountStatus>, waiting = 0): string => connectionLine([account('alice')], [status('alice', rest)], waiting).text

const error = { kind: 'auth' as const, params: { host: 'mail.x.example' }, serverText: null }

test('the line says what is the case', () => {
  expect(line({})).toBe('Up to date, checked 10:42')
  expect(line({}, 2)).toBe('Up to date, checked 10:42. 2 changes waiting.')
  expect(line({ state: 'offline' }, 3)).toBe('Offline since 10:42. 3 changes waiting.')
  expect(line({ state: 'offline' }, 1)).toBe('Offline since 10:42. 1 change waiting.')
  expect(line({ state: 'syncing', progress: { known: 12400, total: 100000 } })).toBe(
    'You can read now; older mail follows (12,400 of 100,000, newest first).',
  )
  expect(line({ state: 'refused', needsPerson: true, error: { ...error, code: 'signIn.refused' } })).toBe(
    'mail.x.example refused the user name or password.',
  )
  expect(connectionLine([], [], 0).text).toBe('No account yet')
})

test('messages wait beside changes', () => {
  const offline = [status('alice', { state: 'offline' })]
  expect(connectionLine([account('alice')], offline, 3, 1).text).toBe('Offline since 10:42. 3 changes and 1 message waiting.')
  expect(connectionLine([account('alice')], offline, 0, 2).text).toBe('Offline since 10:42. 2 messages waiting.')
})

test('of several accounts the one in trouble is named', () => {
  const accounts = [account('alice'), account('bob')]
  const text = connectionLine(accounts, [status('alice', {}), status('bob', { state: 'offline' })], 0).text
  expect(text).toBe('bob@example.org: Offline since 10:42.')
})

test('an account without encryption is always visible', () => {
  expect(connectionLine([{ ...account('alice'), plaintext: true }], [status('alice', {})], 0).text).toBe(
    'Up to date, checked 10:42. Not encrypted: alice@example.org.',
  )
})

test('changes on their way are counted', () => {
  const op = (state: OpState['state']): OpState => ({
    id: 'operation-0001',
    account: 'alice',
    kind: 'setFlags',
    state,
    count: 1,
    at,
    error: null,
    to: null,
    add: flagsOf(0),
    remove: flagsOf(0),
  })
  expect(waitingCount([op('queued'), op('performing'), op('performed'), op('done'), op('refused')])).toBe(2)
})

test('what is wrong with an account is a sentence, whatever it is', () => {
  const words = (rest: Partial<AccountStatus>): string => statusWords(status('alice', rest))
  expect(words({})).toBe('Up to date')
  expect(words({ state: 'syncing' })).toBe('Checking mail…')
  expect(words({ state: 'syncing', noCache: 'opening' })).toBe('Opening the mail cache…')
  expect(words({ state: 'syncing', noCache: 'damaged' })).toBe('The mail cache is being rebuilt.')
  expect(words({ state: 'refused', noCache: 'full' })).toBe('There is no space left for the mail cache. It goes on once there is.')
  expect(words({ state: 'refused', incomplete: 'Travel' })).toBe('The server did not give all messages of Travel. It will be asked again.')
  expect(words({ state: 'offline', error: { ...error, kind: 'offline', code: 'connection.none' } })).toBe('mail.x.example refuses connections.')
  expect(words({ state: 'refused', error: { ...error, kind: 'internal', code: 'defect', params: { reason: 'x is not a function' } } })).toBe(
    'Checking mail failed: x is not a function. It will be tried again.',
  )
})
