/**
 * Passwords by account, sealed under a key of this profile (`secrets.json`). Where that key is kept is the state:
 *
 *   host        the system's key store has it; nobody is asked
 *   passphrase  it is sealed under a passphrase, and the passwords are locked until that is typed
 *   run         nowhere, as the person chose: passwords end with the program
 *   unset       nowhere, and nobody has chosen yet: a password from `--provision` serves for this run
 *
 * A new home of the key is written and read back before the old one goes.
 */
import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { MailError, type Fact } from '../../../shared/errors.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import type { SecretsState } from '../../../shared/model/account-setup.ts'
import type { KeyStore } from '../host.ts'
import { createSerialQueue } from '../storage/atomic-file.ts'
import { openRecordFile, type Format, type RecordFile } from '../storage/records.ts'
import { keyBytes, keyFromPassphrase, newSalt, open, PassphraseSalt, seal, Sealed } from './sealed.ts'

const Home = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('host'), store: z.string(), token: z.string() }),
  z.object({ kind: z.literal('passphrase'), salt: PassphraseSalt, key: Sealed }),
])
type Home = z.infer<typeof Home>
/** An entry that is not sealed as it should be is as good as none, and stays in the file until there is another. */
const SecretsFile = z.object({ home: Home, passwords: z.record(z.string(), z.unknown()) })
type SecretsFile = z.infer<typeof SecretsFile>
const secretsFormat: Format<typeof SecretsFile> = { name: 'secrets.json', version: 2, schema: SecretsFile, upgrades: { 1: old => old } }

export interface Secrets {
  /** What could not be read, in sentences. */
  readonly warnings: readonly Fact[]
  readonly state: SecretsState
  /** Null where none is kept. Rejects (`auth`) while the passwords are locked. */
  get(account: AccountId): Promise<string | null>
  set(account: AccountId, password: string): Promise<void>
  remove(account: AccountId): Promise<void>
  /** Where there is no key store: what the person wants instead. */
  choose(how: { how: 'passphrase'; passphrase: string } | { how: 'run' }): Promise<void>
  /** False where it is the wrong passphrase. */
  unlock(passphrase: string): Promise<boolean>
}

const keyName = 'the key of this profile' // eslint-disable-line words/only-in-words -- authenticated with what is sealed, never shown

function openOrNull(key: Buffer, name: string, sealed: Sealed): string | null {
  try {
    return open(key, name, sealed)
  } catch {
    return null
  }
}

class FileSecrets implements Secrets {
  private readonly serially = createSerialQueue()
  private home: Home | null = null
  /** Null while locked. */
  private key: Buffer | null = null
  private chosenRun = false
  /** Open: every password. Locked: those typed or provisioned since. */
  private readonly passwords = new Map<AccountId, string>()
  private sealed: Record<AccountId, Sealed> = {}
  /** Entries of the file that are none, as they stand there. */
  private unread: Record<string, unknown> = {}
  readonly warnings: Fact[] = []

  constructor(
    private readonly path: string,
    private readonly file: RecordFile<SecretsFile>,
    private readonly store: KeyStore | null,
  ) {}

  get state(): SecretsState {
    if (this.home?.kind === 'host') return { kind: 'host', store: this.home.store, locked: this.key === null }
    if (this.home?.kind === 'passphrase') return { kind: 'passphrase', locked: this.key === null }
    return { kind: this.chosenRun ? 'run' : 'unset' }
  }

  async load(): Promise<void> {
    const kept = this.file.value
    if (this.file.problem !== null) this.warnings.push({ code: 'startup.passwords', params: {} })
    if (kept) {
      this.home = kept.home
      for (const [account, raw] of Object.entries(kept.passwords)) {
        const sealed = Sealed.safeParse(raw)
        if (sealed.success) this.sealed[account] = sealed.data
        else this.unread[account] = raw
      }
      if (kept.home.kind === 'host') await this.openWithStore(kept.home.token)
    } else if (this.store) {
      const kept = await this.keepInStore(this.store).catch(() => null) // one that fails leaves the choice to the person
      if (kept) await this.moveTo(kept)
    }
  }

  get(account: AccountId): Promise<string | null> {
    return this.serially(async () => {
      const password = this.passwords.get(account)
      if (password !== undefined) return password
      if (this.key === null && this.sealed[account]) {
        if (this.home?.kind === 'host') throw new MailError('auth', 'keyStore.locked', { store: this.home.store })
        throw new MailError('auth', 'passwords.locked')
      }
      return null
    })
  }

  set(account: AccountId, password: string): Promise<void> {
    return this.serially(() => this.change(account, password))
  }

  remove(account: AccountId): Promise<void> {
    return this.serially(() => this.change(account, null))
  }

  choose(how: { how: 'passphrase'; passphrase: string } | { how: 'run' }): Promise<void> {
    return this.serially(async () => {
      if (this.home?.kind === 'passphrase' && this.key === null) throw new MailError('refused', 'passwords.unlockFirst')
      if (this.home && this.key === null) await this.setAside()
      if (how.how === 'passphrase') {
        const salt = newSalt()
        const key = this.key ?? randomBytes(keyBytes)
        const wrapping = await keyFromPassphrase(how.passphrase, salt)
        await this.moveTo({ home: { kind: 'passphrase', salt, key: seal(wrapping, keyName, key.toString('base64')) }, key })
      } else {
        if (this.file.problem === null) await rm(this.path, { force: true })
        await this.forgetToken()
        this.home = null
        this.key = null
        this.sealed = {}
        this.chosenRun = true
      }
    })
  }

  unlock(passphrase: string): Promise<boolean> {
    return this.serially(async () => {
      const { home } = this
      if (home?.kind !== 'passphrase') throw new MailError('refused', 'passwords.noPassphrase')
      let key: Buffer
      try {
        key = Buffer.from(open(await keyFromPassphrase(passphrase, home.salt), keyName, home.key), 'base64')
      } catch {
        return false // the seal does not open: another passphrase
      }
      await this.useKey(key)
      return true
    })
  }

  /** The key store has lost the key, or does not give it: what is sealed under it stays in a file of its own, should the key come back. */
  private async setAside(): Promise<void> {
    await rename(this.path, `${this.path}.locked-${Date.now()}`)
    this.home = null
    this.sealed = {}
  }

  private async change(account: AccountId, password: string | null): Promise<void> {
    const sealed = { ...this.sealed }
    if (password === null) delete sealed[account]
    else if (this.key) sealed[account] = seal(this.key, account, password)
    // locked: the new one serves for this run, and the old one stays until the new one can be sealed in its place
    if (this.home) await this.write({ home: this.home, passwords: sealed })
    this.sealed = sealed
    if (password === null) this.passwords.delete(account)
    else this.passwords.set(account, password)
  }

  /** Opens what is sealed; what came in while locked is newer and is sealed too. An entry that does not open is as good as none: its password is asked for. */
  private async useKey(key: Buffer): Promise<void> {
    const typed = [...this.passwords]
    for (const [account, sealed] of Object.entries(this.sealed)) {
      const password = openOrNull(key, account, sealed)
      if (password !== null && !this.passwords.has(account)) this.passwords.set(account, password)
    }
    this.key = key
    for (const [account, password] of typed) await this.change(account, password)
  }

  private async openWithStore(token: string): Promise<void> {
    try {
      if (!this.store) return
      const key = Buffer.from(await this.store.reveal(token), 'base64')
      const sealed = Object.entries(this.sealed)
      // a key that opens nothing is another one, not the end of every entry
      if (sealed.length === 0 || sealed.some(([account, one]) => openOrNull(key, account, one) !== null)) await this.useKey(key)
    } catch {
      this.key = null // `state` says so, and every account that needs its password
    }
  }

  private async keepInStore(store: KeyStore): Promise<{ home: Home; key: Buffer }> {
    const key = randomBytes(keyBytes)
    const token = await store.keep(key.toString('base64'))
    if ((await store.reveal(token)) !== key.toString('base64')) throw new MailError('internal', 'keyStore.broken', { store: store.name })
    return { home: { kind: 'host', store: store.name, token }, key }
  }

  private async moveTo({ home, key }: { home: Home; key: Buffer }): Promise<void> {
    const passwords = Object.fromEntries([...this.passwords].map(([account, password]) => [account, seal(key, account, password)]))
    await this.write({ home, passwords })
    await this.forgetToken()
    this.home = home
    this.key = key
    this.sealed = passwords
    this.chosenRun = false
  }

  private async forgetToken(): Promise<void> {
    if (this.home?.kind === 'host') await this.store?.forget(this.home.token).catch(() => undefined) // an entry nobody uses any more
  }

  private write(content: SecretsFile): Promise<void> {
    return this.file.write({ ...content, passwords: { ...this.unread, ...content.passwords } })
  }
}

/** A host without a key store, or one that fails, leaves the choice to the person; so does a file that cannot be read. */
export async function openSecrets(dataFolder: string, store: KeyStore | null): Promise<Secrets> {
  const path = join(dataFolder, secretsFormat.name)
  const secrets = new FileSecrets(path, await openRecordFile(secretsFormat, path), store)
  await secrets.load()
  return secrets
}
