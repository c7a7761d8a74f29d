/**
 * What may be drawn as a picture of a message. Raster pictures alone: an SVG is a document, and a few kilobytes of nested `use` hold the window for minutes and
 * gigabytes. Chromium reads a picture as SVG by its type and never by its bytes, so pictures are shown under the type that their first bytes say. Pure.
 */

/** True where the declared type does not rule it out; SVG under whatever name is a file. */
export function mayBePicture(declared: string): boolean {
  return /^image\/[\w.+-]+$/i.test(declared) && !/svg|xml/i.test(declared)
}

function latin1(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to))
}

/** The type of a raster picture by its first bytes (the WHATWG MIME Sniffing Standard, 6.1, and AVIF); null where it is none. */
export function pictureTypeOf(bytes: Uint8Array): string | null {
  const start = latin1(bytes, 0, 12)
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png'
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg'
  if (/^GIF8[79]a/.test(start)) return 'image/gif'
  if (/^RIFF[^]{4}WEBP/.test(start)) return 'image/webp'
  if (/^BM[^]{4}\0\0\0\0/.test(start)) return 'image/bmp'
  if (start.startsWith('\0\0\x01\0')) return 'image/x-icon'
  if (start.slice(4, 8) === 'ftyp' && /avi[fs]/.test(latin1(bytes, 8, 64))) return 'image/avif'
  return null
}
