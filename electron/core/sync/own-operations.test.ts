import { expect, it } from 'vitest'
import { folderRef } from '../../../shared/test-support/folders.ts'
import type { Move } from '../../../shared/operations.ts'
import { OwnOperations } from './own-operations.ts'

it('holds up news of its folder while it cannot be told from it, and not for ever', () => {
  let now = 0
  const [inbox, archive] = [folderRef('acct1', 'INBOX'), folderRef('acct1', 'Archive')]
  const own = new OwnOperations(() => now)
  const move: Move = {
    kind: 'move',
    id: 'move-0001',
    account: 'acct1',
    at: 1,
    to: inbox,
    messages: { folder: archive, uidValidity: 1, uids: [[1, 2000]] },
  }
  own.add(move)
  expect(own.areUncertain(inbox)).toBe(false) // nothing was done yet
  own.begin(move.id, 7)
  expect([own.areUncertain(inbox), own.areUncertain(archive)]).toEqual([true, false])
  now = 9 * 60_000
  own.begin(move.id, 9) // tried again
  expect(own.areUncertain(inbox)).toBe(true)
  now = 11 * 60_000
  expect(own.areUncertain(inbox)).toBe(false)
})
