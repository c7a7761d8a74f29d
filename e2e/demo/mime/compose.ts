/** Writes messages as mail programs do (RFC 5322, 2045–2047, 2392), as bytes in a latin1 string. */
import { createHash } from 'node:crypto'

export interface Person {
  name: string
  address: string
}

/** A file in a message. With `contentId` it is a picture inside the HTML. */
export interface File {
  name: string
  type: string
  bytes: Uint8Array
  contentId?: string
}

export interface MessageSource {
  /** Without angle brackets. */
  id: string
  from: Person
  to: readonly Person[]
  cc?: readonly Person[]
  subject: string
  date: Date
  /** Ids of the messages before it in the conversation, oldest first. */
  references?: readonly string[]
  text?: string
  html?: string
  /** Sent as 8-bit ISO 8859-1 rather than UTF-8. */
  latin1?: boolean
  files?: readonly File[]
  /** An invitation: the text of an iCalendar object. */
  calendar?: string
  /** Header fields beside the usual ones. */
  fields?: readonly [name: string, value: string][]
}

const isAscii = (text: string) => /^[\x20-\x7e]*$/.test(text)
const toBytes = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

/** RFC 2047, in words of at most 75 characters that never cut a character. */
export function encodeWords(text: string): string {
  if (isAscii(text)) return text
  const words: string[] = []
  let word = ''
  for (const character of text) {
    if (Buffer.byteLength(word + character) > 42) {
      words.push(word)
      word = ''
    }
    word += character
  }
  return [...words, word].map(part => `=?UTF-8?B?${Buffer.from(part).toString('base64')}?=`).join('\r\n ')
}

function person({ name, address }: Person): string {
  if (!name) return address
  return `${!isAscii(name) ? encodeWords(name) : /^[\w .'-]+$/.test(name) ? name : `"${name.replace(/["\\]/g, '\\$&')}"`} <${address}>`
}

const wrap = (base64: string) => (base64.match(/.{1,76}/g) ?? []).join('\r\n')
const lines = (text: string) => text.trim().replace(/\r?\n/g, '\r\n') + '\r\n'
const two = (n: number) => String(n).padStart(2, '0')

/** RFC 5322 date with the offset of this computer. */
export function mailDate(date: Date): string {
  const offset = -date.getTimezoneOffset()
  const zone = `${offset < 0 ? '-' : '+'}${two(Math.floor(Math.abs(offset) / 60))}${two(Math.abs(offset) % 60)}`
  const [day, month, number, year, time] = date.toString().split(' ')
  return `${day}, ${number} ${month} ${year} ${time} ${zone}`
}

/** RFC 2045, 6.7. */
export function quotedPrintable(text: string): string {
  const encoded = toBytes(lines(text)).replace(
    /[^\x20-\x3c\x3e-\x7e\r\n]|[ \t](?=\r\n)/g,
    byte => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
  return encoded
    .split('\r\n')
    .map(line => line.replace(/(?:[^=]|=[0-9A-F]{2}){70}(?=.)/g, '$&=\r\n'))
    .join('\r\n')
}

export interface Entity {
  fields: string[]
  body: string
}

function textEntity(subtype: string, text: string, latin1: boolean, parameters = ''): Entity {
  if (latin1)
    return {
      fields: [`Content-Type: text/${subtype}; charset=ISO-8859-1`, 'Content-Transfer-Encoding: 8bit'],
      body: Buffer.from(lines(text), 'latin1').toString('latin1'),
    }
  const readable = text.replace(/[^\x20-\x7e\r\n]/g, '').length > text.length * 0.6
  const fields = [
    `Content-Type: text/${subtype}; charset=utf-8${parameters}`,
    `Content-Transfer-Encoding: ${readable ? 'quoted-printable' : 'base64'}`,
  ]
  return { fields, body: readable ? quotedPrintable(text) : wrap(Buffer.from(lines(text)).toString('base64')) + '\r\n' }
}

function fileEntity(file: File): Entity {
  // names beyond ASCII as RFC 2231 wants them
  const named = (parameter: string) => (isAscii(file.name) ? `${parameter}="${file.name}"` : `${parameter}*=UTF-8''${encodeURIComponent(file.name)}`)
  return {
    fields: [
      `Content-Type: ${file.type}; ${named('name')}`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: ${file.contentId ? 'inline' : 'attachment'}; ${named('filename')}`,
      ...(file.contentId ? [`Content-ID: <${file.contentId}>`] : []),
    ],
    body: wrap(Buffer.from(file.bytes).toString('base64')) + '\r\n',
  }
}

/** A multipart of `parts`, or the only one of them. The boundary follows from the content, so that a mailbox is the same each time. */
export function multipart(subtype: string, parts: readonly Entity[], parameters = ''): Entity {
  const [only] = parts
  if (parts.length === 1 && only && subtype !== 'report') return only
  const boundary = `=_${createHash('sha1')
    .update(subtype + parts.map(part => part.fields.join() + part.body).join())
    .digest('hex')
    .slice(0, 24)}`
  const body = parts.map(part => `--${boundary}\r\n${part.fields.join('\r\n')}\r\n\r\n${part.body}\r\n`).join('') + `--${boundary}--\r\n`
  return { fields: [`Content-Type: multipart/${subtype}; boundary="${boundary}"${parameters}`], body }
}

function entityOf(message: MessageSource): Entity {
  const files = message.files ?? []
  const inline = files.filter(file => file.contentId)
  const readable: Entity[] = []
  if (message.text !== undefined) readable.push(textEntity('plain', message.text, message.latin1 ?? false))
  if (message.html !== undefined)
    readable.push(multipart('related', [textEntity('html', message.html, message.latin1 ?? false), ...inline.map(fileEntity)]))
  if (message.calendar !== undefined) readable.push(textEntity('calendar', message.calendar, false, '; method=REQUEST'))
  return multipart('mixed', [multipart('alternative', readable), ...files.filter(file => !file.contentId).map(fileEntity)])
}

/** The header block of a message around an entity. */
export function envelopeOf(message: Omit<MessageSource, 'text'>, entity: Entity): string {
  const references = (message.references ?? []).map(id => `<${id}>`)
  const fields = [
    `Date: ${mailDate(message.date)}`,
    `From: ${person(message.from)}`,
    `To: ${message.to.map(person).join(',\r\n ')}`,
    ...(message.cc ? [`Cc: ${message.cc.map(person).join(',\r\n ')}`] : []),
    `Subject: ${encodeWords(message.subject)}`,
    `Message-ID: <${message.id}>`,
    ...(references.length > 0 ? [`In-Reply-To: ${references.at(-1)!}`, `References: ${references.join('\r\n ')}`] : []),
    ...(message.fields ?? []).map(([name, value]) => `${name}: ${value}`),
    'MIME-Version: 1.0',
    ...entity.fields,
  ]
  return `${fields.join('\r\n')}\r\n\r\n${entity.body}`
}

/** The message as it lies on a server. */
export function compose(message: MessageSource): string {
  return envelopeOf(message, entityOf(message))
}
