/** What the tables hold, in the shape of `MemoryCache.snapshot()`, so that the two can be compared; and one check of the tables against each other. */
import { State, blockSlots, pageSlots } from '../../../shared/batch.ts'
import { Flag } from '../../../shared/model/flags.ts'
import type { Database } from '../schema.ts'
import { locationsOf } from '../where.ts'

export interface SnapshotRow {
  uid: number
  flags: number
  keywords: string[]
  header: unknown
  hash: number
}

export async function snapshotOf(database: Database): Promise<unknown> {
  const folders = []
  const moving = new Set((await database.changes.toArray()).filter(({ kind }) => kind === 'move').flatMap(({ messages }) => messages))
  for (const folder of await database.folders.toArray()) {
    const rows: SnapshotRow[] = []
    const columns = await database.columns.where('[folder+n]').between([folder.id, 0], [folder.id, Infinity]).toArray()
    let unread = 0
    for (const { n, uid, id, hash } of columns) {
      const marks = (await database.marks.get([folder.id, n]))!
      const locations = await locationsOf(database, [...id])
      for (let i = 0; i < uid.length; i++) {
        const slot = n * blockSlots + i
        if (marks.state[i]! & State.dead) continue
        const isMoving = uid[i] === 0 || moving.has(id[i]!) // until it has arrived its location is the source
        if (!isMoving && (locations[i]?.slot !== slot || locations[i]?.folder !== folder.id))
          throw new Error(`where: ${id[i]} is not at slot ${slot}`)
        const page = await database.pages.get([folder.id, Math.floor(slot / pageSlots)])
        const header: unknown = (JSON.parse(page!.json) as unknown[])[slot % pageSlots]
        const keywords = (marks.keywords?.[i] ?? []).map(index => folder.keywords[index]!).sort()
        rows.push({ uid: uid[i]!, flags: marks.flags[i]!, keywords, header, hash: hash[i]! })
        if (!(marks.flags[i]! & Flag.seen)) unread++
      }
    }
    if (rows.length !== folder.messages || unread !== folder.unread)
      throw new Error(`${folder.ref.path}: counters say ${folder.messages}/${folder.unread}, rows say ${rows.length}/${unread}`)
    folders.push({
      path: folder.ref.path,
      cursor: folder.cursor && { ...folder.cursor, verifiedAt: null },
      rows: rows.sort((a, b) => a.uid - b.uid),
    })
  }
  return { folders: folders.sort((a, b) => (a.path < b.path ? -1 : 1)), changes: (await database.changes.toArray()).map(change => change.id) }
}
