/**
 * Which servers are believed to be who they say (law 7): those the system verifies, and those whose very certificate the person trusted, by host, port and
 * SHA-256. A trusted certificate is the only one its server may show. What was verified by the system once is remembered: there a certificate that fails is a
 * sign of interception and is never offered.
 */
import { join } from 'node:path'
import type { ConnectionOptions, PeerCertificate } from 'node:tls'
import { z } from 'zod'
import type { Code } from '../../../shared/codes.ts'
import { MailError, type Fact } from '../../../shared/errors.ts'
import type { Security } from '../../../shared/model/account.ts'
import type { ShownCertificate } from '../../../shared/model/account-setup.ts'
import { createSerialQueue } from '../storage/atomic-file.ts'
import { openRecordFile, type Format } from '../storage/records.ts'
import { inspectCertificate, type SeenCertificate } from './inspect.ts'

const Pin = z.object({ host: z.string(), port: z.int(), sha256: z.string(), pem: z.string(), at: z.number() })
type Pin = z.infer<typeof Pin>
/** Each pin is judged by itself: one that cannot be read trusts nobody, and stays in the file as it is. */
const TrustFile = z.object({ trusted: z.array(z.unknown()), verified: z.array(z.string()) })
const trustFormat: Format<typeof TrustFile> = { name: 'certificates.json', version: 2, schema: TrustFile, upgrades: { 1: old => old } }

export interface Endpoint {
  host: string
  port: number
  security: Security
}

export interface Trust {
  /** What could not be read, for people. */
  readonly warnings: readonly Fact[]
  /** What a TLS connection to this server must be opened with; empty where the system decides. */
  optionsFor(endpoint: Endpoint): ConnectionOptions
  /** The system verified this server, or would have: remembered. Never rejects. */
  verified(endpoint: Endpoint): Promise<void>
  /** Looks at what the server shows, for the person. Null where there is nothing wrong with it any more. */
  look(protocol: 'imap' | 'smtp', endpoint: Endpoint, deadlineMs: number): Promise<ShownCertificate | null>
  /** Takes the certificate of the last look. Refuses (`refused`) one that was not shown, or that may not be trusted by hand. */
  trust(certificate: { host: string; port: number; sha256: string }): Promise<void>
}

const keyOf = ({ host, port }: { host: string; port: number }): string => `${host.toLowerCase()}:${port}`

/**
 * Several servers that fail with the same signature are not several mistakes: something answers in their place. A firm's own authority looks the same from here: who has
 * its certificate can say so to Node (NODE_EXTRA_CA_CERTS), and then nobody is asked.
 */
export function withoutInterception(shown: ShownCertificate[]): ShownCertificate[] {
  return shown.map(one => {
    const alike = shown.some(other => other.host.toLowerCase() !== one.host.toLowerCase() && other.issuer === one.issuer)
    return alike ? { ...one, refusal: 'certificate.interception' as const } : one
  })
}

export async function openTrust(dataFolder: string, now: () => number): Promise<Trust> {
  const file = await openRecordFile(trustFormat, join(dataFolder, trustFormat.name))
  const pins = new Map<string, Pin>()
  const unread: unknown[] = []
  for (const raw of file.value?.trusted ?? []) {
    const pin = Pin.safeParse(raw)
    if (pin.success) pins.set(keyOf(pin.data), pin.data)
    else unread.push(raw)
  }
  const verified = new Set(file.value?.verified)
  const warnings: Fact[] = file.problem !== null || unread.length > 0 ? [{ code: 'startup.certificates', params: {} }] : []
  /** What was shown to the person since the start. */
  const shown = new Map<string, { certificate: SeenCertificate; refusal: Code | null }>()
  const serially = createSerialQueue()

  const write = (): Promise<void> => serially(() => file.write({ trusted: [...pins.values(), ...unread], verified: [...verified] }))

  function refusalOf(key: string, { reason, validTo }: SeenCertificate): Code | null {
    if (verified.has(key)) return 'certificate.provedBefore'
    if (validTo < now()) return 'certificate.renew'
    return reason === null ? 'certificate.sound' : null
  }

  return {
    warnings,
    optionsFor(endpoint) {
      const pin = pins.get(keyOf(endpoint))
      if (!pin || endpoint.security === 'none') return {}
      const checkServerIdentity = (_: string, { fingerprint256 }: PeerCertificate): Error | undefined =>
        fingerprint256 === pin.sha256 ? undefined : Object.assign(new Error('another certificate'), { code: 'PILLARBOX_OTHER_CERTIFICATE' })
      return { ca: [pin.pem], checkServerIdentity, ...{ allowPartialTrustChain: true } } // Node >= 20.18; not in its typings yet
    },

    async verified(endpoint) {
      const key = keyOf(endpoint)
      if (endpoint.security === 'none' || pins.has(key) || verified.has(key)) return
      verified.add(key)
      await write().catch(() => undefined) // a full disk: it holds for this run, and is written with the next that is
    },

    async look(protocol, endpoint, deadlineMs) {
      const certificate = await inspectCertificate(protocol, endpoint, deadlineMs)
      const key = keyOf(endpoint)
      const pin = pins.get(key)
      if (certificate.reason === null && pin) {
        pins.delete(key) // the server has become one that needs no trust by hand
        await write()
      }
      if (certificate.reason === null || pin?.sha256 === certificate.sha256) return null
      const refusal = refusalOf(key, certificate)
      shown.set(key, { certificate, refusal })
      const { names, issuer, validFrom, validTo, sha256, reason } = certificate
      return { host: endpoint.host, port: endpoint.port, names, issuer, validFrom, validTo, sha256, reason, refusal }
    },

    async trust(asked) {
      const seen = shown.get(keyOf(asked))
      if (!seen || seen.certificate.sha256 !== asked.sha256) throw new MailError('refused', 'certificate.changedMeanwhile')
      if (seen.refusal !== null) throw new MailError('refused', seen.refusal)
      const { sha256, pem } = seen.certificate
      const before = pins.get(keyOf(asked))
      pins.set(keyOf(asked), { host: asked.host, port: asked.port, sha256, pem, at: now() })
      try {
        await write()
      } catch (error) {
        if (before) pins.set(keyOf(asked), before)
        else pins.delete(keyOf(asked)) // what could not be kept is not trusted for a while either
        throw error
      }
    },
  }
}
