/**
 * A private certificate authority and a certificate for `localhost`, made in memory on every platform without any tool (RFC 5280; ECDSA on P-256). They live for
 * two days. The authority is told to a program by NODE_EXTRA_CA_CERTS, which names a file.
 */
import { createHash, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { bits, implicit, integer, octets, oid, sequence, set, tagged, time, utf8, yes } from './der.ts'

export interface Certificates {
  /** PEM of the authority. */
  authority: string
  /** PEM of the server's certificate, for localhost, 127.0.0.1 and ::1 unless other names were asked for. */
  certificate: string
  /** PEM of the server's private key. */
  key: string
}

const hourMs = 3_600_000
const ecdsaWithSha256 = () => sequence(oid('1.2.840.10045.4.3.2'))
const name = (commonName: string) => sequence(set(sequence(oid('2.5.4.3'), utf8(commonName))))
const extension = (id: string, critical: boolean, value: Buffer) => sequence(oid(id), ...(critical ? [yes()] : []), octets(value))

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}

const publicDer = (key: KeyObject) => key.export({ type: 'spki', format: 'der' })
const keyId = (key: KeyObject) => createHash('sha1').update(publicDer(key)).digest()

interface Wanted {
  subject: string
  issuer: string
  subjectKey: KeyObject
  signingKey: KeyObject
  extensions: Buffer[]
  notBefore: Date
  notAfter: Date
}

function certificate(wanted: Wanted): Buffer {
  const serial = randomBytes(16)
  serial[0] = (serial[0]! & 0x7f) | 0x01
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.of(2))), // version 3
    integer(serial),
    ecdsaWithSha256(),
    name(wanted.issuer),
    sequence(time(wanted.notBefore), time(wanted.notAfter)),
    name(wanted.subject),
    publicDer(wanted.subjectKey),
    tagged(3, sequence(...wanted.extensions)),
  )
  return sequence(toBeSigned, ecdsaWithSha256(), bits(sign('sha256', toBeSigned, wanted.signingKey)))
}

const newKeys = () => generateKeyPairSync('ec', { namedCurve: 'prime256v1' })

/** `names` are DNS names; the loopback addresses are always in. */
export function createCertificates(names: readonly string[] = ['localhost'], now = new Date()): Certificates {
  const authority = newKeys()
  const server = newKeys()
  const issuer = `Pillarbox test authority ${randomBytes(4).toString('hex')}`
  const validity = { notBefore: new Date(now.getTime() - hourMs), notAfter: new Date(now.getTime() + 48 * hourMs) }
  const authorityKeyId = keyId(authority.publicKey)
  const authorityDer = certificate({
    ...validity,
    subject: issuer,
    issuer,
    subjectKey: authority.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      extension('2.5.29.19', true, sequence(yes())), // basic constraints: an authority
      extension('2.5.29.15', true, bits(Buffer.of(0x06), 1)), // key usage: certificates and revocation lists
      extension('2.5.29.14', false, octets(authorityKeyId)),
    ],
  })
  const addresses = [Buffer.of(127, 0, 0, 1), Buffer.concat([Buffer.alloc(15), Buffer.of(1)])]
  const serverDer = certificate({
    ...validity,
    subject: names[0] ?? 'localhost',
    issuer,
    subjectKey: server.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      extension('2.5.29.19', true, sequence()),
      extension('2.5.29.15', true, bits(Buffer.of(0x80), 7)), // key usage: signatures
      extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))), // extended key usage: TLS server
      extension('2.5.29.17', false, sequence(...names.map(text => implicit(2, Buffer.from(text))), ...addresses.map(bytes => implicit(7, bytes)))),
      extension('2.5.29.14', false, octets(keyId(server.publicKey))),
      extension('2.5.29.35', false, sequence(implicit(0, authorityKeyId))),
    ],
  })
  return {
    authority: pem('CERTIFICATE', authorityDer),
    certificate: pem('CERTIFICATE', serverDer),
    key: server.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  }
}
