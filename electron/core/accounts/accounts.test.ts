import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Described } from '../../../shared/setup.ts'
import { openAccounts, toInfo } from './accounts.ts'
import { openFileSecrets } from './secrets.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-accounts-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const alice: Described = {
  name: 'Alice',
  email: 'alice@example.test',
  password: 'Secret-1',
  incoming: { protocol: 'imap', host: 'localhost', port: 10993, security: 'tls', user: 'alice' },
}
const open = () => openAccounts(folder, openFileSecrets(folder))

it('adds accounts that are there after a restart, and tells no window the password', async () => {
  const accounts = await open()
  const added = await accounts.add(alice)
  await accounts.add({ ...alice, email: 'bob@example.test', password: 'Secret-2' })
  expect(JSON.stringify(toInfo(added))).not.toContain('Secret')
  expect((await open()).all.map(({ email }) => email)).toEqual(['alice@example.test', 'bob@example.test'])
  expect(await openFileSecrets(folder).get(added.id)).toBe('Secret-1')
  expect(await readFile(join(folder, 'accounts.json'), 'utf8')).not.toContain('Secret')
})

it('refuses an address that is here already, whatever its case, and keeps the password it has', async () => {
  const accounts = await open()
  const { id } = await accounts.add(alice)
  await expect(accounts.add({ ...alice, email: 'Alice@Example.test', password: 'Secret-2' })).rejects.toMatchObject({
    kind: 'invalid',
    message: 'accounts.add: email: Alice@Example.test has been added already',
  })
  expect(accounts.all).toHaveLength(1)
  expect(await openFileSecrets(folder).get(id)).toBe('Secret-1')
})

it('refuses POP3 by name until it is there', async () => {
  const accounts = await open()
  await expect(accounts.add({ ...alice, incoming: { ...alice.incoming, protocol: 'pop3' } })).rejects.toThrow('incoming.protocol')
  expect(accounts.all).toEqual([])
})
