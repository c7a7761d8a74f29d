/** Small pictures and PDFs for attachments, drawn here. */
import { deflateSync } from 'node:zlib'

export type Colour = readonly [red: number, green: number, blue: number]

/** A generator of numbers from 0 to 1 that are the same each time. */
export function numbers(seed: number): () => number {
  let state = seed >>> 0 || 1
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 0x1_0000_0000
  }
}

function chunk(type: string, content: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const frame = Buffer.alloc(4)
  frame.writeUInt32BE(content.length)
  const check = Buffer.alloc(4)
  check.writeUInt32BE(checksum(body))
  return Buffer.concat([frame, body, check])
}

const table = Uint32Array.from({ length: 256 }, (_, n) => {
  let value = n
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1
  return value
})

/** CRC-32 of PNG (ISO 3309); Node 20 has none of its own before 20.15. */
function checksum(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) value = table[(value ^ byte) & 0xff]! ^ (value >>> 8)
  return ~value >>> 0
}

/** A PNG whose pixels `paint` gives. */
export function png(width: number, height: number, paint: (x: number, y: number) => Colour): Buffer {
  const pixels = Buffer.alloc(height * (width * 3 + 1))
  for (let y = 0, at = 0; y < height; y++) {
    at++ // filter: none
    for (let x = 0; x < width; x++) for (const value of paint(x, y)) pixels[at++] = Math.max(0, Math.min(255, Math.round(value)))
  }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8) // 8 bits, RGB
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(pixels)), chunk('IEND', Buffer.alloc(0))])
}

/** Something like a photograph: a sky, a hill, water, with grain. `seed` sets the mood. */
export function landscape(width: number, height: number, seed: number): Buffer {
  const next = numbers(seed)
  const warmth = next()
  const hills = Array.from({ length: 4 }, () => ({ size: 0.04 + next() * 0.1, step: 2 + next() * 6, shift: next() * 7 }))
  return png(width, height, (x, y) => {
    const [u, v] = [x / width, y / height]
    const ridge = 0.5 + hills.reduce((sum, hill) => sum + hill.size * Math.sin(u * hill.step + hill.shift), 0) / 2
    const grain = (next() - 0.5) * 14
    if (v > 0.78) return [60 + 60 * v + grain, 90 + 60 * v + 12 * Math.sin(v * 260 + u * 9) + grain, 120 + 60 * v + grain]
    if (v > ridge) return [60 + 70 * warmth * (1 - v) + grain, 84 + 40 * v + grain, 62 + 20 * v + grain]
    return [150 + 100 * v * (0.5 + warmth) + grain, 180 + 50 * v + grain, 226 - 40 * v * warmth + grain]
  })
}

/** The plan of a railway coach with two seats marked. */
export function seatPlan(): Buffer {
  const next = numbers(9)
  return png(560, 220, (x, y) => {
    const grain = (next() - 0.5) * 6
    const [column, row] = [Math.floor((x - 40) / 32), Math.floor((y - 30) / 42)]
    const inSeat = x >= 40 && x < 520 && y >= 30 && y < 198 && (x - 40) % 32 > 5 && (y - 30) % 42 > 8 && (y < 108 || y > 122)
    if (x < 12 || x > 547 || y < 12 || y > 207) return [238 + grain, 238 + grain, 234 + grain]
    if (!inSeat) return [250 + grain / 2, 250 + grain / 2, 248 + grain / 2]
    if (column === 8 && (row === 1 || row === 2)) return [200 + grain, 16 + grain, 46 + grain]
    return [196 + grain, 204 + grain, 218 + grain]
  })
}

/** A plain logo: a word would need a font, so it is a mark. */
export function mark(colour: Colour, size = 96): Buffer {
  return png(size, size, (x, y) => {
    const distance = Math.hypot(x - size / 2, y - size / 2) / size
    if (distance > 0.46) return [255, 255, 255]
    return distance > 0.3 && distance < 0.38 ? [255, 255, 255] : colour
  })
}

const pdfText = (text: string) =>
  Buffer.from(text, 'latin1')
    .toString('latin1')
    .replace(/[\\()]/g, '\\$&')

/** One page A5 with a title, lines of text, and a block of black and white squares where a ticket has its code. */
export function pdf(title: string, text: readonly string[], withCode = false): Buffer {
  const next = numbers(title.length * 7919)
  const side = 420
  const code = Buffer.from(Array.from({ length: side * side }, () => (next() < 0.5 ? 20 : 235) + next() * 20))
  const content = [
    'BT /F1 18 Tf 40 540 Td',
    `(${pdfText(title)}) Tj /F1 11 Tf 0 -34 Td 17 TL`,
    ...text.map(line => `(${pdfText(line)}) Tj T*`),
    'ET',
    ...(withCode ? ['q 120 0 0 120 40 60 cm /I1 Do Q'] : []),
  ].join('\n')
  const image = deflateSync(code)
  const stream = (dictionary: string, bytes: Uint8Array) =>
    Buffer.concat([Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`, 'latin1'), bytes, Buffer.from('\nendstream', 'latin1')])
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from('<< /Type /Pages /Kids [3 0 R] /Count 1 >>'),
    Buffer.from(
      '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 420 595] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> /XObject << /I1 6 0 R >> >> >>',
    ),
    stream('', Buffer.from(content, 'latin1')),
    Buffer.from('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>'),
    stream(
      `/Type /XObject /Subtype /Image /Width ${side} /Height ${side} /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode`,
      withCode ? image : deflateSync(Buffer.alloc(side * side)),
    ),
  ]
  const parts = [Buffer.from('%PDF-1.4\n%\xe2\xe3\xcf\xd3\n', 'latin1')]
  const offsets: number[] = []
  let at = parts[0]!.length
  for (const [index, object] of objects.entries()) {
    const whole = Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')])
    offsets.push(at)
    at += whole.length
    parts.push(whole)
  }
  const entries = offsets.map(offset => `${String(offset).padStart(10, '0')} 00000 n \n`).join('')
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${at}\n%%EOF\n`,
    ),
  )
  return Buffer.concat(parts)
}
