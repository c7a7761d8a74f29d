/** What happened to rows we have: flags and expunges. */
import type { Batch } from '../../../shared/batch.ts'
import { toFlagList } from '../../../shared/model/flags.ts'
import type { Cursor } from '../../../shared/model/folder.ts'
import { fromUids, subtract, type Ranges } from '../../../shared/ranges.ts'
import { putFlags, type FlagRuns } from '../../../shared/runs.ts'
import type { FlagRecord } from '../store/mail-store.ts'
import { plan } from './plan.ts'
import type { Work } from './work.ts'

function toChanges(records: FlagRecord[]): NonNullable<Batch['flags']> {
  const modseqs = records.every(({ modseq }) => modseq !== null) ? records.map(({ modseq }) => modseq!) : null
  return { uids: records.map(({ uid }) => uid), flags: toFlagList(records.map(({ flags }) => flags)), modseqs }
}

/** Flags and expunges of rows we have. Answers what a comparison of all flags found missing, where one was made. */
export async function bringUpToDate(work: Work, changes: ReturnType<typeof plan>['changes']): Promise<{ missing: Ranges; complete: boolean } | null> {
  const { session, folder, selected } = work
  const cursor = folder.cursor!
  const current: Cursor = { ...cursor, modseq: selected.modseq }
  switch (changes) {
    case 'nothing':
      if (cursor.modseq !== selected.modseq) folder.cursor = current
      return null
    case 'told': {
      const { flags, vanished } = selected.since!
      if (flags.length > 0 || vanished.length > 0 || cursor.modseq !== selected.modseq)
        await work.apply({ ...(flags.length > 0 && { flags: toChanges(flags) }), ...(vanished.length > 0 && { gone: vanished }), cursor: current })
      return null
    }
    case 'condstore': {
      const flags = await session.fetchFlags(cursor.known, cursor.modseq!)
      await work.apply({ ...(flags.length > 0 && { flags: toChanges(flags) }), cursor: current })
      return null
    }
    case 'compare': {
      const below = cursor.uidNext - 1
      const records = below > 0 ? await session.fetchFlags([[1, below]]) : []
      const [difference, complete] = await compare(work, records)
      await work.apply({ cursor: current })
      return { missing: difference, complete }
    }
  }
}

/** All flags below UIDNEXT against the rows. Complete where EXISTS is what was listed, plus what is newer than the cursor. */
async function compare(work: Work, records: FlagRecord[]): Promise<[missing: Ranges, complete: boolean]> {
  const { cache, folder, selected, began, session } = work
  const sorted = [...new Map(records.map(record => [record.uid, record])).values()].sort((a, b) => a.uid - b.uid)
  const runs: FlagRuns = []
  for (const { flags } of sorted) putFlags(runs, flags)
  const whole = folder.cursor!.uidNext === selected.uidNext && sorted.length === selected.exists && !session.capabilities.truncates
  const { missing } = await cache.compare({
    folder: folder.id,
    uidValidity: selected.uidValidity,
    asOf: began,
    uids: fromUids(sorted.map(({ uid }) => uid)),
    uidNext: folder.cursor!.uidNext,
    flags: runs,
    complete: whole,
  })
  return [subtract(missing, []), whole]
}
