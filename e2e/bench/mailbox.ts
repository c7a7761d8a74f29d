/** A large mailbox from a seed: ten years, conversations, other scripts, some attachments. The same every time. */
import { message, withFiles } from '../fixtures/messages.ts'

const first = ['Ada', 'Bjørn', 'Chen', 'Divya', 'Eero', 'Fatima', 'Goran', 'Hanako', 'Ines', 'Jan']
const last = ['Lovelace', 'Østby', 'Wei', 'Rao', 'Virtanen', 'Haddad', 'Kovač', 'Sato', 'Silva', 'Novák']
const words = 'harbour crane invoice ticket meeting draft chapter cabin winter library minutes survey contract photo garden boiler'.split(' ')

/** mulberry32: small, seeded, the same on every machine. */
export function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function* mailbox(count: number, seed = 1, end = Date.UTC(2026, 10, 1)): Generator<{ raw: string; flags: string; date: Date }> {
  const next = random(seed)
  const pick = <T>(list: T[]): T => list[Math.floor(next() * list.length)]!
  const span = 10 * 365 * 24 * 3600_000
  const roots: string[] = []
  for (let i = 0; i < count; i++) {
    const date = new Date(end - span + (span * i) / count)
    const person = Math.floor(next() * 100)
    const from = `"${first[person % 10]} ${last[Math.floor(person / 10)]}" <p${person}@example.test>`
    const messageId = `<bench-${seed}-${i}@example.test>`
    const root = next() < 0.4 && roots.length > 0 ? roots[Math.max(0, roots.length - 1 - Math.floor(next() * 50))]! : null
    if (!root) roots.push(messageId)
    const subject = `${root ? 'Re: ' : ''}${pick(words)} ${pick(words)} ${i}`
    const body = Array.from({ length: 3 + Math.floor(next() * 8) }, () => Array.from({ length: 12 }, () => pick(words)).join(' ')).join('\n')
    const given = { subject, from, date, messageId, body, headers: root ? [`In-Reply-To: ${root}`, `References: ${root}`] : [] }
    const raw =
      next() < 0.05
        ? withFiles(given, [{ name: `${pick(words)}.bin`, type: 'application/octet-stream', bytes: Buffer.alloc(2000, i) }])
        : message(given)
    yield { raw, flags: `${next() < 0.97 ? 'S' : ''}${next() < 0.02 ? 'F' : ''}${root && next() < 0.3 ? 'R' : ''}`, date }
  }
}
