/** The structure of a message as ENVELOPE and BODYSTRUCTURE describe it (RFC 3501, 7.4.2), and the bytes of its sections. */
import { quote } from './syntax.ts'

export interface MimePart {
  /** With the empty line at its end. */
  header: string
  body: string
  type: string
  subtype: string
  parameters: [name: string, value: string][]
  /** Of a multipart; or the one message in a message/rfc822. */
  children: MimePart[]
}

/** Unfolded fields in order, names in small letters. */
export function fieldsOf(header: string): [name: string, value: string][] {
  return header
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map(line => /^([^:\s]+):\s*(.*)$/s.exec(line))
    .filter(match => match !== null)
    .map(match => [match[1]!.toLowerCase(), match[2]!.trim()])
}

export function fieldOf(header: string, name: string): string | null {
  return fieldsOf(header).find(([field]) => field === name)?.[1] ?? null
}

/** `value; name=value; name="value"` */
function parameterised(field: string): { value: string; parameters: [string, string][] } {
  const [value = '', ...rest] = field.match(/(?:"(?:\\.|[^"\\])*"|[^;"])+/g) ?? []
  const parameters = rest
    .map(part => /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(part))
    .filter(match => match !== null)
    .map((match): [string, string] => [match[1]!.toLowerCase(), match[2]!.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1')])
  return { value: value.trim(), parameters }
}

export function parseMessage(raw: string): MimePart {
  const blank = raw.startsWith('\r\n') ? 0 : raw.indexOf('\r\n\r\n') + 2
  const header = blank < 2 && !raw.startsWith('\r\n') ? raw : raw.slice(0, blank + 2)
  const body = raw.slice(header.length)
  const { value, parameters } = parameterised(fieldOf(header, 'content-type') ?? 'text/plain; charset=us-ascii')
  const [type = 'text', subtype = 'plain'] = value.toLowerCase().split('/')
  const part: MimePart = { header, body, type, subtype, parameters, children: [] }
  const boundary = parameters.find(([name]) => name === 'boundary')?.[1]
  if (type === 'multipart' && boundary) {
    const pieces = `\r\n${body}`.split(`\r\n--${boundary}`)
    for (const piece of pieces.slice(1)) {
      if (piece.startsWith('--')) break
      part.children.push(parseMessage(piece.slice(piece.indexOf('\r\n') + 2)))
    }
  } else if (type === 'message' && subtype === 'rfc822') part.children.push(parseMessage(body))
  return part
}

function addresses(field: string | null): string {
  if (field === null) return 'NIL'
  const list = (field.match(/(?:"(?:\\.|[^"\\])*"|<[^>]*>|[^,"<])+/g) ?? []).map(text => {
    const angle = /^(.*?)<([^>]*)>\s*$/s.exec(text)
    const name = angle
      ? angle[1]!
          .trim()
          .replace(/^"(.*)"$/s, '$1')
          .replace(/\\(.)/g, '$1')
      : ''
    const [mailbox = '', host = ''] = (angle ? angle[2]! : text).trim().split('@')
    return `(${quote(name || null)} NIL ${quote(mailbox)} ${quote(host)})`
  })
  return list.length > 0 ? `(${list.join('')})` : 'NIL'
}

export function envelope({ header }: MimePart): string {
  const field = (name: string) => fieldOf(header, name)
  const from = addresses(field('from'))
  const orFrom = (name: string) => (field(name) === null ? from : addresses(field(name)))
  const parts = [quote(field('date')), quote(field('subject')), from, orFrom('sender'), orFrom('reply-to')]
  return `(${[...parts, addresses(field('to')), addresses(field('cc')), addresses(field('bcc')), quote(field('in-reply-to')), quote(field('message-id'))].join(' ')})`
}

const parameterList = (parameters: [string, string][]) =>
  parameters.length === 0 ? 'NIL' : `(${parameters.map(([name, value]) => `${quote(name)} ${quote(value)}`).join(' ')})`

function dispositionOf(part: MimePart): string {
  const field = fieldOf(part.header, 'content-disposition')
  if (field === null) return 'NIL'
  const { value, parameters } = parameterised(field)
  return `(${quote(value.toLowerCase())} ${parameterList(parameters)})`
}

const lines = (text: string) => text.split('\r\n').length - 1

/** BODYSTRUCTURE; without extension data for BODY. */
export function bodyStructure(part: MimePart, extended = true): string {
  const field = (name: string) => quote(fieldOf(part.header, name))
  if (part.type === 'multipart') {
    const extension = extended ? ` ${parameterList(part.parameters)} ${dispositionOf(part)} NIL NIL` : ''
    return `(${part.children.map(child => bodyStructure(child, extended)).join('')} ${quote(part.subtype)}${extension})`
  }
  const encoding = quote(fieldOf(part.header, 'content-transfer-encoding')?.toLowerCase() ?? '7bit')
  const basic = [
    quote(part.type),
    quote(part.subtype),
    parameterList(part.parameters),
    field('content-id'),
    field('content-description'),
    encoding,
    part.body.length,
  ]
  const inner = part.type === 'message' && part.subtype === 'rfc822' ? part.children[0] : undefined
  if (inner) basic.push(envelope(inner), bodyStructure(inner, extended), lines(part.body))
  else if (part.type === 'text') basic.push(lines(part.body))
  if (extended) basic.push('NIL', dispositionOf(part), 'NIL', 'NIL')
  return `(${basic.join(' ')})`
}

function selectFields(header: string, wanted: readonly string[], keep: boolean): string {
  const names = new Set(wanted.map(name => name.toLowerCase()))
  const fields = header.replace(/\r\n\r\n$/, '\r\n').match(/[^\r\n][^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*/g) ?? []
  return fields.filter(field => names.has(field.slice(0, field.indexOf(':')).toLowerCase()) === keep).join('') + '\r\n'
}

/** The part of a section number; of a message without parts, 1 is its body. */
function partAt(root: MimePart, numbers: readonly number[]): MimePart | null {
  let part: MimePart | null = root
  for (const [depth, number] of numbers.entries()) {
    const inMessage: MimePart | undefined = depth > 0 && part.type === 'message' ? part.children[0] : part
    if (!inMessage) return null
    if (inMessage.type === 'multipart') part = inMessage.children[number - 1] ?? null
    else part = number === 1 ? inMessage : null
    if (!part) return null
  }
  return part
}

/** Bytes of a section such as '', 'HEADER', 'TEXT', '1.2', '2.MIME', 'HEADER.FIELDS'; null where there is none. */
export function sectionOf(root: MimePart, section: string, fields: readonly string[]): string | null {
  const match = /^((?:\d+(?:\.|$))*)(.*)$/.exec(section)
  const numbers = (match?.[1] ?? '').split('.').filter(Boolean).map(Number)
  const kind = (match?.[2] ?? '').toUpperCase()
  const part = partAt(root, numbers)
  if (!part) return null
  if (kind === 'MIME') return part.header
  if (numbers.length === 0 && kind === '') return root.header + root.body
  if (kind === '') return part.body
  const message = numbers.length === 0 ? root : part.type === 'message' ? part.children[0] : undefined
  if (!message) return null
  if (kind === 'HEADER') return message.header
  if (kind === 'TEXT') return message.body
  if (kind === 'HEADER.FIELDS' || kind === 'HEADER.FIELDS.NOT') return selectFields(message.header, fields, kind === 'HEADER.FIELDS')
  return null
}
