/**
 * FETCH of many rows as a command of ours in imapflow's registry: its connection, queue and parser, without the object it makes of each message (a key compiled
 * for each item and a hash for an id nobody asks for: more than half of its time; ADR 0011). What it relies on is not in imapflow's types, and stands here alone.
 */
import type { ImapFlow } from 'imapflow'
import { toFlags, type Flags } from '../../../../shared/model/flags.ts'
import { headerFields } from '../../mime/headers.ts'

/** As imapflow's parser gives it: lists are arrays, NIL is null. */
type Token = { type: string; value?: unknown } | Token[] | null
interface Untagged {
  attributes?: Token[]
}
interface Connection {
  exec(command: string, attributes: unknown[], options: { untagged: { FETCH(untagged: Untagged): Promise<void> } }): Promise<{ next(): void }>
}
type Perform = (connection: Connection) => Promise<void>
interface Internals {
  commands: Map<string, (connection: Connection, perform: Perform) => Promise<void>>
  run(command: string, perform: Perform): Promise<false | void>
}

/** One untagged FETCH (RFC 9051, 7.5.2). What it does not tell is null. */
export interface FetchedRow {
  uid: number | null
  flags: Flags | null
  modseq: number | null
  /** INTERNALDATE, seconds. */
  date: number | null
  /** RFC822.SIZE, bytes. */
  size: number | null
  /** The fields of `headerFields`. */
  header: Uint8Array | null
}

const atom = (value: string) => ({ type: 'ATOM', value })
const items = {
  headers: [
    ...['UID', 'FLAGS', 'INTERNALDATE', 'RFC822.SIZE'].map(atom),
    { ...atom('BODY.PEEK'), section: [atom('HEADER.FIELDS'), headerFields.map(atom)] },
  ],
  flags: ['UID', 'FLAGS'].map(atom),
}

/** Our name in the registry: a command that does what it is given. */
const relay = 'PILLARBOX'

const valueOf = (token: Token | undefined): unknown => (token && !Array.isArray(token) ? token.value : undefined)

function numberIn(token: Token | undefined, most: number): number | null {
  const value = valueOf(token)
  if (typeof value !== 'string' || !/^\d{1,16}$/.test(value)) return null
  return Math.min(Number(value), most)
}

function bytesIn(token: Token | undefined): Uint8Array {
  const value = valueOf(token)
  if (value instanceof Uint8Array) return value
  return typeof value === 'string' ? Buffer.from(value) : new Uint8Array(0) // an nstring: a quoted string will do
}

/** Seconds; 0 where it is no date. */
function dateIn(token: Token | undefined): number {
  const seconds = Math.floor(Date.parse(String(valueOf(token) ?? '').trim()) / 1000)
  return Number.isFinite(seconds) ? Math.min(Math.max(seconds, 0), 0xffffffff) : 0
}

export function readRow({ attributes = [] }: Untagged): FetchedRow {
  const row: FetchedRow = { uid: null, flags: null, modseq: null, date: null, size: null, header: null }
  const list = Array.isArray(attributes[1]) ? attributes[1] : []
  for (let i = 0; i + 1 < list.length; i += 2) {
    const value = list[i + 1]
    const name = valueOf(list[i])
    switch (typeof name === 'string' ? name.toUpperCase() : '') {
      case 'UID': {
        const uid = numberIn(value, Infinity)
        row.uid = uid !== null && uid >= 1 && uid <= 0xffffffff ? uid : null
        break
      }
      case 'FLAGS':
        row.flags = toFlags((Array.isArray(value) ? value : []).map(valueOf).filter(flag => typeof flag === 'string'))
        break
      case 'MODSEQ':
        row.modseq = numberIn(Array.isArray(value) ? value[0] : null, Number.MAX_SAFE_INTEGER)
        break
      case 'INTERNALDATE':
        row.date = dateIn(value)
        break
      case 'RFC822.SIZE':
        row.size = numberIn(value, 0xffffffff)
        break
      case 'BODY':
        row.header = bytesIn(value)
    }
  }
  return row
}

/**
 * Rows of a UID set, or of a set of sequence numbers; each as it comes. MODSEQ is asked for where `modseq` says that CONDSTORE is enabled. A server may tell of other
 * messages in between, and of flags alone. Throws imapflow's errors.
 */
export async function fetchRows(
  client: ImapFlow,
  what: keyof typeof items,
  set: { uids: string } | { numbers: string },
  modseq: boolean,
  onRow: (row: FetchedRow) => void,
): Promise<void> {
  const internals = client as unknown as Internals
  const [command, value] = 'uids' in set ? ['UID FETCH', set.uids] : ['FETCH', set.numbers]
  if (!internals.commands.has(relay)) internals.commands = new Map(internals.commands).set(relay, (connection, perform) => perform(connection)) // of this client alone
  await internals.run(relay, async connection => {
    const wanted = modseq ? [...items[what], atom('MODSEQ')] : items[what]
    const response = await connection.exec(command, [{ type: 'SEQUENCE', value }, wanted], {
      untagged: { FETCH: async untagged => onRow(readRow(untagged)) },
    })
    response.next()
  })
}
