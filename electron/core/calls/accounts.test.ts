import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Described } from '../../../shared/model/account-setup.ts'
import { openTrust } from '../net/trust.ts'
import { createAccountCalls } from './accounts.ts'
import { openAccounts } from '../accounts/accounts.ts'
import { openSecrets } from '../accounts/secrets.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-account-calls-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const alice: Described = {
  name: 'Alice',
  email: 'alice@example.test',
  password: 'Secret-1',
  incoming: { protocol: 'imap', host: 'localhost', port: 10993, security: 'tls', user: 'alice' },
}

it('says which servers nobody could look at, and looks for no certificate where nothing is encrypted', async () => {
  const secrets = await openSecrets(folder, null)
  const accounts = await openAccounts(folder, secrets)
  const calls = createAccountCalls({
    ...{ accounts, secrets, trust: await openTrust(folder, () => Date.now()) },
    ...{ start: () => undefined, end: () => Promise.resolve(), gone: () => Promise.resolve(), retry: () => undefined },
    ...{ onlyHere: () => ({ outgoing: 0, changes: 0 }), accountsChanged: () => undefined, secretsChanged: () => undefined },
  })
  const closed = { host: 'localhost', port: 1, user: 'alice' }
  const { id } = await calls['accounts.add']({
    ...alice,
    incoming: { protocol: 'imap', ...closed, security: 'none', allowPlaintext: true },
    outgoing: { ...closed, security: 'tls' },
  })
  expect(await calls['accounts.certificates']({ account: id })).toEqual({
    certificates: [],
    failures: [{ host: 'localhost', error: expect.objectContaining({ kind: 'offline' }) as unknown }],
  })
})

it('keeps an account whose messages could not be dropped, so that it can be removed again', async () => {
  const secrets = await openSecrets(folder, null)
  const accounts = await openAccounts(folder, secrets)
  const done: string[] = []
  let isFull = true
  const calls = createAccountCalls({
    ...{ accounts, secrets, trust: await openTrust(folder, () => Date.now()) },
    start: () => void done.push('start'),
    end: () => {
      done.push('end')
      return isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve()
    },
    gone: async () => void done.push('gone'),
    retry: () => undefined,
    onlyHere: () => ({ outgoing: 0, changes: 0 }),
    accountsChanged: () => void done.push('changed'),
    secretsChanged: () => undefined,
  })
  const { id } = await calls['accounts.add'](alice)
  done.length = 0
  await expect(calls['accounts.remove']({ account: id, confirmed: '' })).rejects.toThrow('ENOSPC')
  expect(accounts.all).toHaveLength(1)
  expect(await secrets.get(id)).toBe('Secret-1')
  isFull = false
  await calls['accounts.remove']({ account: id, confirmed: '' })
  expect(accounts.all).toEqual([])
  expect(done).toEqual(['end', 'start', 'end', 'changed', 'gone'])
  expect(await secrets.get(id)).toBeNull()
})
