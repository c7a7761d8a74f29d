/** What windows ask about accounts, their passwords and their servers' certificates. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import { MailError, toWireError } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import type { Described, Edited } from '../../../shared/model/account-setup.ts'
import { discover } from '../autoconfig/discover.ts'
import { toMailError } from '../net/errors.ts'
import { withoutInterception, type Trust } from '../net/trust.ts'
import { toInfo, type Account, type Accounts } from '../accounts/accounts.ts'
import { checkAccount } from '../accounts/check.ts'
import type { Secrets } from '../accounts/secrets.ts'

type AccountCalls = Extract<keyof typeof coreCalls, `${'accounts' | 'secrets' | 'certificates'}.${string}`>

export interface AccountCallsOptions {
  accounts: Accounts
  secrets: Secrets
  trust: Trust
  /** Starts reading an account, anew where it is being read; messages that wait are tried again. */
  start(account: Account): void
  /** Ends all work for it, and drops what only this computer has of it. */
  end(account: AccountId): Promise<void>
  /** An account is no longer there: the cache forgets it. Never rejects. */
  gone(): Promise<void>
  /** A password or a certificate changed: what waits for that goes on. */
  retry(account: AccountId | null): void
  /** What only this computer has of it. */
  onlyHere(account: AccountId): { outgoing: number; changes: number }
  accountsChanged(): void
  secretsChanged(): void
}

const lookMs = 8000

export function createAccountCalls(options: AccountCallsOptions): Pick<Handlers<typeof coreCalls>, AccountCalls> {
  const { accounts, secrets, trust } = options
  let tests = new AbortController()

  async function withPassword(edited: Edited, account: AccountId | null): Promise<Described> {
    const password = edited.password ?? (account === null ? null : await secrets.get(account))
    if (password === null) throw new MailError('invalid', 'password.missing')
    return { ...edited, password }
  }

  return {
    'accounts.discover': ({ email, probe }) => discover(email, probe),
    'accounts.check': async ({ described, account }) => checkAccount(await withPassword(described, account), { trust, signal: tests.signal }),
    'accounts.stopCheck': () => {
      tests.abort()
      tests = new AbortController()
      return null
    },
    'accounts.add': async described => {
      const account = await accounts.add(described)
      options.start(account)
      options.accountsChanged()
      return toInfo(account)
    },
    'accounts.describe': ({ account }) => {
      const { name, email, incoming, outgoing } = accounts.get(account)
      return { name, email, incoming, ...(outgoing && { outgoing }) }
    },
    'accounts.update': async ({ account: id, described }) => {
      const account = await accounts.update(id, described)
      options.start(account)
      options.accountsChanged()
      return toInfo(account)
    },
    'accounts.onlyHere': ({ account }) => options.onlyHere(accounts.get(account).id),
    'accounts.remove': async ({ account: id, confirmed }) => {
      const { email } = accounts.get(id)
      const { outgoing, changes } = options.onlyHere(id)
      if (outgoing + changes > 0 && confirmed.trim().toLowerCase() !== email.toLowerCase())
        throw new MailError('invalid', 'account.unconfirmed', { email })
      try {
        await options.end(id)
        await accounts.remove(id) // last: what was left behind without its account would never go
      } catch (error) {
        options.start(accounts.get(id)) // it is still there, to be removed again
        throw error
      }
      options.accountsChanged()
      await options.gone()
      return null
    },
    'accounts.certificates': async ({ account }) => {
      const { incoming, outgoing } = accounts.get(account)
      const servers = [{ protocol: 'imap' as const, endpoint: incoming }, ...(outgoing ? [{ protocol: 'smtp' as const, endpoint: outgoing }] : [])]
      const encrypted = servers.filter(({ endpoint }) => endpoint.security !== 'none')
      const looks = await Promise.allSettled(encrypted.map(({ protocol, endpoint }) => trust.look(protocol, endpoint, lookMs)))
      const failures = looks.flatMap((look, i) => {
        const { host } = encrypted[i]!.endpoint
        return look.status === 'rejected' ? [{ host, error: toWireError(toMailError(look.reason, host)) }] : []
      })
      const seen = looks.flatMap(look => (look.status === 'fulfilled' && look.value) || [])
      return { certificates: withoutInterception(seen), failures }
    },
    'certificates.trust': async certificate => {
      await trust.trust(certificate)
      options.retry(null)
      return null
    },
    'accounts.password': async ({ account, password }) => {
      accounts.get(account)
      await secrets.set(account, password)
      options.retry(account)
      return null
    },
    'secrets.choose': async choice => {
      await secrets.choose(choice)
      options.secretsChanged()
      return secrets.state
    },
    'secrets.unlock': async ({ passphrase }) => {
      const unlocked = await secrets.unlock(passphrase)
      if (!unlocked) return false
      options.secretsChanged()
      options.retry(null)
      return true
    },
  }
}
