/** Accounts, as every process knows them. */
import { z } from 'zod'
import { ErrorKind } from '../errors.ts'

export const AccountId = z.string().regex(/^[a-z0-9]{4,32}$/, 'an account id is 4 to 32 small letters or digits')
export type AccountId = z.infer<typeof AccountId>

export const Security = z.enum(['tls', 'starttls', 'none'])
export type Security = z.infer<typeof Security>

/** What windows know of an account: never a password. */
export const AccountInfo = z.object({
  id: AccountId,
  name: z.string(),
  email: z.string(),
  protocol: z.enum(['imap', 'pop3']),
  plaintext: z.boolean(),
})
export type AccountInfo = z.infer<typeof AccountInfo>

/** State of an account's connection. `since` and `retryAt` in ms; `message` is a sentence for people. */
export const AccountStatus = z.object({
  account: AccountId,
  state: z.enum(['connecting', 'syncing', 'ready', 'offline', 'refused']),
  since: z.number(),
  message: z.string(),
  /** What went wrong, where the person can do something about it. */
  problem: ErrorKind.nullable(),
  checkedAt: z.number().nullable(),
  retryAt: z.number().nullable(),
  /** While older mail follows: rows known and rows there, over all folders. */
  progress: z.object({ known: z.int(), total: z.int() }).nullable(),
})
export type AccountStatus = z.infer<typeof AccountStatus>
