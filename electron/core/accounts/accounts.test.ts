import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { factWords } from '../../../renderer/data/words/errors.ts'
import type { Described } from '../../../shared/model/account-setup.ts'
import { openAccounts, toInfo } from './accounts.ts'
import { openSecrets } from './secrets.ts'
import { memoryKeyStore } from './test-support/memory-key-store.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-accounts-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const alice: Described = {
  name: 'Alice',
  email: 'alice@example.test',
  password: 'Secret-1',
  incoming: { protocol: 'imap', host: 'localhost', port: 10993, security: 'tls', user: 'alice' },
}
const store = memoryKeyStore()
const secrets = () => openSecrets(folder, store)
const open = async () => openAccounts(folder, await secrets())

it('adds accounts that are there after a restart, and tells no window the password', async () => {
  const accounts = await open()
  const added = await accounts.add(alice)
  await accounts.add({ ...alice, email: 'bob@example.test', password: 'Secret-2' })
  expect(JSON.stringify(toInfo(added))).not.toContain('Secret')
  expect((await open()).all.map(({ email }) => email)).toEqual(['alice@example.test', 'bob@example.test'])
  expect(await (await secrets()).get(added.id)).toBe('Secret-1')
  expect(await readFile(join(folder, 'accounts.json'), 'utf8')).not.toContain('Secret')
})

it('refuses an address that is here already, whatever its case, and keeps the password it has', async () => {
  const accounts = await open()
  const { id } = await accounts.add(alice)
  await expect(accounts.add({ ...alice, email: 'Alice@Example.test', password: 'Secret-2' })).rejects.toMatchObject({
    kind: 'invalid',
    code: 'account.exists',
    params: { email: 'Alice@Example.test' },
  })
  expect(accounts.all).toHaveLength(1)
  expect(await (await secrets()).get(id)).toBe('Secret-1')
})

it('keeps an address beyond ASCII as it was typed, and knows it when it is written in ASCII', async () => {
  const accounts = await open()
  await accounts.add({ ...alice, email: 'info@müller.example' })
  expect((await open()).all).toMatchObject([{ email: 'info@müller.example' }])
  await expect(accounts.add({ ...alice, email: 'info@xn--mller-kva.example' })).rejects.toMatchObject({ code: 'account.exists' })
})

it('refuses POP3 by name until it is there', async () => {
  const accounts = await open()
  await expect(accounts.add({ ...alice, incoming: { ...alice.incoming, protocol: 'pop3' } })).rejects.toMatchObject({ code: 'protocol.unsupported' })
  expect(accounts.all).toEqual([])
})

it('changes an account in place, with the password it has where none is given', async () => {
  const accounts = await open()
  const { id } = await accounts.add(alice)
  const edited = { name: 'Alice B', email: alice.email, incoming: { ...alice.incoming, port: 993 } }
  await accounts.update(id, edited)
  expect((await open()).all).toMatchObject([{ id, name: 'Alice B', incoming: { port: 993 } }])
  expect(await (await secrets()).get(id)).toBe('Secret-1')
  await accounts.update(id, { ...edited, password: 'Secret-3' })
  expect(await (await secrets()).get(id)).toBe('Secret-3')
  const bob = await accounts.add({ ...alice, email: 'bob@example.test' })
  await expect(accounts.update(bob.id, edited)).rejects.toMatchObject({ code: 'account.exists', params: { email: 'alice@example.test' } })
})

it('forgets an account and its password', async () => {
  const accounts = await open()
  const { id } = await accounts.add(alice)
  await accounts.remove(id)
  expect((await open()).all).toEqual([])
  expect(await (await secrets()).get(id)).toBeNull()
  expect(() => accounts.get(id)).toThrow(expect.objectContaining({ code: 'account.gone' }))
})

it('makes changes one after the other', async () => {
  const accounts = await open()
  const twice = await Promise.allSettled([accounts.add(alice), accounts.add(alice)])
  expect(twice.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  const bob = accounts.add({ ...alice, email: 'bob@example.test' })
  const carol = accounts.add({ ...alice, email: 'carol@example.test' })
  await Promise.all([bob, carol])
  expect((await open()).all.map(({ email }) => email)).toEqual(['alice@example.test', 'bob@example.test', 'carol@example.test'])
  const { id } = await bob
  const changed = await Promise.allSettled([accounts.remove(id), accounts.update(id, { ...alice, email: 'bob@example.test' })])
  expect(changed.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect((await open()).all).toHaveLength(2)
})

it('does without an account it cannot read, says which, and leaves it in the file', async () => {
  const file = join(folder, 'accounts.json')
  const before = await open()
  const { id } = await before.add(alice)
  const kept = JSON.parse(await readFile(file, 'utf8')) as { accounts: unknown[] }
  const unheardOf = { id: 'bob000', email: 'bob@example.test', incoming: { protocol: 'jmap' } }
  await writeFile(file, JSON.stringify({ ...kept, accounts: [unheardOf, ...kept.accounts, 7] }))
  const accounts = await open()
  expect(accounts.all.map(one => one.id)).toEqual([id])
  expect(accounts.warnings.map(fact => factWords(fact))).toEqual([expect.stringMatching(/^2 accounts \(bob@example.test, /)])
  await accounts.add({ ...alice, email: 'carol@example.test' })
  expect((JSON.parse(await readFile(file, 'utf8')) as { accounts: unknown[] }).accounts).toEqual(expect.arrayContaining([unheardOf, 7]))
  expect((await open()).all).toHaveLength(2)
})

it.each(['{"v":3,"accounts":[]}', 'no json'])('keeps a copy of a file it cannot read (%s) before it writes another', async text => {
  const file = join(folder, 'accounts.json')
  await writeFile(file, text)
  const accounts = await open()
  expect([accounts.all, accounts.warnings.length]).toEqual([[], 1])
  expect(await readFile(file, 'utf8')).toBe(text)
  await accounts.add(alice)
  const copy = (await readdir(folder)).find(name => name.startsWith('accounts.json.set-aside-'))!
  expect(await readFile(join(folder, copy), 'utf8')).toBe(text)
})
