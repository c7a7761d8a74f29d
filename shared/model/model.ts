/**
 * The nouns every process shares. Ids of folders and messages are given by the cache and are stable within one epoch of it; whatever must outlive an
 * epoch holds a `MessageRef`.
 */
import { z } from 'zod'
import { ErrorKind } from '../errors.ts'
import { Ranges } from '../ranges.ts'

export const AccountId = z.string().regex(/^[a-z0-9]{4,32}$/, 'an account id is 4 to 32 small letters or digits')
export type AccountId = z.infer<typeof AccountId>
/** Given by the cache, stable within one epoch. */
export const FolderId = z.int().min(1).max(0xffffffff)
export type FolderId = z.infer<typeof FolderId>
/** The local id of a message: given by the cache, stable within one epoch, kept when the message moves or its UID changes. */
export const MessageId = z.int().min(1).max(0xffffffff)
export type MessageId = z.infer<typeof MessageId>

export const Security = z.enum(['tls', 'starttls', 'none'])
export type Security = z.infer<typeof Security>

/** Special use of a folder (RFC 6154). */
export const Role = z.enum(['inbox', 'drafts', 'sent', 'archive', 'junk', 'trash', 'all', 'flagged', 'none'])
export type Role = z.infer<typeof Role>

/** System flags and the keywords we show (RFC 9051, 2.3.2), as bits of `marks.flags`. */
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

/** Bits for the flags of an IMAP answer; flags we do not show are left out. */
export function toFlagBits(names: Iterable<string>): number {
  let bits = 0
  for (const name of names) bits |= bitsByWireName.get(name.toLowerCase()) ?? 0
  return bits
}

/** IMAP names of the flags in `bits`, for STORE. */
export function toFlagNames(bits: number): string[] {
  return (Object.keys(Flag) as FlagName[]).filter(name => bits & Flag[name]).map(name => wireNames[name])
}

/** Where a message was seen; a `MessageRef` holds all that is known. `uid` 0: not known just now (the folder is being relinked), found by identity. */
export const Locator = z.object({
  kind: z.literal('imap'),
  folder: z.string().min(1),
  uidValidity: z.int().min(0),
  uid: z.int().min(0).max(0xffffffff),
})
export type Locator = z.infer<typeof Locator>

/** Names a message beyond one epoch of the cache (ARCHITECTURE, Identity). `size` is RFC822.SIZE in bytes, `date` INTERNALDATE in seconds. */
export const MessageRef = z.object({
  account: AccountId,
  locators: z.array(Locator).min(1),
  messageIdHash: z.int().min(0),
  size: z.int().min(0),
  date: z.int().min(0),
})
export type MessageRef = z.infer<typeof MessageRef>

/** What a message is, without where: enough to know it again. */
export const MessageIdentity = MessageRef.omit({ locators: true })
export type MessageIdentity = z.infer<typeof MessageIdentity>

export function sameMessage(a: MessageIdentity, b: MessageIdentity): boolean {
  return a.account === b.account && a.messageIdHash === b.messageIdHash && a.size === b.size && a.date === b.date
}

export const Address = z.tuple([z.string(), z.string()])
export type Address = [name: string, address: string]

/** One row of a header page. Written once by the core as JSON, never changed. `messageId` keeps its angle brackets; `replyTo` only where it differs from `from`. */
export interface HeaderRow {
  from: Address[]
  to: Address[]
  cc?: Address[]
  replyTo?: Address[]
  /** How many addresses of a field the row does not keep. Rows written before there was this count may lack some without it. */
  more?: { from?: number; to?: number; cc?: number; replyTo?: number }
  subject: string
  /** The `Date` field in milliseconds, absent where the field is. INTERNALDATE is in `columns.date`. */
  date?: number
  messageId?: string
  inReplyTo?: string
  references?: string[]
  /** `List-Unsubscribe` as the message has it. */
  unsubscribe?: string
}

/** One leaf of BODYSTRUCTURE (RFC 9051, 7.5.2). `part` is its section number; `size` is in encoded bytes. */
export const Part = z.object({
  part: z.string(),
  type: z.string(),
  charset: z.string().optional(),
  encoding: z.string().optional(),
  size: z.int().min(0),
  filename: z.string().optional(),
  contentId: z.string().optional(),
  disposition: z.enum(['inline', 'attachment']).optional(),
})
export type Part = z.infer<typeof Part>

/** What the later pass learns of a message: the first words and its attachments. */
export const Preview = z.object({ snippet: z.string().max(400), attachments: z.array(Part) })
export type Preview = z.infer<typeof Preview>

/** Everyone a message names, from its whole header. `complete` is false where that is beyond our bound. */
export const People = z.object({
  from: z.array(Address),
  to: z.array(Address),
  cc: z.array(Address),
  replyTo: z.array(Address),
  complete: z.boolean(),
})
export type People = z.infer<typeof People>

/** A readable message, decoded: `sections` in order of appearance, HTML as the sender wrote it (never to be shown unsanitised). */
export const Body = z.object({
  sections: z.array(z.object({ kind: z.enum(['text', 'html']), content: z.string() })),
  attachments: z.array(Part),
  /** Parts named by a `cid:` address in a section; their bytes are in `parts`. */
  inline: z.array(Part),
  /** True where a section was longer than our bound and was cut. */
  truncated: z.boolean(),
  /** The header block of the message, unfolded and decoded, in order. */
  headers: z.array(z.tuple([z.string(), z.string()])),
  /** Absent in bodies that were kept before there was this field, and where the server gave no header. */
  people: People.optional(),
})
export type Body = z.infer<typeof Body>

/**
 * How far a folder is known. Stored in the same transaction as the rows it describes (law 2). `modseq` is HIGHESTMODSEQ as decimal text (63 bits, RFC 7162) or
 * null without CONDSTORE; `known` are the UIDs whose rows are stored or known to be absent; `verifiedAt` (ms) is the last full UID reconcile.
 */
export const Cursor = z.object({
  uidValidity: z.int().min(0),
  uidNext: z.int().min(1),
  modseq: z.string().regex(/^\d+$/).nullable(),
  known: Ranges,
  verifiedAt: z.number().nullable(),
})
export type Cursor = z.infer<typeof Cursor>

/** A folder as the server lists it. `path` is decoded Unicode; `parent` is '' at the root. */
export const ServerFolder = z.object({
  path: z.string().min(1),
  name: z.string(),
  parent: z.string(),
  delimiter: z.string(),
  role: Role,
  selectable: z.boolean(),
  subscribed: z.boolean(),
})
export type ServerFolder = z.infer<typeof ServerFolder>

/** A record of the cache's `folders` table; also what windows see. */
export const Folder = ServerFolder.extend({
  id: FolderId,
  account: AccountId,
  home: z.enum(['server', 'vault']),
  format: z.int(),
  cursor: Cursor.nullable(),
  /** Rows that are known and alive. */
  messages: z.int(),
  /** Unread among the known rows, as the server has them. */
  unread: z.int(),
  /** `unread` with all waiting operations projected: what windows show. */
  shownUnread: z.int(),
  /** Last STATUS or SELECT answer; null before the first. */
  server: z.object({ messages: z.int(), unseen: z.int().nullable() }).nullable(),
  /** Slots in use, dead ones included. */
  slots: z.int(),
  /** Rows that wait to be adopted by identity after UIDVALIDITY changed. */
  awaiting: z.int(),
  /** Goes up by one with each change of rows. */
  rev: z.int(),
  /** Number of the newest operation whose effect on this folder is contained. */
  asOf: z.int(),
  /** When the folder was last compared with the server (ms). */
  checkedAt: z.number().nullable(),
})
export type Folder = z.infer<typeof Folder>

/** What windows know of an account: never a password. */
export const AccountInfo = z.object({
  id: AccountId,
  name: z.string(),
  email: z.string(),
  protocol: z.enum(['imap', 'pop3']),
  plaintext: z.boolean(),
})
export type AccountInfo = z.infer<typeof AccountInfo>

/** State of an account's connection. `since` and `retryAt` in ms; `message` is a sentence for people. */
export const AccountStatus = z.object({
  account: AccountId,
  state: z.enum(['connecting', 'syncing', 'ready', 'offline', 'refused']),
  since: z.number(),
  message: z.string(),
  /** What went wrong, where the person can do something about it. */
  problem: ErrorKind.nullable(),
  checkedAt: z.number().nullable(),
  retryAt: z.number().nullable(),
  /** While older mail follows: rows known and rows there, over all folders. */
  progress: z.object({ known: z.int(), total: z.int() }).nullable(),
})
export type AccountStatus = z.infer<typeof AccountStatus>

export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['normal', 'comfortable', 'compact']),
  layout: z.enum(['columns', 'stacked', 'list']),
})
export type Settings = z.infer<typeof Settings>

/** 52-bit hash of a Message-ID (or any text), 0 for none: equal on every platform, for typed columns. FNV-1a in two lanes. */
export function hashText(text: string | undefined): number {
  if (!text) return 0
  let a = 0x811c9dc5
  let b = 0xcbf29ce4
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
    b ^= b >>> 13
  }
  return (a >>> 0) * 0x100000 + ((b ^ (a >>> 7)) >>> 12) || 1
}
