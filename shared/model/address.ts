/** Addresses of mailboxes, as they are typed and as servers take them. */
import { z } from 'zod'

/** RFC 5321, 4.1.2: a dot-string; with what is no ASCII as RFC 6531, 3.3 has it. */
const dotString = /^[^\s\p{Cc}@<>()[\]\\,;:".]+(\.[^\s\p{Cc}@<>()[\]\\,;:".]+)*$/u

/** In ASCII (RFC 5890) and lower case; null where it is no domain. */
function toAsciiDomain(typed: string): string | null {
  if (/^\[[0-9A-Za-z:.]+\]$/.test(typed)) return typed
  if (!/^[^\s\p{Cc}@<>()[\]\\,;:"/?#%]+$/u.test(typed)) return null // what ends a host, or is unescaped in it
  let domain: string
  try {
    domain = new URL(`http://${typed}/`).hostname
  } catch {
    return null // the URL standard knows what cannot be a host
  }
  // what is read as an address of the web is made another one: "a@0x7f.1" is not what was typed
  if (/^[!-~]+$/.test(typed) && domain !== typed.toLowerCase()) return null
  return domain.split('.').every(label => label.length <= 63 && /^[^-]/.test(label)) ? domain : null
}

const bytes = (text: string): number => new TextEncoder().encode(text).length

/** `local@domain` with the domain in ASCII, as SMTP takes it; null where that is no address. RFC 5321, 4.5.3.1: 64 and 254 bytes. */
export function toEnvelopeAddress(typed: string): string | null {
  const trimmed = typed.trim()
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, Math.max(at, 0))
  const domain = toAsciiDomain(trimmed.slice(at + 1))
  const address = `${local}@${domain}`
  return domain !== null && dotString.test(local) && bytes(local) <= 64 && bytes(address) <= 254 ? address : null
}

/** What stands behind the @, as servers are looked up; of an address that was taken. */
export function domainOf(address: string): string {
  return (toEnvelopeAddress(address) ?? address).replace(/^.*@/s, '').toLowerCase()
}

/** One that can be the address of an account: on a domain of more than one label. */
export function isEmailAddress(typed: string): boolean {
  return toEnvelopeAddress(typed) !== null && domainOf(typed).includes('.')
}

/** Kept as it was typed. */
export const EmailAddress = z.string().trim().refine(isEmailAddress, 'address.notWhole')
