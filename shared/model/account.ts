/** Accounts, as every process knows them. */
import { z } from 'zod'
import { WireError } from '../errors.ts'

export const AccountId = z.string().regex(/^[a-z0-9]{4,32}$/)
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

/** State of an account's connection. `since` and `retryAt` in ms. */
export const AccountStatus = z.object({
  account: AccountId,
  state: z.enum(['connecting', 'syncing', 'ready', 'offline', 'refused']),
  since: z.number(),
  /** Why it is offline or refused, or what ended the work on a folder (`ready` beside it would be untrue). */
  error: WireError.nullable(),
  /** True where waiting alone will not mend it: the person must know. */
  needsPerson: z.boolean(),
  /** Why there is no cache, as far as that is known: nothing is up to date without one. Null: there is one, or nobody asked yet. */
  noCache: z.enum(['opening', 'full', 'damaged']).nullable(),
  /** The name of a folder the server did not give all of. */
  incomplete: z.string().nullable(),
  checkedAt: z.number().nullable(),
  retryAt: z.number().nullable(),
  /** While older mail follows: rows known and rows there, over all folders. */
  progress: z.object({ known: z.int(), total: z.int() }).nullable(),
})
export type AccountStatus = z.infer<typeof AccountStatus>
