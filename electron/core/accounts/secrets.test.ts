import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { factWords } from '../../../renderer/data/words/errors.ts'
import { openSecrets } from './secrets.ts'
import { memoryKeyStore } from './test-support/memory-key-store.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-secrets-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const onDisk = async (): Promise<string> =>
  (await Promise.all((await readdir(folder)).map(name => readFile(join(folder, name), 'utf8').catch(() => '')))).join('\n')

it('keeps passwords under a key that the key store has, and writes neither down', async () => {
  const store = memoryKeyStore()
  const secrets = await openSecrets(folder, store)
  expect(secrets.state).toEqual({ kind: 'host', store: 'Memory', locked: false })
  await secrets.set('alice0', 'Marker-1')
  expect(await (await openSecrets(folder, store)).get('alice0')).toBe('Marker-1')
  expect(await onDisk()).not.toContain('Marker-1')
  expect(await onDisk()).not.toContain([...store.kept.values()][0])
})

it('without a key store keeps nothing until the person has chosen', async () => {
  const secrets = await openSecrets(folder, null)
  await secrets.set('alice0', 'Marker-1')
  expect(secrets.state).toEqual({ kind: 'unset' })
  expect(await secrets.get('alice0')).toBe('Marker-1')
  expect(await onDisk()).toBe('')
  expect(await (await openSecrets(folder, null)).get('alice0')).toBeNull()
})

it('keeps them under a passphrase: locked after a restart, opened by the right one only', async () => {
  const secrets = await openSecrets(folder, null)
  await secrets.set('alice0', 'Marker-1')
  await secrets.choose({ how: 'passphrase', passphrase: 'long enough' })
  expect(await onDisk()).not.toMatch(/Marker-1|long enough/)
  const later = await openSecrets(folder, null)
  expect(later.state).toEqual({ kind: 'passphrase', locked: true })
  await expect(later.get('alice0')).rejects.toMatchObject({ kind: 'auth' })
  expect(await later.get('nobody')).toBeNull()
  await later.set('bob000', 'Marker-2') // typed while locked
  expect(await later.unlock('long enougH')).toBe(false)
  expect(await later.unlock('long enough')).toBe(true)
  expect(await later.get('alice0')).toBe('Marker-1')
  const again = await openSecrets(folder, null)
  await again.unlock('long enough')
  expect(await again.get('bob000')).toBe('Marker-2')
})

it('moves to another passphrase, and to this run only, and leaves nothing behind', async () => {
  const secrets = await openSecrets(folder, null)
  await secrets.choose({ how: 'passphrase', passphrase: 'first one' })
  await secrets.set('alice0', 'Marker-1')
  await secrets.choose({ how: 'passphrase', passphrase: 'second one' })
  const later = await openSecrets(folder, null)
  await expect(later.choose({ how: 'run' })).rejects.toMatchObject({ code: 'passwords.unlockFirst' })
  expect(await later.unlock('first one')).toBe(false)
  expect(await later.unlock('second one')).toBe(true)
  await later.choose({ how: 'run' })
  expect(later.state).toEqual({ kind: 'run' })
  expect(await later.get('alice0')).toBe('Marker-1')
  expect(await readdir(folder)).toEqual([])
})

it('a key store that has lost the key says so; a password typed anew serves for the run and destroys nothing', async () => {
  const store = memoryKeyStore()
  await (await openSecrets(folder, store)).set('alice0', 'Marker-1')
  const locked = await openSecrets(folder, null)
  expect(locked.state).toEqual({ kind: 'host', store: 'Memory', locked: true })
  await expect(locked.get('alice0')).rejects.toMatchObject({ code: 'keyStore.locked', params: { store: 'Memory' } })
  await locked.set('bob000', 'Marker-2')
  expect(await (await openSecrets(folder, store)).get('alice0')).toBe('Marker-1')
})

it('begins anew where the key store has lost the key, and keeps what was sealed under it', async () => {
  await (await openSecrets(folder, memoryKeyStore())).set('alice0', 'Marker-1')
  const locked = await openSecrets(folder, memoryKeyStore()) // another store: the entry is not there
  await locked.set('alice0', 'Marker-2')
  await locked.choose({ how: 'passphrase', passphrase: 'long enough' })
  const later = await openSecrets(folder, null)
  expect(await later.unlock('long enough')).toBe(true)
  expect(await later.get('alice0')).toBe('Marker-2')
  expect((await readdir(folder)).filter(name => name.startsWith('secrets.json.locked-'))).toHaveLength(1)
})

it('a password removed is gone, and one moved to another account does not open', async () => {
  const store = memoryKeyStore()
  const secrets = await openSecrets(folder, store)
  await secrets.set('alice0', 'Marker-1')
  const file = join(folder, 'secrets.json')
  const text = await readFile(file, 'utf8')
  await secrets.remove('alice0')
  expect(await (await openSecrets(folder, store)).get('alice0')).toBeNull()
  await writeFile(file, text.replace('"alice0"', '"bob000"'))
  expect((await openSecrets(folder, store)).state).toMatchObject({ locked: true })
})

it('one damaged entry locks nobody else out: its password is asked for again', async () => {
  const secrets = await openSecrets(folder, null)
  await secrets.choose({ how: 'passphrase', passphrase: 'long enough' })
  await secrets.set('alice0', 'Marker-1')
  await secrets.set('bob000', 'Marker-2')
  const file = join(folder, 'secrets.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace('"alice0"', '"carol0"'))
  const later = await openSecrets(folder, null)
  expect(await later.unlock('long enough')).toBe(true)
  expect(await later.get('bob000')).toBe('Marker-2')
  expect(await later.get('carol0')).toBeNull()
  await later.set('carol0', 'Marker-3')
  const again = await openSecrets(folder, null)
  await again.unlock('long enough')
  expect(await again.get('carol0')).toBe('Marker-3')
})

it('says that a damaged file cannot be read, and keeps a copy of it before it writes another', async () => {
  await writeFile(join(folder, 'secrets.json'), '{"format":2}')
  const secrets = await openSecrets(folder, null)
  expect(secrets.state).toEqual({ kind: 'unset' })
  expect(secrets.warnings.map(fact => factWords(fact))).toEqual([expect.stringMatching(/could not be read/)])
  expect(await onDisk()).toBe('{"format":2}')
  await secrets.choose({ how: 'passphrase', passphrase: 'long enough' })
  expect((await readdir(folder)).filter(name => name.startsWith('secrets.json.set-aside-'))).toHaveLength(1)
  expect((await openSecrets(folder, null)).warnings).toEqual([])
})

it('an entry of another kind stays as it is until there is a password in its place', async () => {
  const file = join(folder, 'secrets.json')
  const secrets = await openSecrets(folder, null)
  await secrets.choose({ how: 'passphrase', passphrase: 'long enough' })
  await secrets.set('alice0', 'Marker-1')
  const kept = JSON.parse(await readFile(file, 'utf8')) as { passwords: Record<string, unknown> }
  await writeFile(file, JSON.stringify({ ...kept, passwords: { ...kept.passwords, bob000: { oauth: 'x' } } }))
  const later = await openSecrets(folder, null)
  expect(await later.unlock('long enough')).toBe(true)
  expect([await later.get('alice0'), await later.get('bob000')]).toEqual(['Marker-1', null])
  await later.set('alice0', 'Marker-2')
  expect(await onDisk()).toContain('oauth')
  await later.set('bob000', 'Marker-3')
  expect(await onDisk()).not.toContain('oauth')
})

it('leaves the choice to the person where the key store keeps nothing', async () => {
  const store = { ...memoryKeyStore(), keep: () => Promise.reject(new Error('the collection is locked')) }
  const secrets = await openSecrets(folder, store)
  expect(secrets.state).toEqual({ kind: 'unset' })
  await secrets.choose({ how: 'passphrase', passphrase: 'long enough' })
  expect(secrets.state).toEqual({ kind: 'passphrase', locked: false })
})

it('keeps the old password until one typed while locked can be sealed in its place', async () => {
  const store = memoryKeyStore()
  await (await openSecrets(folder, store)).set('alice0', 'Marker-1')
  const locked = await openSecrets(folder, null)
  await locked.set('alice0', 'Marker-2')
  expect(await locked.get('alice0')).toBe('Marker-2')
  expect(await (await openSecrets(folder, store)).get('alice0')).toBe('Marker-1')

  const secrets = await openSecrets(folder, store)
  await secrets.choose({ how: 'passphrase', passphrase: 'long enough' })
  const later = await openSecrets(folder, store)
  await later.set('alice0', 'Marker-3')
  await later.unlock('long enough')
  const again = await openSecrets(folder, store)
  await again.unlock('long enough')
  expect(await again.get('alice0')).toBe('Marker-3')
})
