/**
 * Passwords by account. This first store is a file only this user can read (0600), as the profile folder is (0700); the host's key store takes its place
 * behind the same interface (docs/debts.md).
 */
import { join } from 'node:path'
import { z } from 'zod'
import type { AccountId } from '../../../shared/model.ts'
import { createTurns, readJson, writeAtomic } from '../vault/atomic-file.ts'

export interface Secrets {
  /** Null where none is kept. */
  get(account: AccountId): Promise<string | null>
  set(account: AccountId, password: string): Promise<void>
}

const SecretsFile = z.record(z.string(), z.string())

export function openFileSecrets(dataFolder: string): Secrets {
  const file = join(dataFolder, 'secrets.json')
  const inTurn = createTurns()
  return {
    get: async account => (await readJson(file, SecretsFile, {}))[account] ?? null,
    set: (account, password) =>
      inTurn(async () => writeAtomic(file, JSON.stringify({ ...(await readJson(file, SecretsFile, {})), [account]: password }))),
  }
}
