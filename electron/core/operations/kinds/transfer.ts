/**
 * Moves and copies (RFC 9051, 6.4.7 and 6.4.8).
 *
 * With MOVE each message is moved or stays, so after a crash those still in the source are moved, and no others. Without MOVE a message is copied, then marked and
 * expunged by UID; after a crash what appended in the target since the evidence (by Message-ID and size, from the old UIDNEXT on) is not copied again.
 */
import { MailError } from '../../../../shared/errors.ts'
import { keyOf } from '../../../../shared/model/folder.ts'
import type { Copy, Move } from '../../../../shared/operations.ts'
import { contains, countOf, fromUids, inPieces, intersect, subtract, toRuns, uidsOf, type Ranges, type UidRuns } from '../../../../shared/ranges.ts'
import type { CopyUids, MailStore } from '../../store/mail-store.ts'
import { toHeaderRow } from '../../mime/headers.ts'
import type { Evidence, Outcome } from '../entries.ts'
import { presentIn } from '../flags-now.ts'
import { refuseMissing } from '../locate.ts'
import { nothingDone, type Group, type Performing } from '../performer.ts'

/** Headers asked for, and held, at once. */
const piece = 2000

export async function transfer(performing: Performing, op: Move | Copy, moves: boolean): Promise<Outcome> {
  const { session, before, begin, eachFolder, performedOn } = performing
  const evidence = before ?? (await target(session, op.to.path))
  const direct = moves && session.capabilities.move
  const appended = before && !direct ? await appendedSince(session, op.to.path, before) : new Set<string>()
  await begin(evidence)
  const transfers: Outcome['transfers'] = []
  const located = await eachFolder(op.messages, async group => {
    const { folder, uidValidity } = group
    if (keyOf(folder) === keyOf(op.to)) return group.uids // it is where it should be
    const uids = await presentIn(session, group.uids)
    if (uids.length === 0) return []
    const told = direct ? await session.move(uids, op.to.path) : await copyMissing(session, { ...group, uids }, op.to.path, appended)
    if (moves && !direct) await session.expunge(uids)
    performedOn(folder)
    const toUids = told && targetsOf(told, uids)
    transfers.push({ folder, uidValidity, uids, moves, to: op.to, toUidValidity: toUids && told!.uidValidity, toUids })
    return uids
  })
  await refuseMissing(located, moves ? 'moved' : 'copied', async () => {
    const came = before ? await appendedSince(session, op.to.path, before) : new Set<string>()
    // in an earlier life, before the folder went; of messages named by UID alone nobody knows
    return Array.isArray(op.messages) && op.messages.some(({ messageIdHash, size }) => came.has(identityOf(messageIdHash, size)))
  })
  return { ...nothingDone, transfers }
}

/** The new UIDs of these messages, in their order; null where the server did not tell all of them. */
function targetsOf({ from, to }: CopyUids, uids: Ranges): UidRuns | null {
  if (subtract(uids, from).length > 0) return null
  if (countOf(from) === countOf(uids)) return to
  const targets = uidsOf(to) // the server told of others too
  const wanted: number[] = []
  for (const uid of uidsOf(from)) {
    const next = targets.next().value as number
    if (contains(uids, uid)) wanted.push(next)
  }
  return toRuns(wanted)
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

const identityOf = (hash: number, size: number): string => `${hash}:${size}`

/** What came into the target since the evidence, by Message-ID and size. A target that was renumbered meanwhile tells nothing: everything in it is looked at. */
async function appendedSince(session: MailStore, path: string, evidence: NonNullable<Evidence>): Promise<Set<string>> {
  const selected = await session.select(path, null)
  const from = selected.uidValidity === evidence.uidValidity ? evidence.uidNext : 1
  const found = new Set<string>()
  if (from >= selected.uidNext) return found
  const since: Ranges = [[from, selected.uidNext - 1]]
  // UIDs may be sparse
  const isWide = countOf(since) > piece && !session.capabilities.truncates
  await eachIdentity(session, isWide ? intersect(await session.searchAll(), since) : since, (_, hash, size) => found.add(identityOf(hash, size)))
  return found
}

async function eachIdentity(session: MailStore, uids: Ranges, run: (uid: number, hash: number, size: number) => void): Promise<void> {
  for (const asked of inPieces(uids, piece))
    for (const { uid, header, size } of await session.fetchHeaders(asked)) run(uid, toHeaderRow(header).hash, size)
}

async function copyMissing(session: MailStore, group: Group, to: string, appended: Set<string>): Promise<CopyUids | null> {
  const missing = appended.size === 0 ? group.uids : subtract(group.uids, await among(session, group, appended))
  if (missing.length === 0) return null // the target's next sync tells their UIDs
  const told = await session.copy(missing, to)
  return countOf(missing) === countOf(group.uids) ? told : null
}

/** The messages of a group that are among those that were appended; messages named by UID alone are looked at. */
async function among(session: MailStore, { uids, refs }: Group, appended: Set<string>): Promise<Ranges> {
  const there: number[] = []
  const add = (uid: number, hash: number, size: number): void => {
    if (hash !== 0 && appended.has(identityOf(hash, size))) there.push(uid)
  }
  if (refs) for (const [uid, { messageIdHash, size }] of refs) add(uid, messageIdHash, size)
  else await eachIdentity(session, uids, add)
  return fromUids(there)
}
