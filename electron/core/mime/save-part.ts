/** Saves what a message carries under a name that is safe on every system, and never over a file that is there. */
import { randomUUID } from 'node:crypto'
import { open, rename, unlink, link, mkdir } from 'node:fs/promises'
import { join, parse } from 'node:path'
import type { Part } from '../../../shared/model.ts'
import { isMissing, syncFolder } from '../vault/atomic-file.ts'

const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i
// Path separators, what Windows refuses, controls, and the marks that turn text around to hide an ending.
const unsafe = /[/\\:*?"<>|\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g
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

export function cleanName({ filename, type, part }: Part): string {
  let name = (filename ?? '')
    .normalize('NFC')
    .replace(unsafe, '_')
    .replace(/^[.\s]+|[.\s]+$/g, '')
  if (reserved.test(name)) name = `_${name}`
  if (!name) name = `part-${part.replace(/[^0-9.]/g, '')}${endings[type] ?? ''}`
  const { name: stem, ext } = parse(name)
  const ending = ext.slice(0, 20)
  return `${cutToBytes(stem, longestName - Buffer.byteLength(ending))}${ending}`
}

function cutToBytes(text: string, bytes: number): string {
  let kept = ''
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytes) break
    kept += character
  }
  return kept
}

/** Writes what `produce` gives beside its place, then gives it its name: a download that fails leaves nothing. Answers the path. */
export async function savePart(folder: string, part: Part, produce: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>): Promise<string> {
  await mkdir(folder, { recursive: true })
  const beside = join(folder, `.pillarbox-${randomUUID()}.part`)
  const handle = await open(beside, 'wx', 0o600)
  try {
    try {
      await produce(async chunk => void (await handle.writeFile(chunk)))
      await handle.sync()
    } finally {
      await handle.close()
    }
    const path = await place(beside, folder, cleanName(part))
    await syncFolder(folder)
    return path
  } catch (error) {
    await unlink(beside).catch((reason: unknown) => {
      if (!isMissing(reason)) throw reason
    })
    throw error
  }
}

async function place(beside: string, folder: string, name: string): Promise<string> {
  const { name: stem, ext } = parse(name)
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${stem} (${n})${ext}`)
    try {
      await link(beside, path) // fails where the name is taken, also when two save at once
      await unlink(beside)
      return path
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code === 'EEXIST') continue
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
      await rename(beside, path) // a file system without links
      return path
    }
  }
}
