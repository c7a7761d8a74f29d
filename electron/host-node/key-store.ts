/** The key store of the system for the Node host: Keychain, Credential Manager, or a Secret Service. The kernel's keyring is refused: it forgets at a restart. */
import { randomUUID } from 'node:crypto'
import type { KeyStore } from '../core/host.ts'

/** A key store may ask the person to unlock it; one that has not answered by then is not there. */
const deadlineMs = 60_000
const probeMs = 3_000
const service = 'Pillarbox'

const names: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Keychain', win32: 'Credential Manager' }

/** Null where the system has none, or where it does not keep what it is given. */
export async function openSystemKeyStore(): Promise<KeyStore | null> {
  if (process.env.PILLARBOX_KEY_STORE === 'none') return null // tests leave the person's own alone
  try {
    const { AsyncEntry } = await import('@napi-rs/keyring')
    const entry = (token: string) => new AsyncEntry(service, token, { linux: { store: 'secret-service' } })
    const store: KeyStore = {
      name: names[process.platform] ?? 'Secret Service',
      async keep(secret) {
        const token = randomUUID()
        await entry(token).setPassword(secret, AbortSignal.timeout(deadlineMs))
        return token
      },
      async reveal(token) {
        const secret = await entry(token).getPassword(AbortSignal.timeout(deadlineMs))
        if (secret === null) throw new Error('the key store has no such entry')
        return secret
      },
      async forget(token) {
        await entry(token).deleteCredential(AbortSignal.timeout(deadlineMs))
      },
    }
    await entry('probe').getPassword(AbortSignal.timeout(probeMs)) // throws where there is no service
    return store
  } catch {
    return null // without one the person chooses; why it is not there does not matter to them
  }
}
