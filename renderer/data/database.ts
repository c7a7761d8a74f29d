/**
 * Reading the cache from a window or its worker. The cache page owns the database; a window may start before it exists and must never create it, so it asks
 * for the list of databases first (opening a missing one would create and delete it, in a race with the cache page).
 */
import Dexie from 'dexie'
import { databaseName } from '../../shared/model/cache-records.ts'

export interface Reader {
  /** The open database; waits until there is one. */
  open(): Promise<Dexie>
  /** Of the database that is open; null where none is. The cache page that tells of the same epoch has the same database. */
  readonly epoch: string | null
  /** Closes; the next `open` opens anew. Who waits for a database looks for it now. */
  close(): void
}

const retryMs = 200

/** Not while the storage fails: the cache page mends it, or says so. */
async function exists(): Promise<boolean> {
  const databases = await indexedDB.databases().catch(() => [])
  return databases.some(({ name, version }) => name === databaseName && (version ?? 0) > 0)
}

interface Opened {
  database: Dexie
  epoch: string | null
}

export function createReader(): Reader {
  let opening: Promise<Dexie> | null = null
  let opened: Opened | null = null
  let wake: (() => void) | null = null

  async function tryToOpen(): Promise<Opened | null> {
    if (!(await exists())) return null
    const database = new Dexie(databaseName) // as it is, whatever its version: nothing is created or upgraded
    try {
      await database.open()
      if (database.tables.some(table => table.name === 'changes')) {
        // It is being deleted or upgraded: let go, and do not open again by itself, which could create it.
        database.on('versionchange', () => {
          database.close()
          return false
        })
        const meta = (await database.table('meta').get('cache')) as { epoch: string } | undefined
        return { database, epoch: meta?.epoch ?? null }
      }
    } catch {
      // being deleted or upgraded at this moment; the caller tries again
    }
    database.close() // seen before its tables were made
    return null
  }

  async function wait(): Promise<Dexie> {
    for (;;) {
      opened = await tryToOpen()
      if (opened) return opened.database
      await new Promise<void>(resolve => {
        wake = resolve
        setTimeout(resolve, retryMs)
      })
      wake = null
    }
  }

  const current = (): Opened | null => (opened?.database.isOpen() ? opened : null)
  return {
    open() {
      const now = current()
      if (now) return Promise.resolve(now.database)
      opening ??= wait().finally(() => (opening = null))
      return opening
    },
    get epoch() {
      return current()?.epoch ?? null
    },
    close() {
      opened?.database.close()
      opened = null
      wake?.()
    },
  }
}
