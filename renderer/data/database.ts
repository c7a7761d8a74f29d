/**
 * Reading the cache from a window or its worker. The cache page owns the database; a window may start before it exists and must never create it, so it asks
 * for the list of databases first (opening a missing one would create and delete it, in a race with the cache page).
 */
import type Dexie from 'dexie'
import { databaseName, openForReading } from '../cache/schema.ts'

export interface Reader {
  /** The open database; waits until there is one. */
  open(): Promise<Dexie>
  /** Closes; the next `open` opens anew. */
  close(): void
}

const retryMs = 200

async function exists(): Promise<boolean> {
  const databases = await indexedDB.databases()
  return databases.some(({ name, version }) => name === databaseName && (version ?? 0) > 0)
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}

export function createReader(): Reader {
  let opening: Promise<Dexie> | null = null
  let open: Dexie | null = null

  async function tryToOpen(): Promise<Dexie | null> {
    if (!(await exists())) return null
    const database = openForReading()
    try {
      await database.open()
    } catch {
      database.close() // being deleted or upgraded at this moment; the caller tries again
      return null
    }
    if (database.tables.some(table => table.name === 'wishes')) {
      // It is being deleted or upgraded: let go, and do not open again by itself, which could create it.
      database.on('versionchange', () => {
        database.close()
        return false
      })
      return database
    }
    database.close() // seen before its tables were made
    return null
  }

  async function wait(): Promise<Dexie> {
    for (;;) {
      const database = await tryToOpen()
      if (database) return (open = database)
      await pause(retryMs)
    }
  }

  return {
    open() {
      if (open?.isOpen()) return Promise.resolve(open)
      open = null
      opening ??= wait().finally(() => (opening = null))
      return opening
    },
    close() {
      open?.close()
      open = null
    },
  }
}
