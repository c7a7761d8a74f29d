/** The little of DER (ITU-T X.690) that a certificate needs. */

function length(size: number): Buffer {
  if (size < 0x80) return Buffer.of(size)
  const bytes: number[] = []
  for (let rest = size; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.of(0x80 | bytes.length, ...bytes)
}

/** Tag, length, content. */
export function element(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  return Buffer.concat([Buffer.of(tag), length(content.length), content])
}

export const sequence = (...items: Uint8Array[]) => element(0x30, ...items)
export const set = (...items: Uint8Array[]) => element(0x31, ...items)
export const octets = (bytes: Uint8Array) => element(0x04, bytes)
export const utf8 = (text: string) => element(0x0c, Buffer.from(text))
export const yes = () => element(0x01, Buffer.of(0xff))
/** [n] EXPLICIT, or a constructed [n] IMPLICIT. */
export const tagged = (n: number, ...items: Uint8Array[]) => element(0xa0 | n, ...items)
/** A primitive [n] IMPLICIT. */
export const implicit = (n: number, bytes: Uint8Array) => element(0x80 | n, bytes)

/** A positive INTEGER of big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const start = Math.max(
    0,
    Math.min(
      bytes.length - 1,
      bytes.findIndex(byte => byte !== 0),
    ),
  )
  const trimmed = bytes.subarray(start)
  return element(0x02, trimmed[0]! & 0x80 ? Buffer.concat([Buffer.of(0), trimmed]) : trimmed)
}

export function bits(bytes: Uint8Array, unused = 0): Buffer {
  return element(0x03, Buffer.of(unused), bytes)
}

/** An OBJECT IDENTIFIER such as '2.5.4.3'. */
export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number)
  const bytes = [first! * 40 + second!]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let high = Math.floor(arc / 128); high > 0; high = Math.floor(high / 128)) groups.unshift((high & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return element(0x06, Buffer.from(bytes))
}

/** UTCTime to 2049, GeneralizedTime after (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const text = date.toISOString().replace(/[-:T]|\.\d+/g, '')
  return date.getUTCFullYear() < 2050 ? element(0x17, Buffer.from(text.slice(2))) : element(0x18, Buffer.from(text))
}
