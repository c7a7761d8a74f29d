import { folderRef } from '../../shared/test-support/folders.ts'
import { expect, test, vi } from 'vitest'
import type { ListClient } from '../data/list/list-client.ts'
import type { ListView } from '../data/list/list-protocol.ts'
import { goTo, goToMessage } from './selection.ts'
import { createWindowStore, openMessage } from './store.ts'

const inbox = folderRef('alice', 'INBOX')
const view = (rev: number): ListView => ({
  ...{ ticket: 1, folder: 3, filter: 'all', rev, count: 1, total: 1, unread: 1 },
  ...{ bands: [], from: 0, rows: [], focus: null },
})

function begin() {
  const store = createWindowStore({ inFront: folderRef('alice', 'Sent'), filter: 'unread' })
  const uids = new Map<number, number>()
  const call = vi.fn((_: string, { uid }: { uid: number }) => Promise.resolve(uids.has(uid) ? { id: uids.get(uid)!, index: 0 } : null))
  return { store, uids, needs: { store, list: { call } as unknown as ListClient } }
}
const pause = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 5))

test('a message that was told of is shown as soon as it is in the list, under no filter', async () => {
  const { store, uids, needs } = begin()
  goToMessage(needs, inbox, 41)
  expect(store.getState()).toMatchObject({ inFront: inbox, filter: 'all', view: null })
  store.setState({ view: view(1) })
  await pause()
  expect(openMessage(store.getState())).toBeNull()
  uids.set(41, 9)
  store.setState({ view: view(2) })
  await pause()
  expect(openMessage(store.getState())).toBe(9)
  expect(store.getState().reading).toBe(true)
})

test('one who goes elsewhere meanwhile stays there', async () => {
  const { store, uids, needs } = begin()
  goToMessage(needs, inbox, 41)
  goTo(needs, folderRef('alice', 'Archive'))
  uids.set(41, 9)
  store.setState({ view: view(1) })
  await pause()
  expect(openMessage(store.getState())).toBeNull()
})
