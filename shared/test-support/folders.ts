/** Folders for tests, all in the first store of their account. */
import { imapStoreId, type FolderRef, type StoreRef } from '../model/folder.ts'

export function storeOf(account: string): StoreRef {
  return { account, store: imapStoreId(1) }
}

export function folderRef(account: string, path: string): FolderRef {
  return { ...storeOf(account), path }
}
