/**
 * Header pages: JSON arrays of `pageSlots` rows. Strings that already fit are stored as they came; only the page at the tail, or a batch that does not fit
 * the boundary, is parsed and cut again.
 */
import { pageSlots } from '../../shared/batch.ts'
import { MailError } from '../../shared/errors.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { Database } from './schema.ts'

function parseRows(json: string): unknown[] {
  const rows: unknown = JSON.parse(json)
  if (!Array.isArray(rows)) throw new MailError('invalid', 'cache.malformed', { field: 'add.pages', found: 0, expected: 1 })
  return rows
}

/** Appends `count` rows held by `pages` from slot `from` on. `keep` picks rows where only some of them are new. */
export async function appendPages(
  database: Database,
  folder: FolderId,
  from: number,
  pages: string[],
  count: number,
  keep: ((row: number) => boolean) | null,
): Promise<void> {
  let n = Math.floor(from / pageSlots)
  const offset = from % pageSlots
  const tail = offset === 0 ? undefined : await database.pages.get([folder, n])
  const rows = tail ? parseRows(tail.json).slice(0, offset) : []
  let next = offset
  const records = []
  let index = 0
  for (const page of pages) {
    const incoming = parseRows(page)
    if (rows.length === 0 && keep === null && incoming.length === pageSlots) {
      records.push({ folder, n: n++, format: 1 as const, json: page })
      next += incoming.length
      index += incoming.length
      continue
    }
    for (const row of incoming) {
      if (keep === null || keep(index)) {
        rows.push(row)
        next++
      }
      index++
      if (rows.length === pageSlots) records.push({ folder, n: n++, format: 1 as const, json: JSON.stringify(rows.splice(0)) })
    }
  }
  if (rows.length > 0) records.push({ folder, n, format: 1 as const, json: JSON.stringify(rows) })
  if (next - offset !== count) throw new MailError('invalid', 'cache.malformed', { field: 'add.pages', found: next - offset, expected: count })
  await database.pages.bulkPut(records)
}
