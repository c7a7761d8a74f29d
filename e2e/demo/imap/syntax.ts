/** IMAP command syntax (RFC 3501, 9): atoms, quoted strings, literals and lists, as far as clients use them. */

/** `text` of an atom or string; `quoted` where it was a string, so that "NIL" is not NIL. */
export type Token = { kind: 'word'; text: string; quoted: boolean } | { kind: 'list'; items: Token[] }

/** A command that cannot be read or performed: `BAD` or `NO` with these words. */
export class Refusal extends Error {
  constructor(
    readonly answer: 'BAD' | 'NO',
    words: string,
  ) {
    super(words)
  }
}

/** An atom ends at these; brackets of BODY[…] are kept together with what is in them. */
const atomEnd = /[ ()]/

/** Reads the arguments of a command, whose literals stand in it as `{n}\r\n` and n characters. */
export function tokenize(text: string): Token[] {
  let at = 0
  function word(): Token {
    if (text[at] === '"') {
      let value = ''
      for (at++; text[at] !== '"'; at++) {
        if (at >= text.length) throw new Refusal('BAD', 'a string does not end')
        if (text[at] === '\\') at++
        value += text[at]
      }
      at++
      return { kind: 'word', text: value, quoted: true }
    }
    const literal = /^~?\{(\d+)\+?\}\r\n/.exec(text.slice(at, at + 24))
    if (literal) {
      const start = at + literal[0].length
      at = start + Number(literal[1])
      return { kind: 'word', text: text.slice(start, at), quoted: true }
    }
    const start = at
    for (let depth = 0; at < text.length; at++) {
      if (text[at] === '[') depth++
      else if (text[at] === ']') depth--
      else if (depth <= 0 && atomEnd.test(text[at]!)) break
    }
    if (at === start) throw new Refusal('BAD', 'an argument is malformed')
    return { kind: 'word', text: text.slice(start, at), quoted: false }
  }
  function list(end: string): Token[] {
    const items: Token[] = []
    for (;;) {
      while (text[at] === ' ') at++
      if (at >= text.length || text[at] === end) break
      if (text[at] === '(') {
        at++
        items.push({ kind: 'list', items: list(')') })
        if (text[at] !== ')') throw new Refusal('BAD', 'a list does not end')
        at++
      } else items.push(word())
    }
    return items
  }
  const tokens = list('')
  if (at < text.length) throw new Refusal('BAD', 'an argument is malformed')
  return tokens
}

/** The text of a token. Throws where it is a list or absent. */
export function wordOf(token: Token | undefined): string {
  if (token?.kind !== 'word') throw new Refusal('BAD', 'an argument is missing')
  return token.text
}

/** The texts of a list, or of the single word in its place. */
export function wordsOf(token: Token | undefined): string[] {
  return token?.kind === 'list' ? token.items.map(wordOf) : [wordOf(token)]
}

/** Numbers of a sequence set such as `1:3,7,9:*`, as a test; `last` is what * means. */
export function sequenceSet(text: string, last: number): (n: number) => boolean {
  const ranges = text.split(',').map(part => {
    const match = /^(\d+|\*)(?::(\d+|\*))?$/.exec(part)
    if (!match) throw new Refusal('BAD', 'a sequence set is malformed')
    const [from, to] = [match[1]!, match[2] ?? match[1]!].map(end => (end === '*' ? last : Number(end)))
    return { low: Math.min(from!, to!), high: Math.max(from!, to!) }
  })
  return n => ranges.some(({ low, high }) => n >= low && n <= high)
}

/** A string as an answer carries it: quoted where that is allowed, else a literal. */
export function quote(text: string | null): string {
  if (text === null) return 'NIL'
  return /[\u0000-\u001f\u007f-\u00ff]/.test(text) ? `{${text.length}}\r\n${text}` : `"${text.replace(/["\\]/g, '\\$&')}"`
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']
const two = (n: number) => String(n).padStart(2, '0')

/** INTERNALDATE, in UTC. */
export function dateTime(date: Date): string {
  const time = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':')
  return `"${two(date.getUTCDate())}-${months[date.getUTCMonth()]}-${date.getUTCFullYear()} ${time} +0000"`
}

/** Reads `date` or `date-time` of a command; answers ms. */
export function parseDate(text: string): number {
  const parsed = Date.parse(text.trim().replace(/^(\d{1,2})-(\w{3})-(\d{4})/, '$1 $2 $3') + (/ /.test(text.trim()) ? '' : ' UTC'))
  if (Number.isNaN(parsed)) throw new Refusal('BAD', 'a date is malformed')
  return parsed
}
