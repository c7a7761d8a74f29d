/**
 * Text under a key: AES-256-GCM with a fresh nonce for each text (NIST SP 800-38D), and a key made from a passphrase by scrypt (RFC 7914). A wrong key or a
 * changed byte makes `open` throw.
 */
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { z } from 'zod'

/** Base64 each. */
export const Sealed = z.object({ nonce: z.string(), tag: z.string(), data: z.string() })
export type Sealed = z.infer<typeof Sealed>

export const PassphraseSalt = z.object({
  salt: z.string(),
  n: z
    .int()
    .min(2)
    .max(2 ** 20),
  r: z.int().min(1).max(32),
  p: z.int().min(1).max(16),
})
export type PassphraseSalt = z.infer<typeof PassphraseSalt>

export const keyBytes = 32

/** `name` is bound to the text: a sealed text moved to another name does not open. */
export function seal(key: Uint8Array, name: string, text: string): Sealed {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(name, 'utf8'))
  const data = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()])
  return { nonce: nonce.toString('base64'), tag: cipher.getAuthTag().toString('base64'), data: data.toString('base64') }
}

export function open(key: Uint8Array, name: string, { nonce, tag, data }: Sealed): string {
  const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(nonce, 'base64'), { authTagLength: 16 })
  decipher.setAAD(Buffer.from(name, 'utf8'))
  decipher.setAuthTag(Buffer.from(tag, 'base64'))
  return Buffer.concat([decipher.update(Buffer.from(data, 'base64')), decipher.final()]).toString('utf8')
}

/** About 0.1 s and 32 MiB a guess. */
export function newSalt(): PassphraseSalt {
  return { salt: randomBytes(16).toString('base64'), n: 2 ** 15, r: 8, p: 1 }
}

export function keyFromPassphrase(passphrase: string, { salt, n, r, p }: PassphraseSalt): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 128 * n * r * 2 }
    scrypt(passphrase.normalize('NFKC'), Buffer.from(salt, 'base64'), keyBytes, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
