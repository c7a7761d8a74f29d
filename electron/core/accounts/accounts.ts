/**
 * Accounts, in one atomic JSON file; passwords apart, behind `Secrets`. `protocol` is a field of the account, never part of an id.
 *
 * An account that cannot be read is not used; it stays in the file as it is, for a program that can.
 */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { toEnvelopeAddress } from '../../../shared/model/address.ts'
import { MailError, type Fact } from '../../../shared/errors.ts'
import { AccountId, type AccountInfo } from '../../../shared/model/account.ts'
import { imapStoreId, type StoreRef } from '../../../shared/model/folder.ts'
import { Incoming, Outgoing, type Described, type Edited } from '../../../shared/model/account-setup.ts'
import { createSerialQueue } from '../storage/atomic-file.ts'
import { isObject, openRecordFile, type Format, type RecordFile } from '../storage/records.ts'
import type { Secrets } from './secrets.ts'

/** As it is kept: its address was judged when it was added, and what is kept must stay readable. */
export const Account = z.object({
  id: AccountId,
  name: z.string().max(255),
  email: z.string(),
  incoming: Incoming,
  outgoing: Outgoing.nullable(),
  /** Goes up by one when the protocol is switched: what names a store of another generation is not read any more. */
  generation: z.int().min(1).default(1),
})
export type Account = z.infer<typeof Account>
const AccountsFile = z.object({ accounts: z.array(z.unknown()) })
const accountsFormat: Format<typeof AccountsFile> = { name: 'accounts.json', version: 2, schema: AccountsFile, upgrades: { 1: old => old } }

/** The store of an account whose mail is kept by an IMAP server. */
export function storeOf({ id, generation }: Pick<Account, 'id' | 'generation'>): StoreRef {
  return { account: id, store: imapStoreId(generation) }
}

export interface Accounts {
  readonly all: readonly Account[]
  /** What could not be read, in sentences. */
  readonly warnings: readonly Fact[]
  /** Adds the account, or updates the one with the same address and protocol host; the password is kept first. */
  save(described: Described): Promise<Account>
  /** Adds the account. Refuses (`invalid`) an address that is here already and a protocol that is not there yet. */
  add(described: Described): Promise<Account>
  /** Changes an account in place; without a password the one that is kept goes on. Refuses an address another account has, and another protocol. */
  update(id: AccountId, edited: Edited): Promise<Account>
  remove(id: AccountId): Promise<void>
  /** Throws `gone`. */
  get(id: AccountId): Account
}

export function toInfo({ id, name, email, incoming, outgoing }: Account): AccountInfo {
  return { id, name, email, protocol: incoming.protocol, plaintext: incoming.security === 'none' || outgoing?.security === 'none' }
}

interface AccountsRead {
  accounts: Account[]
  /** As they stand in the file. */
  unread: unknown[]
  warnings: Fact[]
}

function readAccounts(file: RecordFile<z.output<typeof AccountsFile>>): AccountsRead {
  const accounts: Account[] = []
  const unread: unknown[] = []
  const warnings: Fact[] = []
  if (file.problem !== null) warnings.push({ code: 'startup.accounts', params: {} })
  for (const raw of file.value?.accounts ?? []) {
    const account = Account.safeParse(raw)
    const isNew = account.success && !accounts.some(({ id }) => id === account.data.id)
    if (isNew) accounts.push(account.data)
    else unread.push(raw)
  }
  if (unread.length > 0) warnings.push({ code: 'startup.accountsUnread', params: { count: unread.length, emails: unread.map(nameOf).join(', ') } })
  return { accounts, unread, warnings }
}

function nameOf(raw: unknown): string {
  return isObject(raw) && typeof raw.email === 'string' ? raw.email.slice(0, 100) : '?'
}

export async function openAccounts(dataFolder: string, secrets: Secrets): Promise<Accounts> {
  const file = await openRecordFile(accountsFormat, join(dataFolder, accountsFormat.name))
  const { accounts, unread, warnings } = readAccounts(file)
  const keyOf = (email: string): string => (toEnvelopeAddress(email) ?? email).toLowerCase()
  const named = (email: string): Account | undefined => accounts.find(one => keyOf(one.email) === keyOf(email))

  /** Two changes at once must not each begin with what the other has not seen. */
  const serially = createSerialQueue()

  async function keep({ password, outgoing, ...described }: Described): Promise<Account> {
    const old = named(described.email)
    const account: Account = {
      ...described,
      outgoing: outgoing ?? null,
      id: old?.id ?? randomBytes(6).toString('hex'),
      generation: old?.generation ?? 1,
    }
    await secrets.set(account.id, password)
    await write(old ? accounts.map(one => (one === old ? account : one)) : [...accounts, account])
    return account
  }

  async function write(next: Account[]): Promise<void> {
    await file.write({ accounts: [...next, ...unread] })
    accounts.splice(0, accounts.length, ...next)
  }

  function get(id: AccountId): Account {
    const account = accounts.find(one => one.id === id)
    if (!account) throw new MailError('gone', 'account.gone')
    return account
  }

  return {
    get all() {
      return accounts
    },
    warnings,
    save: described => serially(() => keep(described)),
    add: described =>
      serially(async () => {
        if (described.incoming.protocol === 'pop3') throw new MailError('invalid', 'protocol.unsupported', { protocol: 'POP3' })
        if (named(described.email)) throw new MailError('invalid', 'account.exists', { email: described.email })
        return keep(described)
      }),
    update: (id, { password, outgoing, ...edited }) =>
      serially(async () => {
        const old = get(id)
        if (edited.incoming.protocol !== old.incoming.protocol) throw new MailError('invalid', 'protocol.fixed')
        const same = named(edited.email)
        if (same && same !== old) throw new MailError('invalid', 'account.exists', { email: edited.email })
        const account: Account = { ...edited, outgoing: outgoing ?? null, id, generation: old.generation }
        if (password !== undefined) await secrets.set(id, password)
        await write(accounts.map(one => (one === old ? account : one)))
        return account
      }),
    remove: id =>
      serially(async () => {
        const old = get(id)
        await secrets.remove(id) // first: an account without a password is seen and can be removed again, a password without an account is not
        await write(accounts.filter(one => one !== old))
      }),
    get,
  }
}
