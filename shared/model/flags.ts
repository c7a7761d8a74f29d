/** Flags of a message (RFC 9051, 2.3.2): system flags and the keywords we know as bits, all other keywords by name. Nothing a server tells is dropped. */
import { z } from 'zod'

/** The flags we know, as bits. */
export const Flag = {
  seen: 1,
  answered: 2,
  flagged: 4,
  deleted: 8,
  draft: 16,
  forwarded: 32,
  junk: 64,
  notJunk: 128,
  mdnSent: 256,
} as const
export type FlagName = keyof typeof Flag

export const FlagBits = z.int().min(0).max(0xffff)
/** A keyword is an atom (RFC 9051, section 9: flag-keyword); compared without regard to case. */
export const Keyword = z
  .string()
  .max(255)
  .regex(/^[^\s(){%*"\\\]\u0000-\u001f\u007f]+$/)
/** `bits` of `Flag`, and the keywords that have no bit, as the server spells them. */
export const Flags = z.object({ bits: FlagBits, keywords: z.array(Keyword).max(1000) })
export type Flags = z.infer<typeof Flags>

const none: readonly string[] = Object.freeze([])

/** Flags without further keywords. */
export function flagsOf(bits: number): Flags {
  return { bits, keywords: none as string[] } // one array for all: most messages have none
}

const wireNames: Record<FlagName, string> = {
  seen: '\\Seen',
  answered: '\\Answered',
  flagged: '\\Flagged',
  deleted: '\\Deleted',
  draft: '\\Draft',
  forwarded: '$Forwarded',
  junk: '$Junk',
  notJunk: '$NotJunk',
  mdnSent: '$MDNSent',
}
const bitsByWireName = new Map(Object.entries(wireNames).map(([name, wire]) => [wire.toLowerCase(), Flag[name as FlagName]]))

/** From the flags of an IMAP answer. \Recent and other system flags nobody can set are no keywords. */
export function toFlags(names: Iterable<string>): Flags {
  let bits = 0
  let keywords = none as string[]
  for (const name of names) {
    const bit = bitsByWireName.get(name.toLowerCase())
    if (bit !== undefined) bits |= bit
    else if (!name.startsWith('\\') && Keyword.safeParse(name).success) keywords = keywords.length === 0 ? [name] : withKeyword(keywords, name)
  }
  return { bits, keywords }
}

function withKeyword(keywords: string[], name: string): string[] {
  return hasKeyword(keywords, name) ? keywords : [...keywords, name]
}

function hasKeyword(keywords: readonly string[], name: string): boolean {
  return keywords.some(one => one.toLowerCase() === name.toLowerCase())
}

/** IMAP names of flags, for STORE and APPEND. */
export function toFlagNames({ bits, keywords }: Flags): string[] {
  return [...(Object.keys(Flag) as FlagName[]).filter(name => bits & Flag[name]).map(name => wireNames[name]), ...keywords]
}

/** `flags` with some added, then some removed. */
export function changeFlags(flags: Flags, add: Flags, remove: Flags): Flags {
  const added = add.keywords.reduce(withKeyword, flags.keywords)
  const keywords = remove.keywords.length === 0 ? added : added.filter(name => !hasKeyword(remove.keywords, name))
  return { bits: (flags.bits | add.bits) & ~remove.bits, keywords }
}

/** The same flags, in whatever order. */
export function sameFlags(a: Flags, b: Flags): boolean {
  return a.bits === b.bits && a.keywords.length === b.keywords.length && a.keywords.every(name => hasKeyword(b.keywords, name))
}

export function isEmptyFlags({ bits, keywords }: Flags): boolean {
  return bits === 0 && keywords.length === 0
}

/**
 * Flags of many messages: `bits` has one entry a message, `keywords` only those that have some, as `[index, names]` with rising indexes. Flat, so that 100,000 of
 * them cross a process border in a moment.
 */
export const FlagList = z.object({ bits: z.array(FlagBits), keywords: z.array(z.tuple([z.int().min(0), z.array(Keyword)])) })
export type FlagList = z.infer<typeof FlagList>

export function toFlagList(flags: readonly Flags[]): FlagList {
  const list: FlagList = { bits: flags.map(({ bits }) => bits), keywords: [] }
  flags.forEach(({ keywords }, i) => {
    if (keywords.length > 0) list.keywords.push([i, keywords])
  })
  return list
}

/** Answers the flags of each message, to be asked with rising or any indexes. */
export function readFlagList({ bits, keywords }: FlagList): (index: number) => Flags {
  const named = new Map(keywords)
  return index => ({ bits: bits[index] ?? 0, keywords: named.get(index) ?? (none as string[]) })
}
