/** Folders of the cache: the epoch they belong to, those a store lists, and those that go. */
import { keyOf, type Folder, type FolderId, type ListedFolder, type StoreRef } from '../../shared/model/folder.ts'
import { forgetBodies } from './bodies.ts'
import type { CacheContext } from './context.ts'

/** Of the database; begun where there is none yet. */
export async function readEpoch({ database }: CacheContext): Promise<string> {
  const meta = await database.meta.get('cache')
  if (meta) return meta.epoch
  const epoch = crypto.randomUUID()
  await database.meta.put({ key: 'cache', format: 1, epoch, nextId: 1, nextFolder: 1 })
  return epoch
}

export async function dropFolder(context: CacheContext, folder: Folder): Promise<void> {
  const { database, indexes } = context
  const blocks = await database.columns.where('[folder+n]').between([folder.id, 0], [folder.id, Infinity]).toArray()
  const ids = blocks.flatMap(block => [...block.id])
  await forgetBodies(context, ids, row => row.folder === folder.id)
  for (const table of [database.columns, database.marks, database.pages, database.previews])
    await table.where('[folder+n]').between([folder.id, 0], [folder.id, Infinity]).delete()
  await database.folders.delete(folder.id)
  indexes.delete(folder.id)
}

function foldersIn({ database }: CacheContext, { account, store }: StoreRef): Promise<Folder[]> {
  return database.folders.where('[ref.account+ref.store]').equals([account, store]).toArray()
}

/** Undefined where the cache does not know it. */
export async function folderOf(context: CacheContext, ref: StoreRef & { path: string }): Promise<Folder | undefined> {
  const key = keyOf(ref)
  return (await foldersIn(context, ref)).find(folder => keyOf(folder.ref) === key)
}

type Told = Pick<Folder, 'ref' | 'parent' | 'name' | 'delimiter' | 'role' | 'selectable' | 'subscribed'>

function toTold(store: StoreRef, { path, parent, ...listed }: ListedFolder): Told {
  return { ...listed, ref: { ...store, path }, parent: parent === '' ? null : { ...store, path: parent } }
}

function newFolder(id: FolderId, told: Told): Folder {
  return {
    ...told,
    id,
    format: 2,
    cursor: null,
    keywords: [],
    messages: 0,
    unread: 0,
    shownUnread: 0,
    server: null,
    slots: 0,
    awaiting: 0,
    rev: 0,
    asOf: 0,
    checkedAt: null,
  }
}

/** Takes over what a store lists. Folders it does not list go, unless the list is empty or broken: that removes nothing (law 3). */
export async function replaceFolders(context: CacheContext, store: StoreRef, listed: ListedFolder[]): Promise<Folder[]> {
  const { database } = context
  const known = new Map((await foldersIn(context, store)).map(folder => [keyOf(folder.ref), folder]))
  const told = new Map(listed.map(folder => toTold(store, folder)).map(folder => [keyOf(folder.ref), folder]))
  for (const [key, folder] of told) {
    const old = known.get(key)
    if (old) {
      await database.folders.put({ ...old, ...folder })
      continue
    }
    const meta = (await database.meta.get('cache'))!
    await database.meta.put({ ...meta, nextFolder: meta.nextFolder + 1 })
    await database.folders.put(newFolder(meta.nextFolder, folder))
  }
  if (listed.some(folder => folder.role === 'inbox')) for (const [key, folder] of known) if (!told.has(key)) await dropFolder(context, folder)
  return foldersIn(context, store)
}
