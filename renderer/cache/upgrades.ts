/** From one version of the cache to the next, in place and in one transaction: local ids, rows, bodies and cursors stay. What a version was is written here once, and never changed. */
import type { Transaction } from 'dexie'
import { flagsOf } from '../../shared/model/flags.ts'
import { imapStoreId, type Folder } from '../../shared/model/folder.ts'
import type { PendingChange } from '../../shared/operations.ts'

/** A folder named by its path; flags as bits alone; one kind of store. */
interface FolderOfVersion1 extends Omit<Folder, 'ref' | 'parent' | 'keywords'> {
  account: string
  path: string
  parent: string
  home: string
}

interface ChangeOfVersion1 extends Omit<PendingChange, 'kind' | 'add' | 'remove' | 'rows'> {
  kind: 'setFlags' | 'move' | 'copy' | 'erase'
  add: number
  remove: number
  placed?: PendingChange['rows']
}

export async function fromVersion1(transaction: Transaction): Promise<void> {
  const folders = (await transaction.table('folders').toArray()) as FolderOfVersion1[]
  await transaction.table('folders').bulkPut(
    folders.map(({ account, path, parent, home: _home, ...rest }) => {
      const store = { account, store: imapStoreId(1) }
      const folder: Folder = { ...rest, ref: { ...store, path }, parent: parent === '' ? null : { ...store, path: parent }, keywords: [], format: 2 }
      return folder
    }),
  )
  const changes = (await transaction.table('wishes').toArray()) as ChangeOfVersion1[]
  await transaction.table('changes').bulkPut(
    changes.map(({ kind, add, remove, placed, ...rest }) => {
      const change: PendingChange = {
        ...rest,
        kind: kind === 'erase' ? 'expunge' : kind,
        add: flagsOf(add),
        remove: flagsOf(remove),
        ...(placed && { rows: placed }),
      }
      return change
    }),
  )
}
