/** A key store in memory, which outlives what is opened on it. */
import type { KeyStore } from '../../host.ts'

export function memoryKeyStore(): KeyStore & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>()
  return {
    name: 'Memory',
    kept,
    keep(secret) {
      const token = `token-${kept.size + 1}`
      kept.set(token, secret)
      return Promise.resolve(token)
    },
    reveal(token) {
      const secret = kept.get(token)
      return secret === undefined ? Promise.reject(new Error('no such entry')) : Promise.resolve(secret)
    },
    forget(token) {
      kept.delete(token)
      return Promise.resolve()
    },
  }
}
