/** From the references of an operation to UIDs, at the last moment: the folder is selected and its UIDVALIDITY must be the one the UIDs belong to. */
import type { Location } from '../../../shared/batch.ts'
import { MailError } from '../../../shared/errors.ts'
import { keyOf, type FolderRef } from '../../../shared/model/folder.ts'
import type { MessageRef, MessageSet, UidSet } from '../../../shared/model/message.ts'
import type { OpId } from '../../../shared/operations.ts'
import { contains, countOf, fromUids, type Ranges } from '../../../shared/ranges.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Group, Located } from './performer.ts'

/** Of messages named by reference. */
type RefGroup = Group & { refs: ReadonlyMap<number, MessageRef> }

/** Messages by folder, each once. */
class Groups {
  readonly #byKey = new Map<string, { folder: FolderRef; uidValidity: number; refs: Map<number, MessageRef> }>()

  add(folder: FolderRef, uidValidity: number, uid: number, ref: MessageRef): void {
    const key = `${uidValidity}/${keyOf(folder)}`
    const known = this.#byKey.get(key)
    if (!known) this.#byKey.set(key, { folder, uidValidity, refs: new Map([[uid, ref]]) })
    else if (!known.refs.has(uid)) known.refs.set(uid, ref)
  }

  get all(): RefGroup[] {
    return [...this.#byKey.values()].map(group => ({ ...group, uids: fromUids(group.refs.keys()) }))
  }
}

function byLocator(refs: MessageRef[]): { groups: RefGroup[]; unknown: MessageRef[] } {
  const groups = new Groups()
  const unknown: MessageRef[] = []
  for (const ref of refs) {
    const locator = ref.locators.find(({ uid }) => uid > 0)
    if (locator) groups.add(locator.folder, locator.uidValidity, locator.uid, ref)
    else unknown.push(ref)
  }
  return { groups: groups.all, unknown }
}

/** The operation waits until the folder's next sync has matched its messages. */
export function beingMatched({ path }: FolderRef): MailError {
  return new MailError('busy', 'folder.renumbered', { folder: path })
}

export interface Whereabouts {
  session: MailStore
  /** Asks the cache, only for messages whose UID means nothing any more; `elsewhere`: they are not where it says, but may be in any folder. */
  resolve(refs: MessageRef[], elsewhere: boolean): Promise<(Location | null)[]>
  /** Asks the cache for the UIDs of a waiting operation's messages; null where it does not know them. */
  numbersOf(op: OpId): Promise<{ uidValidity: number; uids: Ranges; awaiting: number } | null>
  /** The cache has the folder from end to end, or the store has no such folder. */
  isKnown(folder: FolderRef): boolean
}

/** Throws `busy` where a folder was renumbered and the cache has not caught up: the operation waits for that. */
export async function eachFolder(
  whereabouts: Whereabouts,
  messages: MessageSet,
  run: (group: Group) => Promise<Ranges>,
  options: { elsewhere?: boolean } = {},
): Promise<Located> {
  return Array.isArray(messages) ? eachByRef(whereabouts, messages, run, options) : eachByUid(whereabouts, messages, run)
}

async function eachByUid({ session }: Whereabouts, { folder, uidValidity, uids }: UidSet, run: (group: Group) => Promise<Ranges>): Promise<Located> {
  const found = await open(session, folder)
  if (found === null) return { found: 0, missing: [folder] }
  if (found !== uidValidity) throw beingMatched(folder)
  const there = await run({ folder, uidValidity, uids, refs: null })
  return { found: countOf(there), missing: [] }
}

/** See `PerformContext.renumber`. */
export async function renumber({ session, numbersOf }: Pick<Whereabouts, 'session' | 'numbersOf'>, op: OpId, messages: UidSet): Promise<UidSet> {
  const { folder, uidValidity } = messages
  const found = await open(session, folder)
  if (found === null || found === uidValidity) return messages
  const now = await numbersOf(op)
  if (now === null) throw new MailError('gone', 'operation.renumbered', { folder: folder.path })
  if (now.uidValidity !== found || now.awaiting > 0) throw beingMatched(folder)
  return { folder, uidValidity: found, uids: now.uids }
}

async function eachByRef(
  { session, resolve, isKnown }: Whereabouts,
  refs: MessageRef[],
  run: (group: Group) => Promise<Ranges>,
  { elsewhere = false }: { elsewhere?: boolean },
): Promise<Located> {
  const { groups, unknown } = byLocator(refs)
  const located: Located = { found: 0, missing: [] }
  /** Not where they were, nor where the cache says. */
  const away: MessageRef[] = []

  async function visit(group: RefGroup): Promise<void> {
    const there = await run(group)
    for (const [uid, ref] of group.refs)
      if (contains(there, uid)) located.found++
      else away.push(ref)
  }

  async function visitLocations(refs: MessageRef[], locations: (Location | null)[]): Promise<void> {
    const again = new Groups()
    refs.forEach((ref, i) => {
      const location = locations[i]
      if (!location) return void away.push(ref)
      if (location.uid === 0) throw beingMatched(location.ref)
      again.add(location.ref, location.uidValidity, location.uid, ref)
    })
    for (const group of again.all) {
      const found = await open(session, group.folder)
      if (found === group.uidValidity) await visit(group)
      else if (found !== null) throw beingMatched(group.folder)
      else {
        located.missing.push(group.folder)
        for (const ref of group.refs.values()) away.push(ref)
      }
    }
  }

  for (const group of groups) {
    const found = await open(session, group.folder)
    if (found === group.uidValidity) await visit(group)
    else unknown.push(...group.refs.values())
    if (found === null) located.missing.push(group.folder)
  }
  if (unknown.length > 0) {
    const locations = await resolve(unknown, false)
    // not in the cache means gone only where the cache knows the folder from end to end
    if (unknown.some(({ locators }, i) => !locations[i] && locators.some(({ folder }) => !isKnown(folder))))
      throw new MailError('busy', 'messages.sought')
    await visitLocations(unknown, locations)
  }
  if (elsewhere && away.length > 0) {
    const lost = away.splice(0)
    await visitLocations(lost, await resolve(lost, true))
  }
  return located
}

/**
 * An operation of which nothing could be done, as its folder was renamed or deleted elsewhere, ends as refused and not as done (law 4). `wasDone` is asked only then:
 * whether it had been performed before the folder went.
 */
export async function refuseMissing(
  { found, missing: [folder] }: Located,
  what: 'changed' | 'moved' | 'copied',
  wasDone: () => Promise<boolean> = async () => false,
): Promise<void> {
  if (found > 0 || folder === undefined || (await wasDone())) return
  throw new MailError('gone', `operation.folderGone.${what}`, { folder: folder.path })
}

/** UIDVALIDITY of the folder, now selected; null where there is none. */
async function open(session: MailStore, { path }: FolderRef): Promise<number | null> {
  try {
    return (await session.select(path, null)).uidValidity
  } catch (error) {
    if (error instanceof MailError && error.kind === 'gone') return null
    throw error
  }
}
