/** Gathers people from the cache (recipients in the Sent folders, senders in the inboxes), newest pages first and a few at a time, so that the window never waits. */
import Dexie from 'dexie'
import type { Recipient } from '../../../shared/model/outgoing.ts'
import type { Folder } from '../../../shared/model/folder.ts'
import type { HeaderRow } from '../../../shared/model/message.ts'
import type { PageRecord } from '../../../shared/model/cache-records.ts'
import type { Reader } from '../database.ts'
import { ContactsIndex } from './contacts-index.ts'

export interface Contacts {
  /** Starts reading, where there is more to read than the last time. */
  load(): void
  /** Called once more people are known. Answers how to stop. */
  onChange(listener: () => void): () => void
  suggest(query: string, without: ReadonlySet<string>): Recipient[]
  /** A message of this window went to them. */
  note(recipients: readonly Recipient[]): void
}

/** Of 250 messages each. */
const mostSentPages = 400
const mostInboxPages = 40
const pagesAtOnce = 10
/** Mail that arrives makes no new reading before this is over. */
const freshForMs = 60_000

async function readPages(database: Dexie, folder: Folder, most: number, add: (row: HeaderRow) => void): Promise<void> {
  const pages = database.table<PageRecord>('pages')
  for (let before: unknown = Dexie.maxKey, read = 0; read < most; read += pagesAtOnce) {
    const found = await pages
      .where('[folder+n]')
      .between([folder.id, Dexie.minKey], [folder.id, before], true, false)
      .reverse()
      .limit(pagesAtOnce)
      .toArray()
    for (const { json } of found) for (const row of JSON.parse(json) as (HeaderRow | null)[]) if (row) add(row)
    if (found.length < pagesAtOnce) return
    before = found.at(-1)!.n
    await new Promise(resolve => setTimeout(resolve)) // lets the window breathe
  }
}

export function createContacts({ reader, folders, now }: { reader: Reader; folders(): readonly Folder[]; now(): number }): Contacts {
  let index = new ContactsIndex()
  let readAt = -Infinity
  /** What there was to read. */
  let seen = ''
  const listeners = new Set<() => void>()
  let reading = false
  const noted: { recipients: readonly Recipient[]; at: number }[] = []

  async function read(): Promise<void> {
    const next = new ContactsIndex()
    const database = await reader.open()
    for (const folder of folders()) {
      if (folder.role === 'sent')
        await readPages(database, folder, mostSentPages, ({ to, cc = [], date = 0 }) => next.add('written', [...to, ...cc].slice(0, 200), date))
      if (folder.role === 'inbox')
        await readPages(database, folder, mostInboxPages, ({ from, date = 0 }) => next.add('received', from.slice(0, 5), date))
    }
    for (const { recipients, at } of noted) next.add('written', recipients, at)
    index = next
    for (const listener of listeners) listener()
  }

  function load(): void {
    const sources = folders().filter(({ role }) => role === 'sent' || role === 'inbox')
    const there = sources.map(({ id, slots }) => `${id} ${slots}`).join()
    const grows = seen.split(',').length < sources.length || seen.includes(' 0') // folders or mail come in just now
    if (reading || there === seen || (!grows && now() - readAt < freshForMs)) return
    reading = true
    seen = there
    readAt = now()
    read()
      .catch((error: Error) => console.warn('people:', error.message)) // completion is a help; writing goes on without it
      .finally(() => (reading = false))
  }

  return {
    load,
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    suggest(query, without) {
      load()
      return index.suggest(query, now(), without)
    },
    note(recipients) {
      noted.push({ recipients, at: now() })
      index.add('written', recipients, now())
    },
  }
}
