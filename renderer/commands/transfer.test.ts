import { expect, test, vi } from 'vitest'
import type { Folder } from '../../shared/model/model.ts'
import { deleteSelection, erase } from './transfer.ts'
import type { Services } from '../state/services.ts'
import { createWindowStore } from '../state/store.ts'

const folder = (id: number, path: string, role: Folder['role']): Folder => ({ id, account: 'alice', path, name: path, role }) as Folder

test('what is deleted for good is what was asked about, whatever comes to the front meanwhile', async () => {
  const store = createWindowStore({
    folders: [folder(1, 'INBOX', 'inbox'), folder(2, 'Trash', 'trash')],
    place: { account: 'alice', path: 'Trash' },
    selection: { ids: new Set([7, 8]), focus: 7, anchor: 7 },
  })
  const erased = vi.fn(() => Promise.resolve(0))
  const services = { store, actions: { erase: erased } } as unknown as Services
  await deleteSelection(services)
  expect(store.getState().dialog).toBe('erase')
  store.setState({ place: { account: 'alice', path: 'INBOX' }, selection: { ids: new Set([41]), focus: 41, anchor: 41 } })
  await erase(services, store.getState().chosen!)
  expect(erased).toHaveBeenCalledWith(2, [7, 8])
  expect([...store.getState().selection.ids]).toEqual([41])
})
