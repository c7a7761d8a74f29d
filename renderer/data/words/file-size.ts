import { cleanName } from '../../../shared/model/file-name.ts'
import type { Part } from '../../../shared/model/message.ts'

/** Bytes once decoded, as near as the encoded size tells. */
export function decodedSize({ size, encoding }: Part): number {
  return encoding?.toLowerCase() === 'base64' ? Math.floor((size * 57) / 78) : size // 57 bytes a line of 76 and CRLF
}

/** "184 kB": decimal units, as file managers show them. */
export function sizeWords(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const units = ['kB', 'MB', 'GB']
  let value = bytes
  let unit = ''
  for (const next of units) {
    if (value < 999.5) break
    value /= 1000
    unit = next
  }
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`
}

const namesByType: Record<string, string> = {
  'message/rfc822': 'Attached message',
  'message/delivery-status': 'Delivery report',
  'text/calendar': 'Invitation',
  'text/rfc822-headers': 'Headers of the message',
}

/** What a part is called: as it will be saved, or what it is where its sender gave no name. */
export function partName(part: Part): string {
  return part.filename?.trim() ? cleanName(part) : (namesByType[part.type.toLowerCase()] ?? `Attachment ${part.part}`)
}
