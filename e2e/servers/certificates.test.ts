import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:tls'
import { expect, test } from 'vitest'
import { createCertificates } from './certificates.ts'

test('a TLS client that knows the authority trusts localhost, and one that does not refuses', async () => {
  const made = createCertificates()
  const server = createServer({ cert: made.certificate, key: made.key }, socket => socket.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const trusting = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: made.authority })
  expect(String((await once(trusting, 'data'))[0])).toBe('hello')
  expect(trusting.authorized).toBe(true)
  const doubting = connect({ port, host: '127.0.0.1', servername: 'localhost' })
  const [error] = (await once(doubting, 'error')) as [NodeJS.ErrnoException]
  expect(error.code).toMatch(/UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT/)
  server.close()
})

test('the certificate holds its names, dates and issuer', () => {
  const made = createCertificates(['mail.demo.example', 'localhost'], new Date('2049-12-31T12:00:00Z'))
  const server = new X509Certificate(made.certificate)
  const authority = new X509Certificate(made.authority)
  expect(server.checkHost('mail.demo.example')).toBe('mail.demo.example')
  expect(server.checkHost('other.example')).toBeUndefined()
  expect(server.checkIP('127.0.0.1')).toBe('127.0.0.1')
  expect(server.checkIssued(authority)).toBe(true)
  expect(server.verify(authority.publicKey)).toBe(true)
  expect([authority.ca, server.ca]).toEqual([true, false])
  expect(new Date(server.validTo).toISOString()).toBe('2050-01-02T12:00:00.000Z')
})
