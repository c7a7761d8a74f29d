import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { errorWords } from '../../../renderer/data/words/errors.ts'
import { openAccounts } from './accounts.ts'
import { provision } from './provision.ts'
import { openSecrets } from './secrets.ts'
import { memoryKeyStore } from './test-support/memory-key-store.ts'

const store = memoryKeyStore()
const secrets = () => openSecrets(folder, store)
let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-accounts-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const alice = () => ({
  name: 'Alice',
  email: 'alice@example.test',
  password: 'Secret-1',
  incoming: { protocol: 'imap', host: 'localhost', port: 10993, security: 'tls', user: 'alice' },
  outgoing: { host: 'localhost', port: 10587, security: 'starttls', user: 'alice' },
})
async function run(content: unknown): Promise<void> {
  const file = join(folder, 'provision.json')
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  await provision(file, await openAccounts(folder, await secrets()))
}

it('adds an account, and updates it in place the second time', async () => {
  await run({ accounts: [alice()] })
  const [first] = (await openAccounts(folder, await secrets())).all
  await run({ accounts: [{ ...alice(), password: 'Secret-2', incoming: { ...alice().incoming, port: 993 } }] })
  const accounts = (await openAccounts(folder, await secrets())).all
  expect(accounts).toHaveLength(1)
  expect(accounts[0]).toMatchObject({ id: first!.id, incoming: { port: 993 } })
  expect(await (await secrets()).get(first!.id)).toBe('Secret-2')
  expect(await readFile(join(folder, 'accounts.json'), 'utf8')).not.toContain('Secret')
  if (process.platform !== 'win32') expect((await stat(join(folder, 'secrets.json'))).mode & 0o077).toBe(0)
})

it.each([
  [{ accounts: [{ ...alice(), email: 'nobody' }] }, 'accounts[0].email'],
  [{ accounts: [{ ...alice(), password: undefined }] }, 'accounts[0].password'],
  [{ accounts: [{ ...alice(), incoming: { ...alice().incoming, port: 0 } }] }, 'accounts[0].incoming.port'],
  [{ accounts: [{ ...alice(), incoming: { ...alice().incoming, security: 'ssl' } }] }, 'accounts[0].incoming.security'],
  [{ accounts: [{ ...alice(), incoming: { ...alice().incoming, security: 'none' } }] }, 'accounts[0].incoming.security'],
  [{ accounts: [{ ...alice(), outgoing: { ...alice().outgoing, hots: 'x' } }] }, 'accounts[0].outgoing'],
  [{ accounts: [] }, 'accounts'],
  [{}, 'accounts'],
  ['{ "password": "Secret-1"', 'not JSON'],
])('refuses a mistake naming the field: %#', async (content, field) => {
  const error = await run(content).then(
    () => null,
    (reason: Error) => reason,
  )
  expect(error && errorWords(error)).toContain(field)
  expect(error && errorWords(error)).not.toContain('Secret-1')
  expect((await openAccounts(folder, await secrets())).all).toEqual([])
})

it('takes plain text only with consent beside it', async () => {
  await run({ accounts: [{ ...alice(), incoming: { ...alice().incoming, security: 'none', allowPlaintext: true } }] })
  expect((await openAccounts(folder, await secrets())).all).toHaveLength(1)
})
