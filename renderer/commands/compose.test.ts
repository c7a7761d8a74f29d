import { expect, test } from 'vitest'
import type { Composition } from '../data/compose/composition.ts'
import { folderRef } from '../../shared/test-support/folders.ts'
import { requestDraft } from './compose-requests.ts'
import { putAway } from './compose.ts'
import type { Services } from '../state/services.ts'
import { createWindowStore } from '../state/store.ts'

function begin(leaving: Composition['leaving'], isSaved: boolean) {
  const done: string[] = []
  const composing = {
    ...{ id: 'message-0001', leaving, isKept: true },
    acceptTyped: () => undefined,
    flush: () => Promise.resolve(isSaved),
    dispose: () => Promise.resolve(void done.push('disposed')),
    store: { getState: () => ({ uploads: [], saving: { state: 'failed', message: 'The disk is full.' } }) },
  } as unknown as Composition
  const store = createWindowStore({ composing })
  return { services: { store } as unknown as Services, done, inFront: () => store.getState().composing !== null }
}

test('a message that is being sent leaves the window only once its last words are kept', async () => {
  const full = begin('sent', false)
  expect(await putAway(full.services)).toBe(false)
  expect(full.inFront()).toBe(true)
  const kept = begin('sent', true)
  expect(await putAway(kept.services)).toBe(true)
  expect([kept.inFront(), kept.done]).toEqual([false, []]) // whoever sends it lets go of it
})

test('one that is being thrown away leaves it whether it is kept or not', async () => {
  const { services, inFront } = begin('discarded', false)
  expect(await putAway(services)).toBe(true)
  expect(inFront()).toBe(false)
})

test.each([
  ['the first folder, which the window chooses by itself', null, 'INBOX', true],
  ['the same folder, told anew', 'INBOX', 'INBOX', true],
  ['another folder', 'INBOX', 'Archive', false],
])('a message that is on its way meets %s', async (_, before, after, isKept) => {
  const store = createWindowStore({ inFront: before === null ? null : folderRef('acct1', before) })
  const wanted = await requestDraft(store, async isWanted => {
    store.setState({ inFront: folderRef('acct1', after) })
    return isWanted()
  })
  expect(wanted).toBe(isKept)
})
