/** Certificates the system does not trust, shown by real TLS servers on loopback. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createCertificates } from '../../../e2e/servers/certificates.ts'
import { Submission } from '../../../e2e/servers/submission.ts'
import { scripted, type Scripted } from '../accounts/test-support/scripted.ts'
import { openTrust, withoutInterception, type Endpoint } from './trust.ts'

let folder: string
const servers: Scripted[] = []
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-trust-'))))
afterEach(async () => {
  for (const server of servers.splice(0)) server.close()
  await rm(folder, { recursive: true, force: true })
})

const later = Date.now() + 60_000
const open = (now = () => Date.now()) => openTrust(folder, now)

async function serve(): Promise<Endpoint> {
  const { key, certificate } = createCertificates()
  const server = await scripted('* OK ready', () => null, { key, certificate })
  servers.push(server)
  return { host: 'localhost', port: server.port, security: 'tls' }
}

/** Null where the connection is believed; else why not. */
function handshake({ host, port }: Endpoint, options: object): Promise<string | null> {
  return new Promise(resolve => {
    const socket = connect({ host, port, servername: host, ...options }, () => (socket.destroy(), resolve(null)))
    socket.once('error', error => resolve((error as { code?: string }).code ?? error.message))
  })
}

it('shows who a certificate says it is, and trusts it for its host and port alone once the person does', async () => {
  const trust = await open()
  const endpoint = await serve()
  const other = await serve()
  const shown = (await trust.look('imap', endpoint, 2000))!
  expect(shown).toMatchObject({ host: 'localhost', port: endpoint.port, refusal: null, reason: 'unknownIssuer' })
  expect(shown.names).toContain('localhost')
  expect(shown.sha256).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  expect(shown.validTo).toBeGreaterThan(Date.now())
  expect(await handshake(endpoint, trust.optionsFor(endpoint))).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE')

  await expect(trust.trust({ ...shown, sha256: shown.sha256.replace(/^../, '00') })).rejects.toMatchObject({ code: 'certificate.changedMeanwhile' })
  await trust.trust(shown)
  const afterRestart = await open()
  expect(await handshake(endpoint, afterRestart.optionsFor(endpoint))).toBeNull()
  expect(afterRestart.optionsFor(other)).toEqual({})
  expect(await handshake(other, afterRestart.optionsFor(endpoint))).not.toBeNull() // its key on another server's certificate
  expect(await afterRestart.look('imap', endpoint, 2000)).toBeNull()
})

it('sees a certificate behind STARTTLS of SMTP', async () => {
  const submission = await Submission.create('secret')
  try {
    const shown = await (await open()).look('smtp', { host: 'localhost', port: submission.startTlsPort, security: 'starttls' }, 2000)
    expect(shown?.names).toContain('localhost')
  } finally {
    await submission.dispose()
  }
})

it('never offers a certificate where the host has proved who it is before, nor an expired one', async () => {
  const endpoint = await serve()
  const trust = await open()
  await trust.verified(endpoint)
  const shown = (await (await open()).look('imap', endpoint, 2000))!
  expect(shown.refusal).toBe('certificate.provedBefore')
  const asking = await open()
  await asking.look('imap', endpoint, 2000)
  await expect(asking.trust(shown)).rejects.toMatchObject({ code: 'certificate.provedBefore' })

  const late = await openTrust(join(folder, 'other'), () => later + 400 * 24 * 3600_000 * 100)
  expect((await late.look('imap', endpoint, 2000))!.refusal).toBe('certificate.renew')
})

it('never offers certificates where several hosts fail alike', () => {
  const one = {
    host: 'imap.a',
    port: 993,
    names: ['x'],
    issuer: 'Portal',
    validFrom: 0,
    validTo: later,
    sha256: 'AA',
    reason: 'unknownIssuer' as const,
    refusal: null,
  }
  const alike = withoutInterception([one, { ...one, host: 'smtp.a' }])
  expect(alike.map(({ refusal }) => refusal)).toEqual(['certificate.interception', 'certificate.interception'])
  expect(withoutInterception([one, { ...one, port: 465 }]).every(({ refusal }) => refusal === null)).toBe(true)
})

it('on a disk that takes nothing, remembers for this run what was verified, and trusts nothing by hand', async () => {
  const trust = await open()
  const endpoint = await serve()
  const shown = (await trust.look('imap', endpoint, 2000))!
  await rm(folder, { recursive: true })
  await writeFile(folder, '') // no file can be written below
  await expect(trust.trust(shown)).rejects.toThrow()
  expect(trust.optionsFor(endpoint)).toEqual({})
  await trust.verified(endpoint)
  expect((await trust.look('imap', endpoint, 2000))!.refusal).toBe('certificate.provedBefore')
})
