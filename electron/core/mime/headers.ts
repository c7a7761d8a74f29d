/**
 * Header blocks (RFC 5322, 2.2) to `HeaderRow`s: unfolded, encoded words decoded (RFC 2047), raw 8-bit read as UTF-8 or else windows-1252. Never throws:
 * whatever a message has in its header, a row comes out.
 */
import libmime from 'libmime'
import addressparser from 'nodemailer/lib/addressparser'
import { pageSlots } from '../../../shared/batch.ts'
import { hashText } from '../../../shared/model/hash.ts'
import { type Address, type HeaderRow, type People } from '../../../shared/model/message.ts'
import { shownText } from '../../../shared/model/shown-text.ts'

/** Fields asked for in the first pass. */
export const headerFields = ['From', 'To', 'Cc', 'Reply-To', 'Subject', 'Date', 'Message-ID', 'In-Reply-To', 'References', 'List-Unsubscribe']

/** Bytes of a header that are read: ten thousand people with their names, and no more of a hostile one. */
export const headerLimit = 1 << 20
/** People of one message. */
const mostPeople = 10_000
/** Characters of a field, other than one of addresses. */
export const longestField = 20_000
const longestSubject = 1000
/** Of one field in a row, where names and addresses have `longestField` characters together. */
const mostInRow = 100
/** A draft takes so many characters (shared/message-content.ts). A name may be shortened to that; an address never is. */
const longestName = 1000
const mostReferences = 40
const utf8 = new TextDecoder('utf-8', { fatal: true })
const windows1252 = new TextDecoder('windows-1252')

/** Text of raw bytes: UTF-8 where they are valid, else windows-1252. Of bytes that were `cut`, a character that is not whole is left out. */
export function decodeRaw(bytes: Uint8Array, cut = false): string {
  try {
    // a stream holds back an unfinished character, and must not hand it to the next text
    return cut ? new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true }) : utf8.decode(bytes)
  } catch {
    return windows1252.decode(bytes) // not UTF-8: every byte has a meaning here
  }
}

/** Fields in order, names as written, values unfolded but not decoded. Lines that are no field are left out. */
export function splitHeader(block: Uint8Array): [name: string, value: string][] {
  const fields: [string, string][] = []
  for (const line of decodeRaw(block).split(/\r\n|\n|\r/)) {
    const last = fields.at(-1)
    if (/^[ \t]/.test(line)) {
      if (last && last[1].length < headerLimit) last[1] += ` ${line.trim()}`
      continue
    }
    const colon = line.indexOf(':')
    if (colon <= 0) continue
    const name = line.slice(0, colon).trimEnd()
    if (/^[!-9;-~]+$/.test(name)) fields.push([name, line.slice(colon + 1).trim()])
  }
  return fields
}

// Control characters would break lines of the window and names of files.
const controls = /[\u0000-\u001f\u007f]+/g

export function decodeText(value: string): string {
  if (!value.includes('=?')) return value.replace(controls, ' ')
  try {
    return libmime.decodeWords(value).replace(controls, ' ')
  } catch {
    return value.replace(controls, ' ') // an encoded word nobody can read stays as it was written
  }
}

/** What is too long for an address is none; it is shown by name. */
function toAddress(name: string, address: string): Address {
  const [shown, usable] = address.length > longestName ? [`${name} ${address}`, ''] : [name, address]
  return [
    shown
      .slice(0, longestName)
      .replace(/[\ud800-\udbff]$/, '')
      .trim(),
    usable,
  ]
}

function flatten(parsed: ReturnType<typeof addressparser>, into: Address[]): Address[] {
  for (const entry of parsed) {
    if (into.length > mostPeople) break // one more, so that it is known
    if ('group' in entry && entry.group) flatten(entry.group, into)
    else into.push(toAddress(shownText(decodeText(entry.name ?? '')).trim(), (entry.address ?? '').replace(controls, '')))
  }
  return into
}

/** `Name <address>` with nothing special in it: nearly all of them, ten times as fast. */
const plainAddress = /^(?:"([^"\\=]*)"|([^"<>,;:()\\=@]*?))\s*<([^<>\s,"()]+)>$/

/**
 * A string in quotes is never an address (RFC 5322, 3.4): one that stands before the real address as if it were another is its name. Bounded, so that a hostile
 * field costs no more than its length.
 */
const quotedBeforeAddress = /("(?:[^"\\]|\\.){0,1000}")\s*[,;]\s*(?=<)/g
/** In From, where one stands alone it is no second author either. */
const quotedBeforeName = /(?<=(?:^|[,;])\s*)("(?:[^"\\]|\\.){0,1000}")\s*[,;](?=[^]*@)/g

/** `strict`: of the field From, where nobody is to be taken for somebody else; elsewhere nobody is to be lost. */
export function parseAddresses(given: string, strict = false): Address[] {
  const value = given.includes('"') ? given.replace(strict ? quotedBeforeName : quotedBeforeAddress, '$1 ') : given
  const plain = plainAddress.exec(value)
  if (plain) return [toAddress(shownText(plain[1] ?? plain[2] ?? ''), plain[3]!)]
  if (value === '') return []
  try {
    return flatten(addressparser(value), [])
  } catch {
    return [toAddress(shownText(decodeText(value)), '')] // shown as written
  }
}

function messageIds(value: string): string[] {
  return value.match(/<[^<>\s]+>/g) ?? (value.trim() ? [value.trim().split(/\s+/)[0]!] : [])
}

function sameAddresses(a: Address[], b: Address[]): boolean {
  return a.length === b.length && a.every(([, address], i) => address === b[i]![1])
}

/** Fields by their names in small letters: the first of each, of recipients all. */
function fieldsOf(header: [name: string, value: string][]): Map<string, string> {
  const fields = new Map<string, string>()
  for (const [name, value] of header) {
    const key = name.toLowerCase()
    const before = fields.get(key)
    if (before === undefined) fields.set(key, value)
    else if (key === 'to' || key === 'cc') fields.set(key, `${before}, ${value}`)
  }
  return fields
}

/** Everyone a whole header block names. Where it was cut, or names more than we read, that is said, and nobody is named by half an address. */
export function toPeople(block: Uint8Array): People {
  const isCut = block.length >= headerLimit
  const fields = fieldsOf(splitHeader(isCut ? block.subarray(0, Math.max(0, block.lastIndexOf(10))) : block))
  const addresses = (key: string): Address[] => parseAddresses(fields.get(key) ?? '', key === 'from')
  const [from, to, cc, replyTo] = [addresses('from'), addresses('to'), addresses('cc'), addresses('reply-to')]
  const complete = !isCut && from.length + to.length + cc.length + replyTo.length <= mostPeople
  return { from, to: to.slice(0, mostPeople), cc: cc.slice(0, mostPeople), replyTo, complete }
}

/** As many whole addresses as a row keeps. */
function short(addresses: Address[]): Address[] {
  let room = longestField
  const end = addresses.slice(0, mostInRow).findIndex(([name, address]) => (room -= name.length + address.length) < 0)
  return addresses.slice(0, end < 0 ? mostInRow : end)
}

/** One row, and the hashes that go to typed columns. */
export function toHeaderRow(block: Uint8Array): { row: HeaderRow; hash: number; thread: number } {
  const fields = fieldsOf(splitHeader(block))
  const text = (key: string): string => (fields.get(key) ?? '').slice(0, longestField)
  const more: HeaderRow['more'] = {}
  const addresses = (key: string, field: keyof typeof more): Address[] => {
    const all = parseAddresses((fields.get(key) ?? '').slice(0, headerLimit), key === 'from')
    const kept = short(all)
    if (kept.length < all.length) more[field] = all.length - kept.length
    return kept
  }
  const from = addresses('from', 'from')
  const to = addresses('to', 'to')
  const cc = addresses('cc', 'cc')
  const replyTo = addresses('reply-to', 'replyTo')
  const messageId = messageIds(text('message-id'))[0]
  const inReplyTo = messageIds(text('in-reply-to'))[0]
  const references = messageIds(text('references'))
  const date = Date.parse(text('date').replace(/\s*\([^)]*\)\s*$/, ''))
  const unsubscribe = text('list-unsubscribe')
  const row: HeaderRow = {
    from,
    to,
    ...(cc.length > 0 && { cc }),
    ...(replyTo.length > 0 && !sameAddresses(replyTo, from) && { replyTo }),
    ...(Object.keys(more).length > 0 && { more }),
    subject: shownText(decodeText(text('subject'))).slice(0, longestSubject),
    ...(!Number.isNaN(date) && { date }),
    ...(messageId && { messageId }),
    ...(inReplyTo && { inReplyTo }),
    ...(references.length > 0 && {
      references: references.length > mostReferences ? [references[0]!, ...references.slice(1 - mostReferences)] : references,
    }),
    ...(unsubscribe && { unsubscribe }),
  }
  return { row, hash: hashText(messageId), thread: hashText(references[0] ?? inReplyTo ?? messageId) }
}

/** Many header blocks in one buffer, which crosses to the worker without being copied block by block (a view would bring its whole pool along). */
export interface PackedHeaders {
  bytes: Uint8Array<ArrayBuffer>
  lengths: number[]
}

export function packHeaders(blocks: Uint8Array[]): PackedHeaders {
  const bytes = new Uint8Array(blocks.reduce((sum, block) => sum + block.length, 0))
  let at = 0
  for (const block of blocks) {
    bytes.set(block, at)
    at += block.length
  }
  return { bytes, lengths: blocks.map(block => block.length) }
}

export interface ParsedHeaders {
  /** JSON arrays of at most `pageSlots` rows. */
  pages: string[]
  hashes: number[]
  threads: number[]
}

/** Rows of many messages as pages; `first` is how many rows fill up the folder's last page. */
export function parseHeaders({ bytes, lengths }: PackedHeaders, first = pageSlots): ParsedHeaders {
  let at = 0
  const parsed = lengths.map(length => toHeaderRow(bytes.subarray(at, (at += length))))
  const pages: string[] = []
  for (let i = 0; i < parsed.length;) {
    const count = i === 0 ? first : pageSlots
    pages.push(JSON.stringify(parsed.slice(i, i + count).map(({ row }) => row)))
    i += count
  }
  return { pages, hashes: parsed.map(({ hash }) => hash), threads: parsed.map(({ thread }) => thread) }
}
