import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { trustExtraCertificates } from './certificates.ts'

const certificate = (text: string) => `-----BEGIN CERTIFICATE-----\n${text}\n-----END CERTIFICATE-----`

test('the certificates of the file are trusted beside the ones Node brings', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pillarbox-ca-'))
  const file = join(folder, 'extra.pem')
  writeFileSync(file, `# ours\n${certificate('AAAA')}\n${certificate('BBBB')}\n`)
  let trusted = [certificate('CCCC'), certificate('BBBB')]
  const defaults = { getCACertificates: () => trusted, setDefaultCACertificates: (list: string[]) => void (trusted = list) }
  trustExtraCertificates(undefined, defaults)
  expect(trusted).toHaveLength(2)
  trustExtraCertificates(file, defaults)
  expect(trusted).toEqual([certificate('CCCC'), certificate('BBBB'), certificate('AAAA')])
  trustExtraCertificates(file, {}) // Node 20 has read it itself
  expect(() => trustExtraCertificates(join(folder, 'absent.pem'), defaults)).toThrow('could not be read')
  rmSync(folder, { recursive: true })
})
