/**
 * `NODE_EXTRA_CA_CERTS` on Electron. Node reads it itself, but a packaged Electron may have that switched off by a fuse
 * (https://electronjs.org/docs/tutorial/fuses: nodeOptions), so it is read here, once, for every TLS connection of this process
 * (https://nodejs.org/api/tls.html: tls.setDefaultCACertificates, Node 22.19 and newer; Electron 45 has a newer one).
 */
import { readFileSync } from 'node:fs'
import tls from 'node:tls'

/** Not in Node 20, whose typings are used here and on which tests run. */
interface DefaultCertificates {
  getCACertificates?(type: 'default'): string[]
  setDefaultCACertificates?(certificates: string[]): void
}

export function certificatesIn(pem: string): string[] {
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
}

/** Throws a sentence where the file that is named cannot be read. */
export function trustExtraCertificates(file: string | undefined, defaults = tls as DefaultCertificates): void {
  if (!file || !defaults.getCACertificates || !defaults.setDefaultCACertificates) return
  let pem: string
  try {
    pem = readFileSync(file, 'utf8')
  } catch (error) {
    throw new Error(`NODE_EXTRA_CA_CERTS names ${file}, which could not be read.`, { cause: error })
  }
  const trusted = defaults.getCACertificates('default')
  const extra = certificatesIn(pem).filter(certificate => !trusted.includes(certificate))
  if (extra.length > 0) defaults.setDefaultCACertificates([...trusted, ...extra])
}
