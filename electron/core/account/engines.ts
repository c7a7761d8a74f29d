/** The engines of all accounts that are read: begun and ended with their accounts, and told together what concerns all. */
import { MailError } from '../../../shared/errors.ts'
import type { AccountId, AccountStatus } from '../../../shared/model/account.ts'
import type { Account } from '../accounts/accounts.ts'
import type { Attachment } from '../cache/port.ts'
import type { AccountEngine } from './account-engine.ts'

export interface EnginesOptions {
  create(account: Account): AccountEngine
  /** What the cache page has once it was told of the accounts there are now; null where there is none. */
  renewCache(): Promise<Attachment | null>
}

export class Engines {
  readonly #options: EnginesOptions
  readonly #all = new Map<AccountId, AccountEngine>()

  constructor(options: EnginesOptions) {
    this.#options = options
  }

  get statuses(): AccountStatus[] {
    return [...this.#all.values()].map(engine => engine.status)
  }

  get accounts(): AccountId[] {
    return [...this.#all.keys()]
  }

  find(account: AccountId): AccountEngine | undefined {
    return this.#all.get(account)
  }

  /** Throws `gone`. */
  of(account: AccountId): AccountEngine {
    const engine = this.#all.get(account)
    if (!engine) throw new MailError('gone', 'account.gone')
    return engine
  }

  /** Also in place of an engine that has the account as it was. */
  start(account: Account): void {
    this.#all.get(account.id)?.dispose()
    const engine = this.#options.create(account)
    this.#all.set(account.id, engine)
    engine.start()
    void this.#options.renewCache().then(fresh => {
      if (fresh && this.#all.get(account.id) === engine) engine.attach(fresh)
    })
  }

  end(account: AccountId): void {
    this.#all.get(account)?.dispose()
    this.#all.delete(account)
  }

  attach(attachment: Attachment): void {
    for (const engine of this.#all.values()) engine.attach(attachment)
  }

  detach(): void {
    for (const engine of this.#all.values()) engine.detach()
  }

  cacheProblemChanged(): void {
    for (const engine of this.#all.values()) engine.cacheProblemChanged()
  }

  /** Null: every account. */
  checkNow(account: AccountId | null): void {
    for (const [id, engine] of this.#all) if (account === null || account === id) engine.checkNow()
  }

  networkChanged(): void {
    for (const engine of this.#all.values()) engine.networkChanged()
  }

  dispose(): void {
    for (const engine of this.#all.values()) engine.dispose()
  }
}
