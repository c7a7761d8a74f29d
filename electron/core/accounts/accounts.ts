/**
 * Accounts, in one atomic JSON file; passwords apart, behind `Secrets`. `protocol` is a field of the account, never part of an id.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { AccountId, Security, type AccountInfo } from '../../../shared/model.ts'
import { readJson, writeAtomic } from '../vault/atomic-file.ts'
import type { Secrets } from './secrets.ts'

const port = z.int().min(1).max(65_535)
const text = z.string().trim().min(1).max(255)

const server = z.object({ host: text, port, security: Security, user: text, allowPlaintext: z.boolean().optional() }).strict()
const consent = (one: z.infer<typeof server>): boolean => one.security !== 'none' || one.allowPlaintext === true
const consentError = { message: '"none" sends the password in the clear; say "allowPlaintext": true beside it if you mean it', path: ['security'] }

export const Incoming = server.extend({ protocol: z.enum(['imap', 'pop3']) }).refine(consent, consentError)
export const Outgoing = server.refine(consent, consentError)
export type Incoming = z.infer<typeof Incoming>

export const Account = z.object({ id: AccountId, name: z.string().max(255), email: z.email(), incoming: Incoming, outgoing: Outgoing.nullable() })
export type Account = z.infer<typeof Account>
const AccountsFile = z.object({ format: z.literal(1), accounts: z.array(Account) })

/** What an administrator or test describes; see README, `--provision`. */
export const Described = z
  .object({ name: z.string().trim().max(255), email: z.email(), password: z.string().min(1), incoming: Incoming, outgoing: Outgoing.optional() })
  .strict()
export type Described = z.infer<typeof Described>

export interface Accounts {
  readonly all: readonly Account[]
  /** Adds the account, or updates the one with the same address and protocol host; the password is kept first. */
  save(described: Described): Promise<Account>
}

export function toInfo({ id, name, email, incoming, outgoing }: Account): AccountInfo {
  return { id, name, email, protocol: incoming.protocol, plaintext: incoming.security === 'none' || outgoing?.security === 'none' }
}

export async function openAccounts(dataFolder: string, secrets: Secrets): Promise<Accounts> {
  const file = join(dataFolder, 'accounts.json')
  const accounts = (await readJson(file, AccountsFile, { format: 1, accounts: [] })).accounts
  return {
    get all() {
      return accounts
    },
    async save({ password, outgoing, ...described }) {
      const old = accounts.find(({ email }) => email.toLowerCase() === described.email.toLowerCase())
      const account: Account = { ...described, outgoing: outgoing ?? null, id: old?.id ?? randomBytes(6).toString('hex') }
      await secrets.set(account.id, password)
      const next = old ? accounts.map(one => (one === old ? account : one)) : [...accounts, account]
      await writeAtomic(file, `${JSON.stringify({ format: 1, accounts: next }, null, 2)}\n`)
      accounts.splice(0, accounts.length, ...next)
      return account
    },
  }
}
