/** From the references of an operation to UIDs, at the last moment: the folder is selected and its UIDVALIDITY must be the one the UIDs belong to. */
import type { Location } from '../../../shared/batch.ts'
import { MailError } from '../../../shared/errors.ts'
import type { MessageRef } from '../../../shared/model/message.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Group, Located } from './performer.ts'

function byLocator(refs: MessageRef[]): { groups: Group[]; unknown: MessageRef[] } {
  const groups = new Map<string, Group>()
  const unknown: MessageRef[] = []
  for (const ref of refs) {
    const locator = ref.locators.find(({ uid }) => uid > 0)
    if (locator) addTo(groups, locator.folder, locator.uidValidity, locator.uid, ref)
    else unknown.push(ref)
  }
  return { groups: [...groups.values()], unknown }
}

function addTo(groups: Map<string, Group>, path: string, uidValidity: number, uid: number, ref: MessageRef): void {
  const key = `${uidValidity}/${path}`
  const group = groups.get(key)
  if (!group) groups.set(key, { path, uidValidity, uids: [uid], refs: [ref] })
  else if (!group.uids.includes(uid)) {
    group.uids.push(uid)
    group.refs.push(ref)
  }
}

export interface Whereabouts {
  session: MailStore
  /** Asks the cache, only for messages whose UID means nothing any more; `elsewhere`: they are not where it says, but may be in any folder. */
  resolve(refs: MessageRef[], elsewhere: boolean): Promise<(Location | null)[]>
  /** The cache has the folder from end to end, or the account has no such folder. */
  isKnown(path: string): boolean
}

/** Throws `busy` where a folder was renumbered and the cache has not caught up: the operation waits for that. */
export async function eachFolder(
  { session, resolve, isKnown }: Whereabouts,
  refs: MessageRef[],
  run: (group: Group) => Promise<number[]>,
  { elsewhere = false } = {},
): Promise<Located> {
  const { groups, unknown } = byLocator(refs)
  const located: Located = { found: 0, missing: [] }
  /** Not where they were, nor where the cache says. */
  const away: MessageRef[] = []

  async function visit(group: Group): Promise<void> {
    const there = new Set(await run(group))
    const absent = group.refs.filter((_, i) => !there.has(group.uids[i]!))
    located.found += group.refs.length - absent.length
    for (const ref of absent) away.push(ref)
  }

  async function visitLocations(refs: MessageRef[], locations: (Location | null)[]): Promise<void> {
    const again = new Map<string, Group>()
    refs.forEach((ref, i) => {
      const location = locations[i]
      if (!location) return void away.push(ref)
      if (location.uid === 0) throw new MailError('busy', `The server renumbered ${location.path}; its messages are being matched.`)
      addTo(again, location.path, location.uidValidity, location.uid, ref)
    })
    for (const group of again.values()) {
      const found = await open(session, group.path)
      if (found === group.uidValidity) await visit(group)
      else if (found !== null) throw new MailError('busy', `The server renumbered ${group.path}; its messages are being matched.`)
      else {
        located.missing.push(group.path)
        for (const ref of group.refs) away.push(ref)
      }
    }
  }

  for (const group of groups) {
    const found = await open(session, group.path)
    if (found === group.uidValidity) await visit(group)
    else for (const ref of group.refs) unknown.push(ref) // there may be a million: no spread
    if (found === null) located.missing.push(group.path)
  }
  if (unknown.length > 0) {
    const locations = await resolve(unknown, false)
    // not in the cache means gone only where the cache knows the folder from end to end
    if (unknown.some(({ locators }, i) => !locations[i] && locators.some(({ folder }) => !isKnown(folder))))
      throw new MailError('busy', 'The messages are still being looked for.')
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
  { found, missing: [path] }: Located,
  what: 'changed' | 'moved' | 'copied',
  wasDone: () => Promise<boolean> = async () => false,
): Promise<void> {
  if (found > 0 || path === undefined || (await wasDone())) return
  throw new MailError('gone', `The folder ${path} is no longer there; nothing was ${what}.`)
}

/** UIDVALIDITY of the folder, now selected; null where there is none. */
async function open(session: MailStore, path: string): Promise<number | null> {
  try {
    return (await session.select(path, null)).uidValidity
  } catch (error) {
    if (error instanceof MailError && error.kind === 'gone') return null
    throw error
  }
}
