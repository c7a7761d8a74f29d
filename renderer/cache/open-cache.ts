/**
 * The cache over a database that may not open, or that the browser closes (a full disk, damaged files).
 *
 *   closed  -> open     by `cache.attach` alone: who was attached before must learn what the database holds now
 *   open    -> closed   a call fails in the storage, or the browser closes the database; `lost` is called, and the core attaches again
 *
 * What cannot be read is begun anew: a database of another schema, one the browser made anew over what was left of the last (seen where CURRENT was deleted: a part
 * of the old rows stood in it), and one that opens and fails at attach again. Nothing is lost by that but time. Where it does not open at all the core is told: only it knows
 * whether the disk is full, and only the host can remove the files.
 */
import { MailError } from '../../shared/errors.ts'
import type { Cache } from './cache.ts'
import type { Database } from './schema.ts'

export interface OpenCacheOptions {
  makeDatabase(): Database
  makeCache(database: Database): Cache
  /** The database is closed; the core must attach again. */
  lost(): void
}

/** Names of what IndexedDB and Dexie throw where the storage fails, and not who uses it. */
const storageFailures: ReadonlySet<unknown> = new Set([
  'UnknownError',
  'InvalidStateError',
  'AbortError',
  'DatabaseClosedError',
  'OpenFailedError',
  'NotFoundError',
  'NotReadableError',
  'DataError',
  'TimeoutError',
  'TransactionInactiveError',
])
const otherSchema: ReadonlySet<unknown> = new Set(['VersionError', 'UpgradeError', 'ConstraintError', 'NotFoundError', 'SchemaError'])
/** Attaching failed so often after the database had opened: what is in it is no use. */
const mostAttachFailures = 2

function namesOf(error: unknown): unknown[] {
  if (!(error instanceof Error)) return []
  return [error.name, ...('inner' in error ? namesOf(error.inner) : [])]
}

/** What the core is told of an error of the storage; null where it is none. */
export function toStorageError(error: unknown, code: 'cache.unreadable' | 'cache.broken' = 'cache.unreadable'): MailError | null {
  if (error instanceof MailError) return error.kind === 'full' ? error : null
  const names = namesOf(error)
  if (names.includes('QuotaExceededError')) return new MailError('full', 'cache.full')
  if (!names.some(name => storageFailures.has(name))) return null
  return new MailError('internal', code, { reason: (error as Error).message })
}

async function isEmpty(database: Database): Promise<boolean> {
  for (const table of database.tables) if ((await table.limit(1).count()) > 0) return false
  return true
}

async function open(makeDatabase: () => Database): Promise<Database> {
  const database = makeDatabase()
  let created = false
  database.on('populate', () => void (created = true))
  try {
    try {
      await database.open()
    } catch (error) {
      if (!namesOf(error).some(name => otherSchema.has(name))) throw error
      await database.delete()
      await database.open()
      return database
    }
    if (created && !(await isEmpty(database))) {
      await database.delete()
      await database.open()
    }
    return database
  } catch (error) {
    database.close()
    throw toStorageError(error, 'cache.broken') ?? new MailError('internal', 'cache.broken', { reason: String(error) })
  }
}

export function createOpenCache({ makeDatabase, makeCache, lost }: OpenCacheOptions): Cache {
  let opened: { database: Database; cache: Cache } | null = null
  let opening: Promise<{ database: Database; cache: Cache }> | null = null
  let attachFailures = 0

  async function openNow(): Promise<{ database: Database; cache: Cache }> {
    const database = await open(makeDatabase)
    database.on('close', () => close(database, true)) // the browser closed it
    opened = { database, cache: makeCache(database) }
    return opened
  }

  function close(database: Database, isToBeTold: boolean): void {
    if (opened?.database !== database) return
    opened = null
    database.close()
    if (isToBeTold) lost()
  }

  async function attach(call: (cache: Cache) => unknown): Promise<unknown> {
    const wasOpen = opened !== null
    const mine = opened ?? (await (opening ??= openNow().finally(() => (opening = null))))
    try {
      const answer = await call(mine.cache)
      attachFailures = 0
      return answer
    } catch (error) {
      const failure = toStorageError(error)
      if (!failure) throw error
      close(mine.database, wasOpen) // else the core hears of it by this answer, and tries again
      if (failure.kind !== 'full' && ++attachFailures >= mostAttachFailures) {
        attachFailures = 0
        await mine.database.delete().catch(() => undefined) // the next attach tells
      }
      throw failure
    }
  }

  async function perform(call: (cache: Cache) => unknown): Promise<unknown> {
    const mine = opened
    if (!mine) throw new MailError('offline', 'cache.closed')
    try {
      return await call(mine.cache)
    } catch (error) {
      const failure = toStorageError(error)
      if (!failure) throw error
      close(mine.database, true)
      throw failure
    }
  }

  return new Proxy({} as Cache, {
    get: (_, name) => {
      const call = (arg: unknown) => (cache: Cache) => (cache[name as keyof Cache] as (arg: unknown) => unknown)(arg)
      return (arg: unknown) => (name === 'cache.attach' ? attach(call(arg)) : perform(call(arg)))
    },
  })
}
