/** From what older versions wrote in the journal of operations to what this one reads. The values are unknown: what is not as expected is passed on, and judged by the schema. */
import { isObject, type Accounts } from '../storage/records.ts'
import { errorFrom } from '../storage/version-2.ts'
import { each, flagsFrom, folderFrom, messageRefFrom, placeFrom } from '../storage/version-1.ts'

/** Version 1 called an expunge an erase. */
const kinds: Record<string, string> = { erase: 'expunge' }

export function fromVersion1(old: unknown, accounts: Accounts): unknown {
  if (!isObject(old)) return old
  const { op, outcome } = old
  if (isObject(op) && typeof op.id === 'string' && typeof op.account === 'string') accounts.set(op.id, op.account)
  return {
    ...old,
    ...(isObject(op) && { op: operation(op) }),
    ...(isObject(outcome) && { outcome: outcomeOf(outcome, accounts.get(String(old.id))) }),
  }
}

function operation(old: Record<string, unknown>): Record<string, unknown> {
  return {
    ...old,
    kind: typeof old.kind === 'string' ? (kinds[old.kind] ?? old.kind) : old.kind,
    messages: each(old.messages, messageRefFrom),
    ...('to' in old && { to: folderFrom(old.to, old.account) }),
    ...('add' in old && { add: flagsFrom(old.add) }),
    ...('remove' in old && { remove: flagsFrom(old.remove) }),
  }
}

function outcomeOf({ folders, transfers, erased, ...others }: Record<string, unknown>, account: string | undefined): Record<string, unknown> {
  return {
    ...others,
    folders: each(folders, one => {
      const place = placeFrom(one, account)
      return isObject(place) && Array.isArray(place.flags) ? { ...place, flags: { bits: place.flags, keywords: [] } } : place
    }),
    transfers: each(transfers, one => {
      const place = placeFrom(one, account)
      return isObject(place) ? { ...place, to: folderFrom(place.to, account) } : place
    }),
    expunged: each(erased, one => placeFrom(one, account)),
  }
}

export function fromVersion2(old: unknown): unknown {
  return isObject(old) && 'error' in old ? { ...old, error: errorFrom(old.error) } : old
}
