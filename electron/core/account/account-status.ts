/** The state of an account in words: what happened, what it means, what will be done. */
import type { ErrorKind } from '../../../shared/errors.ts'
import type { AccountId, AccountStatus } from '../../../shared/model/account.ts'
import type { Cursor } from '../../../shared/model/folder.ts'
import { countOf } from '../../../shared/ranges.ts'
import type { CacheProblem } from '../cache/port.ts'
import type { ConnectionState } from '../store/imap/connection.ts'

interface KnownFolder {
  selectable: boolean
  cursor: Cursor | null
  messages: number
  server: { messages: number } | null
}

export interface StatusFacts {
  account: AccountId
  connection: ConnectionState
  since: number
  checkedAt: number | null
  working: boolean
  /** A folder the server did not give all of. */
  incomplete: string | null
  /** What went wrong that is not the connection. */
  problem: string | null
  /** No cache is attached: why, as far as that is known. Null: one is. */
  noCache: 'opening' | CacheProblem | null
  folders: KnownFolder[]
}

/** Rows known and rows there, where some folder is not known from end to end. */
function progressOf(folders: KnownFolder[]): AccountStatus['progress'] {
  const open = folders.filter(({ selectable, cursor }) => selectable && (!cursor || countOf(cursor.known) < cursor.uidNext - 1))
  if (open.length === 0) return null
  const counted = folders.filter(({ server }) => server !== null)
  const known = counted.reduce((sum, { messages }) => sum + messages, 0)
  const total = counted.reduce((sum, { messages, server }) => sum + Math.max(messages, server!.messages), 0)
  return total > known ? { known, total } : null
}

/** What waiting alone does not mend: the person must know. */
const mendable: ReadonlySet<ErrorKind> = new Set(['auth', 'certificate', 'insecure', 'limit', 'refused', 'internal'])

const toSentence = (words: string): string => (/[.!?]$/.test(words) ? words : `${words}.`)

export function toStatus({ account, connection, since, checkedAt, working, incomplete, problem, noCache, folders }: StatusFacts): AccountStatus {
  const base = { account, since, checkedAt, retryAt: null, progress: null, problem: null }
  switch (connection.kind) {
    case 'closed':
    case 'connecting':
      return { ...base, state: 'connecting', message: 'Connecting…' }
    case 'waiting':
      return {
        ...base,
        state: mendable.has(connection.error.kind) ? 'refused' : 'offline',
        message: connection.error.message,
        problem: mendable.has(connection.error.kind) ? connection.error.kind : null,
        retryAt: connection.retryAt,
      }
    case 'refused':
      return { ...base, state: 'refused', message: connection.error.message, problem: connection.error.kind }
    case 'ready':
      // nothing is called up to date without a cache
      if (noCache === 'full')
        return { ...base, checkedAt: null, state: 'refused', message: 'There is no space left for the mail cache. It goes on once there is.' }
      if (noCache !== null)
        return {
          ...base,
          checkedAt: null,
          state: 'syncing',
          message: noCache === 'damaged' ? 'The mail cache is being rebuilt.' : 'Opening the mail cache…',
        }
      if (working) return { ...base, state: 'syncing', message: 'Checking mail…', progress: progressOf(folders) }
      if (problem !== null) return { ...base, state: 'refused', message: `Checking mail failed: ${toSentence(problem)} It will be tried again.` }
      if (incomplete !== null)
        return { ...base, state: 'refused', message: `The server did not give all messages of ${incomplete}. It will be asked again.` }
      return { ...base, state: 'ready', message: 'Up to date' }
  }
}
