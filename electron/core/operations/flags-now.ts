/**
 * What the server says of the flags of an operation's messages once it was performed. Very many are asked for in pieces, and kept as runs.
 *
 * Of very many messages most had been as they were to become, so each has a MODSEQ of its own, from long ago: a million runs. Therefore the folder is selected once
 * more before they are asked for: what is fetched from then on is at least as new as the HIGHESTMODSEQ of that SELECT (RFC 7162, 3.1.2.1), and a message whose MODSEQ
 * is lower may as well have that one. Whatever is older is lower, whatever the server changes from then on is higher, so a lower one never overwrites a higher one.
 */
import type { Flags } from '../../../shared/model/flags.ts'
import { contains, countOf, inPieces, toRuns, type Ranges } from '../../../shared/ranges.ts'
import { putFlags, putNumber, type FlagRuns, type NumberRuns } from '../../../shared/runs.ts'
import type { FlagRecord, MailStore } from '../store/mail-store.ts'
import type { Outcome } from './entries.ts'
import { beingMatched } from './locate.ts'
import type { Group } from './performer.ts'

/** Asked for, and held, at once. */
const piece = 5000
/** So few take no room, and are not worth a round trip. */
const few = 1000

type FlagsNow = Outcome['folders'][number]

/** Messages that are gone are not among them. `shown`: what is to be shown where the server is known to say less. */
export async function flagsNow(
  session: MailStore,
  { folder, uidValidity, uids }: Group,
  shown: (flags: Flags) => Flags = flags => flags,
): Promise<FlagsNow> {
  const floor = countOf(uids) > few ? await highestModseq(session, { folder, uidValidity }) : 0
  const flags: FlagRuns = []
  let modseqs: NumberRuns | null = []
  const there: number[] = []
  await eachRecord(session, uids, record => {
    there.push(record.uid)
    putFlags(flags, shown(record.flags))
    if (record.modseq === null) modseqs = null
    else if (modseqs) putNumber(modseqs, Math.max(record.modseq, floor))
  })
  return { folder, uidValidity, uids: toRuns(there), flags, modseqs }
}

/** Those of the messages that are in the selected folder now. */
export async function presentIn(session: MailStore, uids: Ranges): Promise<Ranges> {
  const there: number[] = []
  await eachRecord(session, uids, ({ uid }) => there.push(uid))
  return toRuns(there)
}

/** In ascending order, each once: a server tells of other messages too, and of some twice, the last being its word. */
async function eachRecord(session: MailStore, uids: Ranges, run: (record: FlagRecord) => void): Promise<void> {
  for (const asked of inPieces(uids, piece)) {
    const byUid = new Map<number, FlagRecord>()
    for (const record of await session.fetchFlags(asked)) if (contains(asked, record.uid)) byUid.set(record.uid, record)
    for (const record of [...byUid.values()].sort((a, b) => a.uid - b.uid)) run(record)
  }
}

/** Of the selected folder; 0 where the server does not say. */
async function highestModseq(session: MailStore, { folder, uidValidity }: Pick<Group, 'folder' | 'uidValidity'>): Promise<number> {
  if (!session.capabilities.condstore) return 0
  const selected = await session.select(folder.path, null)
  if (selected.uidValidity !== uidValidity) throw beingMatched(folder)
  return Number(selected.modseq ?? 0)
}
