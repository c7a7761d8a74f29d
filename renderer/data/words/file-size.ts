import { cleanName } from '../../../shared/model/file-name.ts'
import type { Part } from '../../../shared/model/message.ts'
import { forLocale, numberWords } from './locale.ts'
import { say } from './say.ts'

/** Bytes once decoded, as near as the encoded size tells. */
export function decodedSize({ size, encoding }: Part): number {
  return encoding?.toLowerCase() === 'base64' ? Math.floor((size * 57) / 78) : size // 57 bytes a line of 76 and CRLF
}

const tenths = forLocale(tag => new Intl.NumberFormat(tag, { minimumFractionDigits: 1, maximumFractionDigits: 1 }))

/** "184 kB", "1.5 MB": decimal units, as file managers show them. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return say('parts.bytes', { count: bytes })
  const units = ['kB', 'MB', 'GB'] as const
  let value = bytes / 1000
  let unit: (typeof units)[number] = 'kB'
  for (const next of units.slice(1)) {
    if (value < 999.5) break
    value /= 1000
    unit = next
  }
  return say(`parts.${unit}`, { size: value < 10 ? tenths().format(value) : numberWords(Math.round(value)) })
}

const namesByType: Record<string, string> = {
  'message/rfc822': say('parts.attachedMessage'),
  'message/delivery-status': say('parts.deliveryReport'),
  'text/calendar': say('parts.invitation'),
  'text/rfc822-headers': say('parts.headers'),
}

/** What a part is called: as it will be saved, or what it is where its sender gave no name. */
export function partName(part: Part): string {
  return part.filename?.trim() ? cleanName(part) : (namesByType[part.type.toLowerCase()] ?? say('parts.attachment', { number: part.part }))
}
