/** The state of an account: what happened, and whether somebody must do something. */
import { toWireError, type ErrorKind, type WireError } from '../../../shared/errors.ts'
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
  problem: WireError | null
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

export function toStatus({ account, connection, since, checkedAt, working, incomplete, problem, noCache, folders }: StatusFacts): AccountStatus {
  const base = { account, since, checkedAt, retryAt: null, progress: null, error: null, needsPerson: false, incomplete: null, noCache: null }
  switch (connection.kind) {
    case 'closed':
    case 'connecting':
      return { ...base, state: 'connecting' }
    case 'waiting': {
      const needsPerson = mendable.has(connection.error.kind)
      return { ...base, state: needsPerson ? 'refused' : 'offline', error: toWireError(connection.error), needsPerson, retryAt: connection.retryAt }
    }
    case 'refused':
      return { ...base, state: 'refused', error: toWireError(connection.error), needsPerson: true }
    case 'ready':
      if (noCache !== null) return { ...base, checkedAt: null, state: noCache === 'full' ? 'refused' : 'syncing', noCache } // nothing is called up to date without one
      if (working) return { ...base, state: 'syncing', progress: progressOf(folders) }
      if (problem !== null) return { ...base, state: 'refused', error: problem }
      if (incomplete !== null) return { ...base, state: 'refused', incomplete }
      return { ...base, state: 'ready' }
  }
}
