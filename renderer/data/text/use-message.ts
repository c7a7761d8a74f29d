/** A message as the cache has it, live: its readable body and the bytes of its inline parts. */
import type Dexie from 'dexie'
import { useLiveQuery } from 'dexie-react-hooks'
import { useEffect, useState } from 'react'
import { MailError } from '../../../shared/errors.ts'
import type { Body, MessageId, Part } from '../../../shared/model/message.ts'
import type { BodyRecord, PartRecord } from '../../../shared/model/cache-records.ts'

export type BodyState = { state: 'loading' } | { state: 'ready'; body: Body } | { state: 'failed'; error: MailError }

function toMailError(error: unknown): MailError {
  return error instanceof MailError ? error : new MailError('internal', 'defect', { reason: error instanceof Error ? error.message : String(error) })
}

/**
 * The body of a message; where the cache lacks it, `fetch` is called, again whenever `attempt` changes. The last answer of another message is never shown.
 */
export function useBody(database: Dexie | null, id: MessageId, fetch: () => Promise<unknown>, attempt: unknown): BodyState {
  const found = useLiveQuery(async () => {
    const record = await database?.table<BodyRecord>('bodies').get(id)
    return database ? { id, body: record?.body ?? null } : null
  }, [database, id])
  const [failed, setFailed] = useState<{ id: MessageId; error: MailError } | null>(null)
  const missing = found?.id === id && found.body === null

  useEffect(() => {
    if (!missing) return
    let current = true
    setFailed(null)
    fetch().catch((error: unknown) => current && setFailed({ id, error: toMailError(error) }))
    return () => {
      current = false
    }
    // eslint-disable-next-line react-hooks/exhaustive-deps -- `fetch` is made anew with each render; message and attempt decide
  }, [missing, id, attempt])

  if (found?.id === id && found.body) return { state: 'ready', body: found.body }
  if (failed?.id === id) return { state: 'failed', error: failed.error }
  return { state: 'loading' }
}

export interface StoredPart {
  info: Part
  bytes: Uint8Array
}

/** Inline parts that are in the cache; null until they were looked for. */
export function useParts(database: Dexie | null, id: MessageId): StoredPart[] | null {
  const found = useLiveQuery(async () => {
    if (!database) return null
    const records = await database.table<PartRecord>('parts').where('[id+part]').between([id, ''], [id, '\uffff']).toArray()
    return { id, records }
  }, [database, id])
  return found?.id === id ? found.records : null
}
