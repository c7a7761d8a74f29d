/**
 * Moves and copies (RFC 9051, 6.4.7 and 6.4.8).
 *
 * With MOVE each message is moved or stays, so after a crash those still in the source are moved, and no others. Without MOVE a message is copied, then marked and
 * expunged by UID; after a crash what appended in the target since the evidence (by Message-ID and size, from the old UIDNEXT on) is not copied again.
 */
import { MailError } from '../../../../shared/errors.ts'
import { keyOf } from '../../../../shared/model/folder.ts'
import type { Copy, Move } from '../../../../shared/operations.ts'
import { fromUids } from '../../../../shared/ranges.ts'
import type { CopyUids, MailStore } from '../../store/mail-store.ts'
import { toHeaderRow } from '../../mime/headers.ts'
import type { Evidence, Outcome } from '../entries.ts'
import { refuseMissing } from '../locate.ts'
import { nothingDone, type Group, type Performing } from '../performer.ts'

export async function transfer(performing: Performing, op: Move | Copy, moves: boolean): Promise<Outcome> {
  const { session, before, begin, eachFolder, performedOn } = performing
  const evidence = before ?? (await target(session, op.to.path))
  const direct = moves && session.capabilities.move
  const appended = before && !direct ? await appendedSince(session, op.to.path, before) : new Map<string, number>()
  await begin(evidence)
  const transfers: Outcome['transfers'] = []
  const located = await eachFolder(op.messages, async group => {
    if (keyOf(group.folder) === keyOf(op.to)) return group.uids // it is where it should be
    const there = await present(session, group)
    if (there.uids.length === 0) return []
    const told = direct ? await session.move(fromUids(there.uids), op.to.path) : await copyMissing(session, there, op.to.path, appended)
    if (moves && !direct) await session.expunge(fromUids(there.uids))
    performedOn(group.folder)
    const toUids = told && there.uids.every(uid => told.uids.has(uid)) ? there.uids.map(uid => told.uids.get(uid)!) : null
    transfers.push({
      folder: group.folder,
      uidValidity: group.uidValidity,
      uids: there.uids,
      moves,
      to: op.to,
      toUidValidity: toUids && told!.uidValidity,
      toUids,
    })
    return there.uids
  })
  await refuseMissing(located, moves ? 'moved' : 'copied', async () => {
    const came = before ? await appendedSince(session, op.to.path, before) : new Map<string, number>()
    // in an earlier life, before the folder went; of messages named by UID alone nobody knows
    return Array.isArray(op.messages) && op.messages.some(({ messageIdHash, size }) => came.has(identityOf(messageIdHash, size)))
  })
  return { ...nothingDone, transfers }
}

/** What the target is before; it is created where it does not exist. */
async function target(session: MailStore, path: string): Promise<NonNullable<Evidence>> {
  try {
    return toEvidence(await session.status(path))
  } catch (error) {
    if (!(error instanceof MailError) || error.kind !== 'gone') throw error
    await session.createFolder(path)
    return toEvidence(await session.status(path))
  }
}

function toEvidence({ uidNext, uidValidity }: { uidNext: number | null; uidValidity: number | null }): NonNullable<Evidence> {
  return { uidNext: uidNext ?? 1, uidValidity: uidValidity ?? 0 }
}

/** The messages of a group that are in the selected folder now. */
async function present(session: MailStore, group: Group): Promise<Group> {
  const now = new Set((await session.fetchFlags(fromUids(group.uids))).map(({ uid }) => uid))
  const kept = group.uids.map((_, i) => i).filter(i => now.has(group.uids[i]!))
  return { ...group, uids: kept.map(i => group.uids[i]!), refs: group.refs && kept.map(i => group.refs![i]!) }
}

const identityOf = (hash: number, size: number): string => `${hash}:${size}`

/** What came into the target since the evidence: UIDs by Message-ID and size. A target that was renumbered meanwhile tells nothing: everything in it is looked at. */
async function appendedSince(session: MailStore, path: string, evidence: NonNullable<Evidence>): Promise<Map<string, number>> {
  const selected = await session.select(path, null)
  const from = selected.uidValidity === evidence.uidValidity ? evidence.uidNext : 1
  if (from >= selected.uidNext) return new Map()
  const records = await session.fetchHeaders([[from, selected.uidNext - 1]])
  return new Map(records.map(({ uid, size, header }) => [identityOf(toHeaderRow(header).hash, size), uid]))
}

async function copyMissing(session: MailStore, group: Group, to: string, appended: Map<string, number>): Promise<CopyUids | null> {
  const isThere = appended.size === 0 ? () => false : await isAmong(session, group, appended)
  const missing = group.uids.filter((_, i) => !isThere(i))
  if (missing.length === 0) return null // the target's next sync tells their UIDs
  const told = await session.copy(fromUids(missing), to)
  return missing.length === group.uids.length ? told : null
}

/** Whether the message of a group, by its index, is among those that were appended; messages named by UID alone are looked at. */
async function isAmong(session: MailStore, { uids, refs }: Group, appended: Map<string, number>): Promise<(index: number) => boolean> {
  if (refs) return i => refs[i]!.messageIdHash !== 0 && appended.has(identityOf(refs[i]!.messageIdHash, refs[i]!.size))
  const headers = await session.fetchHeaders(fromUids(uids))
  const there = new Set(
    headers
      .filter(({ header, size }) => {
        const { hash } = toHeaderRow(header)
        return hash !== 0 && appended.has(identityOf(hash, size))
      })
      .map(({ uid }) => uid),
  )
  return i => there.has(uids[i]!)
}
