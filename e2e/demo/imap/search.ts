/** SEARCH (RFC 3501, 6.4.4), without charsets: words are compared as bytes, small and capital ASCII messages alike. */
import { fieldOf } from './mime.ts'
import type { StoredMessage } from './store.ts'
import { parseDate, Refusal, sequenceSet, wordOf, type Token } from './syntax.ts'

/** A message at its place in the session's view (from 1). */
type Test = (message: StoredMessage, sequence: number) => boolean

const flagKeys: Record<string, [flag: string, present: boolean]> = {
  SEEN: ['\\Seen', true],
  UNSEEN: ['\\Seen', false],
  FLAGGED: ['\\Flagged', true],
  UNFLAGGED: ['\\Flagged', false],
  ANSWERED: ['\\Answered', true],
  UNANSWERED: ['\\Answered', false],
  DELETED: ['\\Deleted', true],
  UNDELETED: ['\\Deleted', false],
  DRAFT: ['\\Draft', true],
  UNDRAFT: ['\\Draft', false],
}
const fieldKeys = new Set(['FROM', 'TO', 'CC', 'BCC', 'SUBJECT'])
const dayMs = 86_400_000
const dayOf = (ms: number) => Math.floor(ms / dayMs)
const contains = (text: string | null, wanted: string) => (text ?? '').toLowerCase().includes(wanted.toLowerCase())
const headerOf = (message: StoredMessage) => message.raw.slice(0, message.raw.indexOf('\r\n\r\n') + 4)

/** Turns search keys into a test; all of them must hold. `last` are the highest UID and sequence number. */
export function searchTest(tokens: readonly Token[], last: { uid: number; sequence: number }): Test {
  const rest = [...tokens]
  const tests: Test[] = []
  while (rest.length > 0) tests.push(nextTest(rest, last))
  return (message, sequence) => tests.every(test => test(message, sequence))
}

function nextTest(rest: Token[], last: { uid: number; sequence: number }): Test {
  const token = rest.shift()
  if (token?.kind === 'list') return searchTest(token.items, last)
  const word = wordOf(token)
  const key = word.toUpperCase()
  const value = () => wordOf(rest.shift())
  const flag = flagKeys[key]
  if (flag) return ({ flags }) => flags.has(flag[0]) === flag[1]
  if (fieldKeys.has(key)) {
    const wanted = value()
    return message => contains(fieldOf(headerOf(message), key.toLowerCase()), wanted)
  }
  switch (key) {
    case 'ALL':
    case 'OLD':
      return () => true
    case 'NEW':
    case 'RECENT':
      return () => false
    case 'NOT': {
      const inner = nextTest(rest, last)
      return (message, sequence) => !inner(message, sequence)
    }
    case 'OR': {
      const [a, b] = [nextTest(rest, last), nextTest(rest, last)]
      return (message, sequence) => a(message, sequence) || b(message, sequence)
    }
    case 'UID': {
      const set = sequenceSet(value(), last.uid)
      return ({ uid }) => set(uid)
    }
    case 'KEYWORD':
    case 'UNKEYWORD': {
      const wanted = value()
      return ({ flags }) => flags.has(wanted) === (key === 'KEYWORD')
    }
    case 'HEADER': {
      const [name, wanted] = [value().toLowerCase(), value()]
      return message => {
        const field = fieldOf(headerOf(message), name)
        return field !== null && contains(field, wanted)
      }
    }
    case 'BODY':
    case 'TEXT': {
      const wanted = value()
      return message => contains(key === 'TEXT' ? message.raw : message.raw.slice(headerOf(message).length), wanted)
    }
    case 'LARGER':
    case 'SMALLER': {
      const size = Number(value())
      return ({ raw }) => (key === 'LARGER' ? raw.length > size : raw.length < size)
    }
    case 'SINCE':
    case 'BEFORE':
    case 'ON':
    case 'SENTSINCE':
    case 'SENTBEFORE':
    case 'SENTON': {
      const day = dayOf(parseDate(value()))
      return message => {
        const own = dayOf(key.startsWith('SENT') ? Date.parse(fieldOf(headerOf(message), 'date') ?? '') : message.internalDate.getTime())
        return key.endsWith('SINCE') ? own >= day : key.endsWith('BEFORE') ? own < day : own === day
      }
    }
    default: {
      if (!/^[\d*]/.test(word)) throw new Refusal('BAD', `${word} cannot be searched for`)
      const set = sequenceSet(word, last.sequence)
      return (_message, sequence) => set(sequence)
    }
  }
}
