/** Names that senders give to files, made safe on every system. Windows show the same name that a file is saved under. */
import type { Part } from './message.ts'
import { shownText } from './shown-text.ts'

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
// Path separators, what Windows refuses, controls, and the marks that turn text around to hide an ending.
const unsafe = /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g
/** Bytes; file systems take 255, and a number may follow. */
const longestName = 200

const endings: Record<string, string> = {
  'message/rfc822': '.eml',
  'text/calendar': '.ics',
  'text/plain': '.txt',
  'text/html': '.html',
  'image/png': '.png',
  'image/jpeg': '.jpg',
  'application/pdf': '.pdf',
}

/** A name and its ending, which begins with the last dot; a dot at the beginning makes no ending. */
export function splitName(name: string): { stem: string; ending: string } {
  const dot = name.lastIndexOf('.')
  return dot > 0 ? { stem: name.slice(0, dot), ending: name.slice(dot) } : { stem: name, ending: '' }
}

export function cleanName({ filename, type, part }: Part): string {
  let name = shownText((filename ?? '').normalize('NFC').replace(unsafe, '_')).replace(/^[.\s]+|[.\s]+$/g, '')
  if (reserved.test(name)) name = `_${name}`
  if (!name) name = `part-${part.replace(/[^0-9.]/g, '')}${endings[type] ?? ''}`
  const { stem, ending } = splitName(name)
  const kept = ending.slice(0, 20)
  return `${cutToBytes(stem, longestName - bytesOf(kept))}${kept}`
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

function cutToBytes(text: string, bytes: number): string {
  let left = bytes
  let kept = ''
  for (const character of text) {
    left -= bytesOf(character)
    if (left < 0) break
    kept += character
  }
  return kept
}
