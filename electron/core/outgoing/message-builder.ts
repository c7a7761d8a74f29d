/**
 * A draft as the message that goes out (RFC 5322, 2045 to 2047, 2183, 2387), built once. Nothing in it tells of this computer: the domain of the Message-ID is
 * the sender's, times are UTC. Blind recipients are not in it.
 */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import MailComposer, { type MailComposerAttachment } from 'nodemailer/lib/mail-composer'
import { picturePlaces, type Draft, type Recipient } from '../../../shared/model/outgoing.ts'
import { toFlowed } from './flowed.ts'

export interface Writing {
  draft: Draft
  from: { name: string; address: string }
  messageId: string
  date: Date
  /** Where the bytes of an attachment are. */
  path(attachment: string): string
}

export function newMessageId(address: string): string {
  return `<${randomUUID()}@${address.slice(address.lastIndexOf('@') + 1).toLowerCase()}>`
}

/** No line of a header may have more than 998 octets (RFC 5322, 2.1.1), and a name without spaces cannot be folded. */
const longestName = 250

/** A name as it was typed or came with mail: without line ends and other controls, and of a length that fits on a line. */
function cleanDisplayName(name: string): string {
  const shown = [...name.replace(/[\p{Cc}\s]+/gu, ' ').trim()]
  return shown.slice(0, longestName).join('').trim()
}

const toAddresses = (recipients: Recipient[]) => recipients.map(([name, address]) => ({ name: cleanDisplayName(name), address: address.trim() }))
const embedded = /(<img\b(?:[^<>"']|"[^"]*"|'[^']*')*?\ssrc\s*=\s*)(["'])data:(image\/[a-z0-9.+-]+);base64,([A-Za-z0-9+/=\s]+)\2/gi

/** Pictures written into the HTML become parts of their own that it names by `cid:` (RFC 2392): many readers show no `data:` address. */
function embed(html: string, domain: string): { html: string; pictures: MailComposerAttachment[] } {
  const pictures = new Map<string, MailComposerAttachment & { cid: string }>()
  const linked = html.replace(embedded, (_, before: string, quote: string, type: string, base64: string) => {
    const key = `${type} ${base64}`
    const known = pictures.get(key) ?? {
      cid: `${randomUUID()}@${domain}`,
      filename: `image-${pictures.size + 1}.${type.slice(6).replace(/\+.*/, '').toLowerCase().replace('jpeg', 'jpg')}`,
      contentType: type.toLowerCase(),
      contentDisposition: 'inline',
      content: Buffer.from(base64, 'base64'),
    }
    pictures.set(key, known)
    return `${before}${quote}cid:${known.cid}${quote}`
  })
  return { html: linked, pictures: [...pictures.values()] }
}

/** The places of pictures that are files of the message name these by `cid:`. `shown` are the keys of those that have a place. */
function link(html: string, attachments: Draft['attachments'], domain: string): { html: string; shown: Set<string> } {
  const keys = new Set(attachments.flatMap(({ picture }) => picture ?? []))
  const shown = new Set<string>()
  const linked = html.replace(picturePlaces, (place, before: string, quote: string, key: string) => {
    if (!keys.has(key)) return place
    shown.add(key)
    return `${before}${quote}cid:${key}@${domain}${quote}`
  })
  return { html: linked, shown }
}

/** What came with mail may be anything: what is no ASCII or does not fit on a line is left out. */
const isMessageId = (id: string): boolean => /^<[!-;=?-~]{1,900}>$/.test(id)

/** Bytes; servers take headers of a few dozen kB altogether. */
const longestReferences = 8000

/** The beginning of the conversation and as many of the newest as fit (RFC 5537, 3.4.4). */
function toReferences(answered: string[]): string[] {
  const [first, ...others] = answered.filter(isMessageId)
  if (first === undefined) return []
  const newest: string[] = []
  let room = longestReferences - first.length
  for (const id of others.reverse()) {
    room -= id.length + 1
    if (room < 0) break
    newest.unshift(id)
  }
  return [first, ...newest]
}

export function composeMessage({ draft, from, messageId, date, path }: Writing): Readable {
  const { answers } = draft
  const references = toReferences(answers?.references ?? [])
  const domain = messageId.slice(messageId.lastIndexOf('@') + 1, -1)
  const linked = draft.format === 'rich' ? link(draft.html, draft.attachments, domain) : null
  const rich = linked && embed(linked.html, domain)
  const files = draft.attachments.map(({ id, filename, type, picture }): MailComposerAttachment => ({
    filename,
    contentType: type,
    ...(picture && linked?.shown.has(picture) ? { contentDisposition: 'inline', cid: `${picture}@${domain}` } : { contentDisposition: 'attachment' }),
    content: createReadStream(path(id)),
  }))
  const composer = new MailComposer({
    from: cleanDisplayName(from.name) ? { ...from, name: cleanDisplayName(from.name) } : from.address,
    to: toAddresses(draft.to),
    cc: toAddresses(draft.cc),
    subject: draft.subject,
    date,
    messageId,
    ...(answers?.inReplyTo && isMessageId(answers.inReplyTo) && { inReplyTo: answers.inReplyTo }),
    ...(references.length > 0 && { references }),
    // not as `text` and `html`, whose type would be fixed
    alternatives: [
      { contentType: 'text/plain; charset=utf-8; format=flowed', content: toFlowed(draft.text) },
      ...(rich ? [{ contentType: 'text/html; charset=utf-8', content: rich.html }] : []),
    ],
    attachments: [...(rich?.pictures ?? []), ...files],
    newline: 'win',
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return composer.compile().createReadStream()
}

/** The copy for Sent tells the blind recipients too: a field before all others (RFC 5322, 3.6.3). */
export function withBlindRecipients(message: Buffer, bcc: string[]): Buffer {
  return bcc.length === 0 ? message : Buffer.concat([Buffer.from(`Bcc: ${bcc.join(',\r\n ')}\r\n`), message])
}
