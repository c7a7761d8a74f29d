import { expect, it } from 'vitest'
import { Described, type Check } from '../../../shared/model/account-setup.ts'
import {
  allPassed,
  emptyForm,
  identityMistakes,
  outcomeWords,
  serverMistakes,
  toDescribed,
  withSecurity,
  withSuggestion,
  type AccountForm,
} from './account-form.ts'

const identity: AccountForm = { ...emptyForm, name: 'Alice', email: ' alice@example.test ', password: 'x' }
const nothing = { source: 'none' as const, origin: null, incoming: null, outgoing: null, advice: [], passwordPage: null }
const server = { host: 'mail.example.test', port: 993, security: 'tls' as const, user: 'alice' }

it('wants a whole address and a password', () => {
  expect(Object.keys(identityMistakes(emptyForm))).toEqual(['email', 'password'])
  expect(Object.keys(identityMistakes({ ...identity, email: 'alice@localhost' }))).toEqual(['email'])
  expect(identityMistakes(identity)).toEqual({})
  expect(identityMistakes({ ...identity, email: ' info@müller.de ' })).toEqual({})
  expect(Object.keys(identityMistakes({ ...identity, email: 'alice@firm..example' }))).toEqual(['email'])
})

it('is filled from a suggestion, and with the usual ports and the address where there is none', () => {
  const form = withSuggestion(identity, { ...nothing, incoming: server })
  expect(form.incoming).toEqual({ ...server, port: '993' })
  expect(form.outgoing).toEqual({ host: '', port: '465', security: 'tls', user: 'alice@example.test' })
  expect(Object.keys(serverMistakes(form))).toEqual(['outgoing.host'])
})

it('has the user name in ASCII and the address as it was typed', () => {
  const form = withSuggestion({ ...identity, email: 'info@müller.de' }, nothing)
  expect(form.incoming.user).toBe('info@xn--mller-kva.de')
  const described = toDescribed({ ...form, incoming: { ...form.incoming, host: 'a' }, outgoing: { ...form.outgoing, host: 'a' } })
  expect(Described.parse(described).email).toBe('info@müller.de')
})

it('lets a usual port follow the security, and leaves one that was typed', () => {
  const { incoming, outgoing } = withSuggestion(identity, nothing)
  expect(withSecurity('incoming', incoming, 'starttls').port).toBe('143')
  expect(withSecurity('outgoing', outgoing, 'starttls').port).toBe('587')
  expect(withSecurity('incoming', { ...incoming, port: '10993' }, 'starttls').port).toBe('10993')
})

it('takes plain text only with the address typed again', () => {
  const form = withSuggestion(identity, { ...nothing, incoming: { ...server, security: 'none' }, outgoing: server })
  expect(serverMistakes(form)).toHaveProperty('consent')
  expect(serverMistakes({ ...form, consent: 'yes' })).toHaveProperty('consent')
  expect(serverMistakes({ ...form, consent: 'Alice@example.test' })).toEqual({})
  const described = toDescribed({ ...form, consent: 'alice@example.test' })
  expect(described.incoming.allowPlaintext).toBe(true)
  expect(described.outgoing).not.toHaveProperty('allowPlaintext')
})

it('describes what the core takes', () => {
  const form = withSuggestion(identity, { ...nothing, incoming: server, outgoing: { ...server, port: 587, security: 'starttls' } })
  expect(Described.parse(toDescribed(form))).toMatchObject({ email: 'alice@example.test', outgoing: { port: 587, security: 'starttls' } })
})

it.each([
  ['', '1 to 65535'],
  ['0', '1 to 65535'],
  ['65536', '1 to 65535'],
  ['9e2', '1 to 65535'],
  ['993', undefined],
])('judges port %j', (port, mistake) => {
  const form = withSuggestion(identity, { ...nothing, incoming: server, outgoing: server })
  expect(serverMistakes({ ...form, incoming: { ...form.incoming, port } })['incoming.port']).toBe(mistake)
})

it('says what a test came to', () => {
  const check = (side: Check['side'], state: Check['state'], what: Check['what'] = 'password'): Check => ({
    side,
    what,
    state,
    told: { code: 'check.skipped', params: {} },
    serverText: null,
    hint: null,
  })
  expect(outcomeWords([check('incoming', 'passed'), check('outgoing', 'failed')])).toBe('Receiving works, sending does not.')
  expect(outcomeWords([check('incoming', 'failed'), check('outgoing', 'failed')])).toBe('Neither receiving nor sending works.')
  expect(allPassed([check('incoming', 'passed'), check('outgoing', 'skipped', 'secure')])).toBe(true)
  expect(allPassed([check('incoming', 'passed'), check('outgoing', 'skipped')])).toBe(false)
  expect(allPassed([])).toBe(false)
})
