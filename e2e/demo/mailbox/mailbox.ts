/** The demo mailbox: every message put into its folder, with its place in the conversation. */
import { compose, type MessageSource } from '../mime/compose.ts'
import { Store } from '../imap/store.ts'
import { composeBounce } from './bounce.ts'
import { bulk } from './bulk.ts'
import { conversations } from './conversations.ts'
import { alice, amelie, timesFrom, type DemoMessage, type Times } from './messages.ts'
import { otherFolders } from './other-folders.ts'
import { otherScripts } from './scripts.ts'

const folders: [path: string, use: string][] = [
  ['INBOX', ''],
  ['Drafts', '\\Drafts'],
  ['Sent', '\\Sent'],
  ['Archive', '\\Archive'],
  ['Junk', '\\Junk'],
  ['Trash', '\\Trash'],
  ['Clients', ''],
  ['Clients/Northwind', ''],
  ['Travel', ''],
  ['Receipts', ''],
]
const flagNames: Record<string, string> = { S: '\\Seen', R: '\\Answered', F: '\\Flagged', D: '\\Draft' }
/** Messages lie a few seconds at the server before they are delivered. */
const deliveryMs = 4_000

/** Fills in what a message needs to go out: its id, and the ids of those before it. */
function complete(message: DemoMessage, index: number, bySlug: ReadonlyMap<string, DemoMessage>): MessageSource {
  const idOf = ({ slug, from }: DemoMessage, fallback: string) => `${slug ?? fallback}.demo@${from.address.split('@')[1] ?? 'localhost'}`
  const references: string[] = []
  for (let before = message.answers; before !== undefined; before = bySlug.get(before)?.answers) {
    const answered = bySlug.get(before)
    if (answered) references.unshift(idOf(answered, before))
  }
  return { ...message, to: message.to ?? [alice], id: idOf(message, `message-${index}`), references }
}

/** One of the messages before could not be delivered. */
function bounce({ ago }: Times): { raw: string; date: Date } {
  const sentAt = ago(2, '09:15')
  const date = ago(2, '09:16')
  const returned = compose({
    id: 'to-hale.demo@example.org',
    from: alice,
    to: [{ name: 'Edith Hale', address: 'edith@hale.example' }],
    subject: 'The clock',
    date: sentAt,
    text: 'Dear Mrs Hale, is it true about the clock?\n\nAlice',
  })
  const raw = composeBounce({
    id: 'bounce.demo@mx.example.org',
    to: alice,
    recipient: 'edith@hale.example',
    host: 'mx.hale.example',
    sentAt,
    date,
    returned,
  })
  return { raw, date }
}

/** All messages, as bytes, oldest first in each folder. */
export function createMailbox(now: Date): Store {
  const times = timesFrom(now)
  const messages = [...conversations(times), ...otherScripts(times), ...bulk(times), ...otherFolders(times)]
  const bySlug = new Map(messages.filter(message => message.slug).map(message => [message.slug!, message]))
  const store = new Store()
  for (const [path, use] of folders) store.create(path, use)
  const written = messages.map((message, index) => ({
    folder: message.folder ?? 'INBOX',
    flags: [...(message.flags ?? '')].map(flag => flagNames[flag]!),
    date: message.date,
    raw: compose(complete(message, index, bySlug)),
  }))
  const all = [...written, { folder: 'INBOX', flags: [], ...bounce(times) }]
  for (const { folder, flags, date, raw } of all.sort((a, b) => a.date.getTime() - b.date.getTime()))
    store.add(store.find(folder)!, raw, flags, new Date(Math.min(now.getTime(), date.getTime() + deliveryMs)))
  return store
}

/** The message that arrives while one looks. */
export function newMail(now: Date): string {
  return compose({
    id: `arrival-${now.getTime()}.demo@laurent.example`,
    from: amelie,
    to: [alice],
    subject: 'The lighthouse is open on Sunday',
    date: now,
    text: `I just walked past: there is a note on the door. Sunday, ten to four, bring a coat for the stairs.

Shall we go up and look at the crane from the other side, once and for all?

Amélie`,
  })
}
