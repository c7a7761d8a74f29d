/** Fetches what a reader shows, in two round trips: the structure, then the text parts and the header, each within a bound. */
import { MailError } from '../../../shared/errors.ts'
import type { Body, Part, Preview } from '../../../shared/model.ts'
import { fromUids, type Ranges } from '../../../shared/ranges.ts'
import type { RawPart } from '../mime/decode.ts'
import type { Mime } from '../mime/mime.ts'
import { toReadable } from '../mime/structure.ts'
import type { ImapSession } from './session.ts'

/** Bound on one section in encoded bytes: longer text is cut, and said to be. */
const sectionLimit = 2 << 20
const mostSections = 50
const headerLimit = 256 << 10
/** Bound on one inline picture in encoded bytes. */
const pictureLimit = 12 << 20
const snippetBytes = 1024

/** The body of one message of the selected folder; `size` is what it takes in bytes. Throws `gone` where the server no longer has it. */
export async function fetchBody(session: ImapSession, mime: Mime, uid: number): Promise<{ body: Body; size: number }> {
  const uids = fromUids([uid])
  const structure = (await session.fetchStructures(uids)).get(uid)
  if (!structure) throw new MailError('gone', 'The message is no longer on the server.')
  const { sections, inline, attachments } = toReadable(structure)
  const shown = sections.slice(0, mostSections)
  const wanted = [...shown.map(({ part }) => ({ part, limit: sectionLimit })), { part: 'HEADER', limit: headerLimit }]
  const parts = (await session.fetchParts(uids, wanted)).get(uid)
  if (!parts) throw new MailError('gone', 'The message is no longer on the server.')
  const raw: RawPart[] = shown.map(part => ({ part, bytes: parts.get(part.part.toUpperCase()) ?? new Uint8Array(0) }))
  const rest = { attachments: [...attachments, ...sections.slice(mostSections)], inline }
  const body = await mime.toBody(parts.get('HEADER') ?? new Uint8Array(0), raw, rest, sectionLimit)
  return { body, size: raw.reduce((sum, { bytes }) => sum + bytes.length, 0) }
}

/** Inline parts of one message, transfer encoding removed; those beyond the bound are left out. */
export async function fetchInline(session: ImapSession, uid: number, parts: Part[]): Promise<{ part: Part; base64: string }[]> {
  const found: { part: Part; base64: string }[] = []
  for (const part of parts.filter(({ size }) => size <= pictureLimit)) {
    const chunks: Uint8Array[] = []
    for await (const chunk of session.download(uid, part.part)) chunks.push(chunk)
    found.push({ part, base64: Buffer.concat(chunks).toString('base64') })
  }
  return found
}

/** Snippets and attachments of many messages: the structures, then the first bytes of each first text, asked for by part number. */
export async function fetchPreviews(session: ImapSession, mime: Mime, uids: Ranges): Promise<{ uids: number[]; previews: Preview[] }> {
  const readable = [...(await session.fetchStructures(uids))].map(([uid, structure]) => ({ uid, ...toReadable(structure) }))
  const byPart = new Map<string, number[]>()
  for (const { uid, snippet } of readable) if (snippet) byPart.set(snippet.part, [...(byPart.get(snippet.part) ?? []), uid])
  const raw = new Map<number, RawPart>()
  for (const [part, group] of byPart) {
    const found = await session.fetchParts(fromUids(group), [{ part, limit: snippetBytes }])
    for (const { uid, snippet } of readable) {
      const bytes = snippet?.part === part ? found.get(uid)?.get(part.toUpperCase()) : undefined
      if (snippet && bytes) raw.set(uid, { part: snippet, bytes })
    }
  }
  const snippets = await mime.toSnippets([...raw.values()])
  const byUid = new Map([...raw.keys()].map((uid, i) => [uid, snippets[i]!]))
  return {
    uids: readable.map(({ uid }) => uid),
    previews: readable.map(({ uid, attachments }) => ({ snippet: byUid.get(uid) ?? '', attachments })),
  }
}
