/**
 * What version 1 (Pillarbox 0.1.0) wrote of folders and flags, as this version writes it. It knew one kind of store, whose first generation is `imap-1`, named a folder
 * by its path, and kept flags as bits alone. The values are unknown: what is not as expected is passed on, and judged by the schema.
 */
import { flagsOf } from '../../../shared/model/flags.ts'
import { imapStoreId } from '../../../shared/model/folder.ts'
import { isObject } from './records.ts'

export function folderFrom(path: unknown, account: unknown): unknown {
  return typeof path === 'string' ? { account, store: imapStoreId(1), path } : path
}

export function flagsFrom(bits: unknown): unknown {
  return typeof bits === 'number' ? flagsOf(bits) : bits
}

/** `folder` for `path`. */
export function placeFrom(old: unknown, account: unknown): unknown {
  if (!isObject(old) || !('path' in old)) return old
  const { path, ...others } = old
  return { folder: folderFrom(path, account), ...others }
}

export function messageRefFrom(old: unknown): unknown {
  if (!isObject(old) || !Array.isArray(old.locators)) return old
  const { account } = old
  const locators = old.locators.map((one: unknown) => (isObject(one) ? { ...one, kind: 'uid', folder: folderFrom(one.folder, account) } : one))
  return { ...old, locators }
}

export function each(list: unknown, upgrade: (one: unknown) => unknown): unknown {
  return Array.isArray(list) ? list.map(upgrade) : list
}
