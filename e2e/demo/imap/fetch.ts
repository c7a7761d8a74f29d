/** FETCH (RFC 3501, 6.4.5). */
import { bodyStructure, envelope, parseMessage, sectionOf, type MimePart } from './mime.ts'
import type { StoredMessage } from './store.ts'
import { dateTime, Refusal, tokenize, wordsOf, type Token } from './syntax.ts'

const macros: Record<string, string[]> = {
  ALL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE'],
  FAST: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE'],
  FULL: ['FLAGS', 'INTERNALDATE', 'RFC822.SIZE', 'ENVELOPE', 'BODY'],
}
const older: Record<string, string> = { RFC822: 'BODY[]', 'RFC822.HEADER': 'BODY.PEEK[HEADER]', 'RFC822.TEXT': 'BODY[TEXT]' }

const parsed = new WeakMap<StoredMessage, MimePart>()
function mimeOf(message: StoredMessage): MimePart {
  const known = parsed.get(message) ?? parseMessage(message.raw)
  parsed.set(message, known)
  return known
}

/** The items a FETCH asks for. */
export function fetchItems(token: Token | undefined): string[] {
  const words = wordsOf(token)
  return words.length === 1 ? (macros[words[0]!.toUpperCase()] ?? words) : words
}

/** True where fetching this marks the message as read. */
export function marksSeen(items: readonly string[]): boolean {
  return items.some(item => /^(BODY\[|RFC822$|RFC822\.TEXT$)/i.test(item))
}

function answerSection(message: StoredMessage, item: string): string {
  const match = /^BODY(?:\.PEEK)?\[(.*)\](?:<(\d+)\.(\d+)>)?$/is.exec(item)
  if (!match) throw new Refusal('BAD', `${item} cannot be fetched`)
  const [head, list] = tokenize(match[1]!)
  const section = head?.kind === 'word' ? head.text : ''
  const bytes = sectionOf(mimeOf(message), section, list ? wordsOf(list) : [])
  const label = `BODY[${match[1]}]`
  if (match[2] === undefined) return `${label} ${bytes === null ? 'NIL' : `{${bytes.length}}\r\n${bytes}`}`
  const from = Number(match[2])
  const piece = bytes?.slice(from, from + Number(match[3]))
  return `${label}<${from}> ${piece === undefined ? 'NIL' : `{${piece.length}}\r\n${piece}`}`
}

/** One `name value` of an answer. Throws a refusal for an item we do not know. */
export function fetchAnswer(message: StoredMessage, item: string): string {
  const name = item.toUpperCase()
  switch (name) {
    case 'UID':
      return `UID ${message.uid}`
    case 'FLAGS':
      return `FLAGS (${[...message.flags].join(' ')})`
    case 'INTERNALDATE':
      return `INTERNALDATE ${dateTime(message.internalDate)}`
    case 'RFC822.SIZE':
      return `RFC822.SIZE ${message.raw.length}`
    case 'ENVELOPE':
      return `ENVELOPE ${envelope(mimeOf(message))}`
    case 'BODYSTRUCTURE':
      return `BODYSTRUCTURE ${bodyStructure(mimeOf(message))}`
    case 'BODY':
      return `BODY ${bodyStructure(mimeOf(message), false)}`
    default:
      return older[name] ? answerSection(message, older[name]).replace(/^\S+/, name) : answerSection(message, item)
  }
}
