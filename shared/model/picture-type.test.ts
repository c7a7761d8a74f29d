import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { mayBePicture, pictureTypeOf } from './picture-type.ts'

const latin1 = (text: string): Uint8Array => Buffer.from(text, 'latin1')

test.each([
  ['image/png', latin1('\x89PNG\r\n\x1a\n')],
  ['image/jpeg', latin1('\xff\xd8\xff\xe0\0\x10JFIF')],
  ['image/gif', latin1('GIF89a\x01\0\x01\0')],
  ['image/gif', latin1('GIF87a\x01\0\x01\0')],
  ['image/webp', latin1('RIFF\x10\0\0\0WEBPVP8 ')],
  ['image/bmp', latin1('BM\x46\0\0\0\0\0\0\0\x36\0')],
  ['image/x-icon', latin1('\0\0\x01\0\x01\0')],
  ['image/avif', latin1('\0\0\0\x20ftypavif\0\0\0\0')],
  ['image/avif', latin1('\0\0\0\x20ftypmif1\0\0\0\0mif1avif')],
])('%s by its first bytes', (type, bytes) => expect(pictureTypeOf(bytes)).toBe(type))

const svg = '<svg xmlns="http://www.w3.org/2000/svg"/>'
test.each([
  svg,
  `\ufeff${svg}`,
  `<?xml version="1.0"?>${svg}`,
  `\n \t<!-- x -->${svg}`,
  `<!DOCTYPE svg>${svg}`,
  Buffer.from(svg, 'utf16le').toString('latin1'),
  gzipSync(svg).toString('latin1'),
  `BM${svg}`,
  'GIF',
  '%PDF-1.7',
  '',
])('no picture: %j', text => expect(pictureTypeOf(Buffer.from(text, text.includes('\ufeff') ? 'utf8' : 'latin1'))).toBeNull())

test('SVG is none, whatever it is called', () => {
  for (const type of [
    'image/svg+xml',
    'IMAGE/SVG+XML',
    'image/svg',
    'image/svg-xml',
    'image/vnd.adobe.svg+xml',
    'image/xml',
    'text/html',
    'image/',
    'application/octet-stream',
  ])
    expect(mayBePicture(type)).toBe(false)
  for (const type of ['image/png', 'image/pjpeg', 'IMAGE/JPG', 'image/x-ms-bmp']) expect(mayBePicture(type)).toBe(true)
})
