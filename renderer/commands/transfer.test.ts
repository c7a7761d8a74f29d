import { folderRef } from '../../shared/test-support/folders.ts'
import { expect, test, vi } from 'vitest'
import type { Folder } from '../../shared/model/folder.ts'
import { deleteSelection, expunge } from './transfer.ts'
import type { Services } from '../state/services.ts'
import { createWindowStore } from '../state/store.ts'

const folder = (id: number, path: string, role: Folder['role']): Folder => ({ id, ref: folderRef('alice', path), name: path, role }) as Folder

test('what is deleted for good is what was asked about, whatever comes to the front meanwhile', async () => {
  const store = createWindowStore({
    folders: [folder(1, 'INBOX', 'inbox'), folder(2, 'Trash', 'trash')],
    inFront: folderRef('alice', 'Trash'),
    selection: { ids: new Set([7, 8]), focus: 7, anchor: 7 },
  })
  const expunged = vi.fn(() => Promise.resolve(0))
  const services = { store, actions: { expunge: expunged } } as unknown as Services
  await deleteSelection(services)
  expect(store.getState().dialog).toBe('expunge')
  store.setState({ inFront: folderRef('alice', 'INBOX'), selection: { ids: new Set([41]), focus: 41, anchor: 41 } })
  await expunge(services, store.getState().chosen!)
  expect(expunged).toHaveBeenCalledWith(2, [7, 8])
  expect([...store.getState().selection.ids]).toEqual([41])
})
