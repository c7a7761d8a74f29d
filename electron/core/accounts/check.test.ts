/** "Test connection" against scripted servers: what it says about each mishap, and that no password leaves where it must not. */
import { createServer, type AddressInfo } from 'node:net'
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCertificates } from '../../../e2e/servers/certificates.ts'
import type { Check, Described } from '../../../shared/model/account-setup.ts'
import { openTrust, type Trust } from '../net/trust.ts'
import { checkAccount } from './check.ts'
import { checkWords } from '../../../renderer/data/words/checks.ts'
import { imapAnswers, scripted, smtpAnswers, type Scripted } from './test-support/scripted.ts'

const password = 'Marker-Password'
let trust: Trust
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-check-'))
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }))
  trust = await openTrust(folder, Date.now)
})
const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

async function serve(...args: Parameters<typeof scripted>): Promise<Scripted> {
  const server = await scripted(...args)
  cleanups.push(() => server.close())
  return server
}
const imap = (answers = imapAnswers(password), tls?: Parameters<typeof scripted>[2]) => serve('* OK ready', answers, tls)
const smtp = (answers = smtpAnswers(password), tls?: Parameters<typeof scripted>[2]) => serve('220 ready', answers, tls)

type Endpoint = Partial<Described['incoming']>
function described(incoming: Endpoint, outgoing?: Endpoint): Described {
  const server = { host: '127.0.0.1', port: 1, security: 'none' as const, user: 'alice', allowPlaintext: true }
  return {
    name: 'Alice',
    email: 'alice@example.test',
    password,
    incoming: { protocol: 'imap', ...server, ...incoming },
    ...(outgoing && { outgoing: { ...server, ...outgoing } }),
  }
}
async function check(account: Described, usualPorts = { imap: 1, smtp: 1 }): Promise<Check[]> {
  return checkAccount(account, { trust, deadlineMs: 1500, usualPorts })
}
const states = (checks: Check[], side: Check['side'] = 'incoming') =>
  checks.filter(one => one.side === side).map(({ what, state }) => `${what} ${state}`)
const failure = (checks: Check[]) => checks.find(({ state }) => state === 'failed')!

async function closedPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

it('tries an address beyond ASCII as a sender in ASCII', async () => {
  const outgoing = await smtp()
  await check({ ...described({ port: (await imap()).port }, { port: outgoing.port }), email: 'info@müller.example' })
  expect(outgoing.lines).toContain('MAIL FROM:<info@xn--mller-kva.example>')
})

it('passes every check of both sides, and says where nothing is encrypted', async () => {
  const [incoming, outgoing] = [await imap(), await smtp()]
  const checks = await check(described({ port: incoming.port }, { port: outgoing.port }))
  expect(states(checks)).toEqual(['name passed', 'reachable passed', 'secure skipped', 'password passed'])
  expect(states(checks, 'outgoing')).toEqual(['name passed', 'reachable passed', 'secure skipped', 'password passed'])
  expect(checkWords(checks.find(({ what }) => what === 'secure')!)).toBe('Not encrypted, as you agreed')
})

it('names a name that does not exist', async () => {
  const checks = await check(described({ host: 'imap.nowhere.invalid' }))
  expect(states(checks)).toEqual(['name failed', 'reachable skipped', 'secure skipped', 'password skipped'])
  expect(checkWords(failure(checks))).toMatch(/The name imap\.nowhere\.invalid (was not found|cannot be looked up)/)
})

it('names a port nobody listens on', async () => {
  const checks = await check(described({ port: await closedPort() }))
  expect(states(checks)).toEqual(['name passed', 'reachable failed', 'secure skipped', 'password skipped'])
  expect(checkWords(failure(checks))).toBe('127.0.0.1 refuses connections.')
})

it('names a server that stays silent', async () => {
  const { port } = await serve(null, () => null)
  expect(checkWords(failure(await check(described({ port }))))).toBe('127.0.0.1 takes connections but does not speak IMAP on this port.')
  expect(checkWords(failure(await check(described({ port: (await imap()).port }, { port }))))).toBe(
    '127.0.0.1 takes connections but does not speak SMTP on this port.',
  )
})

it('ends in time with a server that greets and then says nothing', async () => {
  const [incoming, outgoing] = [await imap(() => null), await smtp(() => null)]
  const started = Date.now()
  const checks = await check(described({ port: incoming.port }, { port: outgoing.port }))
  expect(Date.now() - started).toBeLessThan(6000)
  for (const side of ['incoming', 'outgoing'] as const)
    expect(states(checks, side)).toEqual(['name passed', 'reachable passed', 'secure skipped', 'password failed'])
  expect(checkWords(failure(checks))).toMatch(/has not answered/)
})

it('names a port without TLS, and the one that has it', async () => {
  const other = await imap(imapAnswers(password), createCertificates())
  const plain = await imap()
  const checks = await check(described({ port: plain.port, security: 'tls' }), { imap: other.port, smtp: 1 })
  expect(states(checks)).toEqual(['name passed', 'reachable passed', 'secure failed', 'password skipped'])
  expect(checkWords(failure(checks))).toBe(`127.0.0.1 does not speak TLS on this port. Port ${other.port} does: choose TLS and port ${other.port}.`)
  expect([...plain.lines, ...other.lines].join()).not.toContain(password)

  const upgradable = await imap(imapAnswers(password, 'IMAP4rev1 STARTTLS'))
  expect(checkWords(failure(await check(described({ port: upgradable.port, security: 'tls' }))))).toContain(
    `Port ${upgradable.port} offers STARTTLS: choose STARTTLS.`,
  )
  const submission = await smtp(smtpAnswers(password, ['STARTTLS', 'AUTH PLAIN']))
  const sending = await check(described({ port: plain.port }, { port: submission.port, security: 'tls' }))
  expect(checkWords(failure(sending))).toContain(`Port ${submission.port} offers STARTTLS`)
})

it('names a port that speaks TLS from the start where STARTTLS was chosen', async () => {
  const { port, lines } = await imap(imapAnswers(password), createCertificates())
  expect(checkWords(failure(await check(described({ port, security: 'starttls' }))))).toContain(`Port ${port} speaks TLS from the start: choose TLS.`)
  expect(lines.join()).not.toContain(password)
})

it('never falls back to plain text where STARTTLS is not offered', async () => {
  const [incoming, outgoing] = [await imap(), await smtp()]
  const checks = await check(described({ port: incoming.port, security: 'starttls' }, { port: outgoing.port, security: 'starttls' }))
  for (const side of ['incoming', 'outgoing'] as const)
    expect(states(checks, side)).toEqual(['name passed', 'reachable passed', 'secure failed', 'password skipped'])
  for (const one of checks.filter(({ state }) => state === 'failed')) expect(checkWords(one)).toContain('does not offer encryption (STARTTLS)')
  const sent = [...incoming.lines, ...outgoing.lines].join('\n')
  expect(sent).not.toMatch(/LOGIN|AUTH/i)
  expect(sent).not.toContain(password)
})

it('says which part of a certificate is wrong', async () => {
  const { port, lines } = await imap(imapAnswers(password), createCertificates())
  const checks = await check(described({ port, security: 'tls' }))
  expect(states(checks)).toEqual(['name passed', 'reachable passed', 'secure failed', 'password skipped'])
  expect(checkWords(failure(checks))).toBe(
    '127.0.0.1 could not prove who it is: the certificate cannot be trusted, its issuer is not one this computer trusts.',
  )
  expect(lines.join()).not.toContain(password)
})

it('gives a refused password with the words of the provider, and never the password', async () => {
  const incoming = await imap(imapAnswers('another', 'IMAP4rev1', 'Switch on IMAP in your settings'))
  const outgoing = await smtp(smtpAnswers('another'))
  const checks = await check(described({ port: incoming.port }, { port: outgoing.port }))
  const [first, second] = checks.filter(({ state }) => state === 'failed')
  expect(first).toMatchObject({ side: 'incoming', what: 'password', told: { code: 'signIn.refused', params: { host: '127.0.0.1' } } })
  expect(first!.serverText).toContain('Switch on IMAP in your settings')
  expect(second).toMatchObject({ side: 'outgoing', what: 'password', told: { code: 'signIn.refused', params: { host: '127.0.0.1' } } })
  expect(second!.serverText).toContain('Use an app password, see our help')
  expect(JSON.stringify(checks)).not.toContain(password)
})

it('passes on what the provider wants to be told', async () => {
  const answers = imapAnswers(password)
  const { port } = await imap(line => (/ LOGIN /i.test(line) ? `* OK [ALERT] The mailbox moves on Monday\r\n${answers(line)}` : answers(line)))
  const checks = await check(described({ port }))
  expect(checks.at(-1)).toMatchObject({ what: 'password', state: 'passed', serverText: 'The mailbox moves on Monday' })
})

it('says where the server takes the password but no messages from this address, and sends nothing to find out', async () => {
  const outgoing = await smtp(smtpAnswers(password, ['AUTH PLAIN'], 'refused'))
  const checks = await check(described({ port: (await imap()).port }, { port: outgoing.port }))
  expect(states(checks, 'outgoing').at(-1)).toBe('password failed')
  expect(failure(checks)).toMatchObject({
    told: { code: 'sender.refused', params: { host: '127.0.0.1', sender: 'alice@example.test' } },
    serverText: '553 5.7.1 This is not your address',
  })
  const willing = await smtp()
  expect(states(await check(described({ port: (await imap()).port }, { port: willing.port })), 'outgoing').at(-1)).toBe('password passed')
  expect(willing.lines.filter(line => /^(MAIL|RCPT|DATA)/.test(line))).toHaveLength(3)
  expect(willing.lines.at(-1), 'nothing follows').toBe('DATA')
})
