/**
 * Messages: how they are named, and what is known of them. Ids of folders and messages are given by the cache and are stable within one epoch of it; whatever must
 * outlive an epoch holds a `MessageRef`.
 */
import { z } from 'zod'
import { AccountId } from './account.ts'
import { countOf, Ranges } from '../ranges.ts'
import { FolderRef, keyOf } from './folder.ts'

/** The local id of a message: given by the cache, stable within one epoch, kept when the message moves or its UID changes. */
export const MessageId = z.int().min(1).max(0xffffffff)
export type MessageId = z.infer<typeof MessageId>

/** Where a message was seen; a `MessageRef` holds all that is known. `uid` 0: not known just now (the folder is being relinked), found by identity. */
export const Locator = z.object({
  kind: z.literal('uid'),
  folder: FolderRef,
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

/** Messages of one folder by UID alone: how an operation on very many names them. Without the folder's UIDVALIDITY the UIDs mean nothing. */
export const UidSet = z.object({ folder: FolderRef, uidValidity: z.int().min(0), uids: Ranges.min(1) })
export type UidSet = z.infer<typeof UidSet>

/** Messages of one account: a few by reference, which finds them wherever they went; very many of one folder as UIDs, so that a million take a line. */
export const MessageSet = z.union([z.array(MessageRef).min(1).max(10_000), UidSet])
export type MessageSet = z.infer<typeof MessageSet>

export function countMessages(messages: MessageSet): number {
  return Array.isArray(messages) ? messages.length : countOf(messages.uids)
}

/** Every folder the messages are said to be in, each once. */
export function foldersOf(messages: MessageSet): FolderRef[] {
  if (!Array.isArray(messages)) return [messages.folder]
  return [...new Map(messages.flatMap(({ locators }) => locators.map(({ folder }) => [keyOf(folder), folder] as const))).values()]
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
