/** Transfer encoding (RFC 2045, 6) and charset of a part, also of one that was cut in the middle. Never throws: unknown encodings and charsets are read as they are. */
import { decode } from 'libmime/lib/charset.js'
import libqp from 'libqp'
import type { Body, Part } from '../../../shared/model/message.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { decodeRaw, decodeText, longestField, splitHeader, toPeople } from './headers.ts'

export interface RawPart {
  part: Part
  bytes: Uint8Array
  /** The bytes end where we stopped to fetch, which may be inside a character. */
  cut?: boolean
}

/** Ends with its padding (RFC 2045, 6.8): a footer that some list put behind it is no data. Parts encoded one by one go on, in whole groups of four. */
function decodeBase64(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes)
    .toString('latin1')
    .replace(/[^A-Za-z0-9+/=]/g, '')
  const [first = '', ...later] = text.match(/[^=]+=*/g) ?? []
  const whole = later.filter(piece => piece.length % 4 === 0)
  return Buffer.concat([first, ...whole].map(piece => Buffer.from(piece, 'base64')))
}

export function decodeTransfer(bytes: Uint8Array, encoding = '7bit'): Uint8Array {
  if (encoding === 'base64') return decodeBase64(bytes)
  if (encoding === 'quoted-printable') return libqp.decode(Buffer.from(bytes).toString('latin1'))
  return bytes
}

export function decodeCharset(bytes: Uint8Array, charset: string | undefined, cut = false): string {
  const name = charset?.trim().toLowerCase()
  if (!name || name === 'us-ascii' || name === 'ascii' || name === 'utf-8' || name === 'utf8') return decodeRaw(bytes, cut)
  try {
    const text = decode(Buffer.from(bytes), name)
    return cut ? text.replace(/\ufffd$/, '') : text
  } catch {
    return decodeRaw(bytes, cut) // a charset nobody knows
  }
}

/** Quoted-printable without an escape or a soft line break that is not whole. */
function wholeEscapes(bytes: Uint8Array): Uint8Array {
  const end = Buffer.from(bytes.subarray(-2)).toString('latin1')
  return bytes.subarray(0, bytes.length - (/=[0-9a-f\r]?$/i.exec(end)?.[0].length ?? 0))
}

export function decodeSection({ part, bytes, cut }: RawPart): string {
  const encoded = cut && part.encoding === 'quoted-printable' ? wholeEscapes(bytes) : bytes
  return decodeCharset(decodeTransfer(encoded, part.encoding), part.charset, cut).replaceAll('\r\n', '\n').replaceAll('\u0000', '')
}

/** Bound on one inline picture in encoded bytes; a larger one is an attachment. */
export const pictureLimit = 12 << 20

/** Bytes of the header that are kept to be shown. */
const shownHeader = 256 << 10

/** Content-IDs of the pictures that HTML names (RFC 2392). */
function namedPictures(html: string): string[] {
  return [...html.matchAll(/\bcid:([^\s"'<>()]+)/gi)].map(([, written]) => {
    const id = decodeEntities(written!)
    try {
      return decodeURIComponent(id)
    } catch {
      return id // not percent-encoded after all
    }
  })
}

/** The body a window shows. `rest.inline` are pictures that a section may name; those that it does not show are attachments. */
export function toBody(header: Uint8Array, sections: RawPart[], rest: Pick<Body, 'attachments' | 'inline'>): Body {
  const decoded: Body['sections'] = sections.map(raw => ({ kind: raw.part.type === 'text/html' ? 'html' : 'text', content: decodeSection(raw) }))
  const named = new Set(decoded.flatMap(({ kind, content }) => (kind === 'html' ? namedPictures(content) : [])))
  const inline: Part[] = []
  const attachments = [...rest.attachments]
  for (const part of rest.inline) {
    const isShown = part.size <= pictureLimit && named.delete(part.contentId ?? '') // of two with one name the first is shown
    ;(isShown ? inline : attachments).push(part)
  }
  return {
    sections: decoded,
    attachments,
    inline,
    truncated: sections.some(({ cut }) => cut === true),
    headers: splitHeader(header.subarray(0, shownHeader)).map(([name, value]) => [name, decodeText(value.slice(0, longestField))]),
    ...(header.length > 0 && { people: toPeople(header) }), // else the server did not tell
  }
}

const entities: Record<string, string> = { nbsp: ' ', amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", zwnj: '\u200c', zwj: '\u200d', shy: '' }
const snippetLength = 200

/** The first words of a message: quotes, tags, links' addresses and white space left out. */
export function toSnippet(raw: RawPart): string {
  let text = decodeSection(raw)
  if (raw.part.type === 'text/html')
    text = decodeEntities(
      text
        .replace(/<(style|script|head|title)\b[\s\S]*?(<\/\1\s*>|$)/gi, ' ')
        .replace(/<!--[\s\S]*?(-->|$)/g, ' ')
        .replace(/<[^>]*(>|$)/g, ' '),
    )
  const lines = text.split('\n').filter(line => !/^\s*>/.test(line) && !/^\s*([-=_*]{3,}|-- ?)\s*$/.test(line))
  return shownText(lines.join(' '))
    .replace(/https?:\/\/\S{40,}/g, '…')
    .replace(/\s+/g, ' ')
    .replace(/[^ ]\ufffd+$/, '')
    .trim()
    .slice(0, snippetLength)
}

function decodeEntities(text: string): string {
  return text.replace(/&(#x?)?([0-9a-z]+);/gi, (whole, numeric: string | undefined, name: string) => decodeEntity(whole, numeric, name))
}

function decodeEntity(whole: string, numeric: string | undefined, name: string): string {
  if (!numeric) return entities[name.toLowerCase()] ?? whole
  const code = parseInt(name, numeric.length === 2 ? 16 : 10)
  return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff) ? String.fromCodePoint(code) : ' '
}
