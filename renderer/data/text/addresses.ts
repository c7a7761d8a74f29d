/**
 * Addresses as people type and paste them: `a@b.example`, `Name <a@b.example>`, `"Weber, Jonas" <j@w.example>`, `a@b.example (Name)`, lists with commas,
 * semicolons or line ends, groups (`Team: a@x.example, b@x.example;`). Forgiving: what is no address is kept as it was typed, to be mended. Pure.
 */
import type { Recipient } from '../../../shared/model/outgoing.ts'

const longest = 254 // RFC 5321, 4.5.3.1.3

/** True for what a mail server takes for an address (RFC 5321, 4.1.2, without quoted local parts and address literals; Unicode as in RFC 6531). */
export function isAddress(text: string): boolean {
  if (text.length > longest) return false
  const at = text.lastIndexOf('@')
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  return (
    at > 0 &&
    local.length <= 64 &&
    /^[^\s"(),:;<>@[\\\].]+(?:\.[^\s"(),:;<>@[\\\].]+)*$/u.test(local) &&
    domain.split('.').every(label => /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u.test(label))
  )
}

/** Cuts at commas, semicolons and line ends that stand outside of quotation marks, angle brackets and comments. */
function pieces(text: string): string[] {
  const found: string[] = []
  let piece = ''
  let quoted = false
  let angle = false
  let comment = 0
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!
    if (char === '\\' && quoted) {
      piece += char + (text[++i] ?? '')
      continue
    }
    if (char === '\n' || char === '\r') quoted = angle = false
    if (char === '"' && comment === 0 && (quoted || text.includes('"', i + 1))) quoted = !quoted
    else if (!quoted && char === '<') angle = true
    else if (!quoted && char === '>') angle = false
    else if (!quoted && char === '(' && text.includes(')', i + 1)) comment++
    else if (!quoted && char === ')' && comment > 0) comment--
    const cuts = char === '\n' || char === '\r' || (!quoted && !angle && comment === 0 && (char === ',' || char === ';'))
    if (cuts) {
      found.push(piece)
      piece = ''
    } else piece += char
  }
  found.push(piece)
  return found.map(piece => piece.trim()).filter(piece => piece !== '')
}

function unquoted(name: string): string {
  const bare = name.trim()
  const inner = /^"(.*)"$/su.exec(bare)?.[1] ?? /^'(.*)'$/su.exec(bare)?.[1]
  return (inner?.replace(/\\(.)/gsu, '$1') ?? bare).replace(/\s+/gu, ' ').trim()
}

function recipientOf(piece: string): Recipient {
  const angle = /^(.*?)<\s*(?:mailto:)?([^<>]*?)\s*>\s*$/su.exec(piece)
  if (angle) return [unquoted(angle[1]!), angle[2]!]
  const comment = /^(\S+)\s*\(([^()]*)\)$/u.exec(piece)
  if (comment && isAddress(comment[1]!)) return [comment[2]!.trim(), comment[1]!]
  const bare = piece.replace(/^mailto:/iu, '')
  const trailing = /^(.*\S)\s+(\S+@\S+)$/su.exec(bare) // "Jonas Weber jonas@weber.example"
  if (trailing && isAddress(trailing[2]!)) return [unquoted(trailing[1]!), trailing[2]!]
  return ['', bare]
}

/** Everyone named in a text, in order. */
export function parseRecipients(text: string): Recipient[] {
  return pieces(text)
    .map(piece => piece.replace(/^[^"<@,;]{1,60}:\s+(?=\S*@|"|\S+ )/u, '')) // the name of a group
    .flatMap(piece => {
      const words = piece.split(/\s+/u)
      if (words.length > 1 && words.every(isAddress)) return words.map((word): Recipient => ['', word]) // a column of addresses
      return piece === '' ? [] : [recipientOf(piece)]
    })
    .map(([name, address]): Recipient => [name === address ? '' : name.slice(0, 1000), address.slice(0, 1000)])
}

/** As it is typed: `Jonas Weber <jonas@weber.example>`; a name that holds punctuation is quoted. */
export function formatRecipient([name, address]: Recipient): string {
  if (name === '') return address
  const safe = /[",;:<>@()[\]\\]/u.test(name) ? `"${name.replace(/(["\\])/gu, '\\$1')}"` : name
  return `${safe} <${address}>`
}

/** Equal for one mailbox, whatever the case. */
export function addressKey([, address]: Recipient): string {
  return address.trim().toLowerCase()
}

/** Those of `added` that are not in any of `there`, each once. */
export function newRecipients(added: readonly Recipient[], ...there: (readonly Recipient[])[]): Recipient[] {
  const seen = new Set(there.flat().map(addressKey))
  return added.filter(recipient => {
    const key = addressKey(recipient)
    if (seen.has(key)) return false
    seen.add(key)
    return true
  })
}
