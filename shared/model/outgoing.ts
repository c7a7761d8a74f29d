/**
 * Messages the user writes: drafts, and messages on their way out. They exist nowhere else, so the core keeps them in the vault (law 1); windows hold a copy while
 * they are edited.
 *
 * Life of a message: draft -> waiting (until `sendAt`, or for a connection) -> sending -> sent; or refused (with the server's words), or uncertain (the connection
 * went after the first byte of DATA and before the answer: law 5). Waiting and refused messages go back to draft when the user recalls them.
 */
import { z } from 'zod'
import { WireError } from '../errors.ts'
import { AccountId } from './account.ts'
import { MessageRef } from './message.ts'

export const DraftId = z.string().regex(/^[0-9A-Za-z-]{8,64}$/)
export type DraftId = z.infer<typeof DraftId>
export const AttachmentId = z.string().regex(/^[0-9a-z]{8,32}$/)
export type AttachmentId = z.infer<typeof AttachmentId>

/** Display name and address as typed: `draft.send` refuses what is not an address, saving does not. */
export const Recipient = z.tuple([z.string().max(1000), z.string().max(1000)])
export type Recipient = z.infer<typeof Recipient>

/** Names a picture of the text that goes along as a file; the text holds its place (`picturePlace`). */
export const PictureKey = z.string().regex(/^[0-9a-f-]{36}$/)
export type PictureKey = z.infer<typeof PictureKey>

/** What stands in the HTML of a draft for a picture whose bytes are in the vault alone; drawn, it shows `name`. */
export function picturePlace(key: PictureKey, name: string): string {
  const words = name.replace(/[^\p{L}\p{N} ._-]/gu, '_')
  const box = `<rect width="100%" height="100%" fill="#888" fill-opacity=".25"/><text x="12" y="36" font-family="sans-serif" font-size="14" fill="#555">${words}</text>`
  return `data:image/svg+xml;pb=${key},${encodeURIComponent(`<svg xmlns="http://www.w3.org/2000/svg" width="280" height="60">${box}</svg>`)}`
}

/** True for exactly what `picturePlace` makes: any other SVG is a document that may hold the window. */
export function isPicturePlace(url: string): boolean {
  const [, key, content] = /^data:image\/svg\+xml;pb=([0-9a-f-]{36}),([^"'<>]{1,20000})$/.exec(url) ?? []
  const words = content && />([^<]*)<\/text>/.exec(decodedOrEmpty(content))?.[1]
  return key !== undefined && words !== undefined && picturePlace(key, words) === url
}

function decodedOrEmpty(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return ''
  }
}

/** Those places as they stand in HTML: what is before the address, its quotation mark, the key. */
export const picturePlaces = /(<img\b(?:[^<>"']|"[^"]*"|'[^']*')*?\ssrc\s*=\s*)(["'])data:image\/svg\+xml;pb=([0-9a-f-]{36}),[^"'<>]*\2/gi

/** A file that goes along; its bytes are in the vault. `size` in bytes. With `picture` it is drawn where the text has its place, if it has. */
export const Attachment = z.object({
  id: AttachmentId,
  filename: z.string().min(1).max(255),
  type: z.string().max(255),
  size: z.int().min(0),
  picture: PictureKey.optional(),
})
export type Attachment = z.infer<typeof Attachment>

/** What a message answers or passes on: threading fields (RFC 5322, 3.6.4) with their angle brackets, and the message to be marked when it has gone out. */
export const Answers = z.object({
  kind: z.enum(['reply', 'forward']),
  ref: MessageRef,
  inReplyTo: z.string().max(1000).nullable(),
  references: z.array(z.string().max(1000)).max(100),
})
export type Answers = z.infer<typeof Answers>

export const Draft = z.object({
  id: DraftId,
  account: AccountId,
  to: z.array(Recipient).max(1000),
  cc: z.array(Recipient).max(1000),
  bcc: z.array(Recipient).max(1000),
  subject: z.string().max(10_000),
  /** `rich` goes out as multipart/alternative made of `html` and `text`, `plain` as text alone (`html` is empty). */
  format: z.enum(['rich', 'plain']),
  html: z.string().max(20_000_000),
  text: z.string().max(20_000_000),
  answers: Answers.nullable(),
  attachments: z.array(Attachment).max(200),
  /** Counts the changes; an older revision never replaces a newer one. */
  revision: z.int().min(0),
})
export type Draft = z.infer<typeof Draft>

/** A message as lists show it. Times in ms. */
export const OutgoingState = z.object({
  id: DraftId,
  account: AccountId,
  state: z.enum(['draft', 'waiting', 'sending', 'sent', 'refused', 'uncertain', 'discarded']),
  subject: z.string(),
  /** All recipients: names where there are any, else addresses. */
  to: z.array(z.string()),
  attachments: z.int(),
  /** When it was last saved (draft), queued (waiting), or reached its state. */
  at: z.number(),
  /** Held back until then, so that Send can be undone; null once that is over. */
  sendAt: z.number().nullable(),
  /** Why it waits, was refused, or is uncertain. */
  error: WireError.nullable(),
  /** Recipients the server refused, with its words; the others of a `sent` message were accepted. */
  refused: z.array(z.object({ address: z.string(), detail: z.string() })),
  /** The copy in Sent, for a `sent` message: `pending`, `filed` (by us or found there), or `failed` for good (`error` says why). */
  copy: z.enum(['pending', 'filed', 'failed']).nullable(),
})
export type OutgoingState = z.infer<typeof OutgoingState>
