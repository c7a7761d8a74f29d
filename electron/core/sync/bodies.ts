/** Fetches what a reader shows, in two round trips: the structure, then the text parts and the header, each within a bound. */
import type { MessageStructureObject } from 'imapflow'
import { MailError } from '../../../shared/errors.ts'
import type { Body, Part, Preview } from '../../../shared/model/message.ts'
import { fromUids, type Ranges } from '../../../shared/ranges.ts'
import { pictureLimit, type RawPart } from '../mime/decode.ts'
import { headerLimit } from '../mime/headers.ts'
import type { Mime } from '../mime/mime.ts'
import { toReadable } from '../mime/structure.ts'
import type { MailStore } from '../store/mail-store.ts'

/** Bound on one section in encoded bytes: longer text is cut, and said to be. */
const sectionLimit = 2 << 20
const mostSections = 50
const snippetBytes = 1024

export interface FetchedBody {
  body: Body
  /** Encoded bytes that were fetched. */
  size: number
}

/** Bytes of bodies that are asked for in one round trip, where it is not one message alone: what a slow line gives in a quarter of a minute. */
const tripBytes = 128 << 10

interface Wanted {
  uid: number
  shown: Part[]
  rest: Pick<Body, 'attachments' | 'inline'>
}

/** What can share a round trip: messages whose readable parts have the same numbers, and that are not too much together. */
function toTrips(structures: Map<number, MessageStructureObject>): Wanted[][] {
  const trips: Wanted[][] = []
  const open = new Map<string, { trip: Wanted[]; bytes: number }>()
  for (const [uid, structure] of structures) {
    const { sections, inline, attachments } = toReadable(structure)
    const shown = sections.slice(0, mostSections)
    const shape = shown.map(({ part }) => part).join()
    const bytes = shown.reduce((sum, { size }) => sum + Math.min(size, sectionLimit), 0)
    let last = open.get(shape)
    if (!last || last.bytes + bytes > tripBytes) {
      last = { trip: [], bytes: 0 }
      open.set(shape, last)
      trips.push(last.trip)
    }
    last.trip.push({ uid, shown, rest: { attachments: [...attachments, ...sections.slice(mostSections)], inline } })
    last.bytes += bytes
  }
  return trips
}

/** What was fetched with this bound; as long as that, it was cut. */
function toRaw(part: Part, bytes: Uint8Array, limit: number): RawPart {
  return { part, bytes, cut: bytes.length >= limit }
}

/** The bodies of messages of the selected folder, each round trip's as they come; one that is gone is not among them. */
export async function* fetchBodies(session: MailStore, mime: Mime, uids: Ranges): AsyncGenerator<Map<number, FetchedBody>> {
  for (const trip of toTrips(await session.fetchStructures(uids))) {
    const wanted = [...trip[0]!.shown.map(({ part }) => ({ part, limit: sectionLimit })), { part: 'HEADER', limit: headerLimit }]
    const fetched = await session.fetchParts(fromUids(trip.map(({ uid }) => uid)), wanted)
    const found = new Map<number, FetchedBody>()
    for (const { uid, shown, rest } of trip) {
      const parts = fetched.get(uid)
      if (!parts) continue
      const raw = shown.map(part => toRaw(part, parts.get(part.part.toUpperCase()) ?? new Uint8Array(0), sectionLimit))
      const body = await mime.toBody(parts.get('HEADER') ?? new Uint8Array(0), raw, rest)
      found.set(uid, { body, size: raw.reduce((sum, { bytes }) => sum + bytes.length, 0) })
    }
    yield found
  }
}

/** The body of one message. Throws `gone` where the server no longer has it. */
export async function fetchBody(session: MailStore, mime: Mime, uid: number): Promise<FetchedBody> {
  for await (const found of fetchBodies(session, mime, fromUids([uid]))) {
    const body = found.get(uid)
    if (body) return body
  }
  throw new MailError('gone', 'message.gone')
}

/** Inline parts of one message, transfer encoding removed; those beyond the bound are left out. */
export async function fetchInline(session: MailStore, uid: number, parts: Part[]): Promise<{ part: Part; base64: string }[]> {
  const found: { part: Part; base64: string }[] = []
  for (const part of parts.filter(({ size }) => size <= pictureLimit)) {
    const chunks: Uint8Array[] = []
    for await (const chunk of session.download(uid, part.part)) chunks.push(chunk)
    found.push({ part, base64: Buffer.concat(chunks).toString('base64') })
  }
  return found
}

/** Snippets and attachments of many messages: the structures, then the first bytes of each first text, asked for by part number. */
export async function fetchPreviews(session: MailStore, mime: Mime, uids: Ranges): Promise<{ uids: number[]; previews: Preview[] }> {
  const readable = [...(await session.fetchStructures(uids))].map(([uid, structure]) => ({ uid, ...toReadable(structure) }))
  const byPart = new Map<string, number[]>()
  for (const { uid, snippet } of readable) if (snippet) byPart.set(snippet.part, [...(byPart.get(snippet.part) ?? []), uid])
  const raw = new Map<number, RawPart>()
  for (const [part, group] of byPart) {
    const found = await session.fetchParts(fromUids(group), [{ part, limit: snippetBytes }])
    for (const { uid, snippet } of readable) {
      const bytes = snippet?.part === part ? found.get(uid)?.get(part.toUpperCase()) : undefined
      if (snippet && bytes) raw.set(uid, toRaw(snippet, bytes, snippetBytes))
    }
  }
  const snippets = await mime.toSnippets([...raw.values()])
  const byUid = new Map([...raw.keys()].map((uid, i) => [uid, snippets[i]!]))
  return {
    uids: readable.map(({ uid }) => uid),
    previews: readable.map(({ uid, attachments }) => ({ snippet: byUid.get(uid) ?? '', attachments })),
  }
}
