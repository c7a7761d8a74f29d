/**
 * The key store of the system through Electron's safeStorage (https://electronjs.org/docs/api/safe-storage), asynchronous calls only. On Linux `basic_text` means
 * that nothing is protected: then there is no key store. The token is the encrypted secret itself, so there is nothing to forget.
 */
import { safeStorage } from 'electron'
import type { KeyStore } from '../core/host.ts'

const names: Partial<Record<NodeJS.Platform, string>> = { darwin: 'Keychain', win32: 'Windows data protection' }
const unprotected = new Set(['basic_text', 'unknown'])

/** To be called after `ready`. Null where the system protects nothing. */
export async function openSystemKeyStore(): Promise<KeyStore | null> {
  if (process.env.PILLARBOX_KEY_STORE === 'none') return null // tests leave the person's own alone
  if (!(await safeStorage.isAsyncEncryptionAvailable())) return null
  if (process.platform === 'linux' && unprotected.has(safeStorage.getSelectedStorageBackend())) return null
  return {
    name: names[process.platform] ?? 'Secret Service',
    keep: async secret => (await safeStorage.encryptStringAsync(secret)).toString('base64'),
    reveal: async token => (await safeStorage.decryptStringAsync(Buffer.from(token, 'base64'))).result,
    forget: () => Promise.resolve(),
  }
}
