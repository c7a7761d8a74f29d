import type { FolderRef } from '../../../shared/model/folder.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import { expect, test } from 'vitest'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import type { OpState } from '../../../shared/operations.ts'
import { stateInWords, operationInWords } from './operations.ts'

const op = (change: Partial<OpState>): OpState => ({
  id: 'operation-0001',
  account: 'alice',
  kind: 'setFlags',
  state: 'queued',
  count: 3,
  at: 0,
  error: null,
  to: null,
  add: flagsOf(0),
  remove: flagsOf(0),
  ...change,
})
const name = ({ path }: FolderRef) => path.split('/').at(-1)!

test('an operation says what it does', () => {
  expect(operationInWords(op({ add: flagsOf(Flag.seen) }), name)).toBe('Mark 3 messages as read')
  expect(operationInWords(op({ remove: flagsOf(Flag.seen), add: flagsOf(Flag.flagged), count: 1 }), name)).toBe(
    'Mark 1 message as unread and as flagged',
  )
  expect(operationInWords(op({ kind: 'move', to: folderRef('alice', 'Clients/Northwind') }), name)).toBe('Move 3 messages to Northwind')
  expect(operationInWords(op({ kind: 'copy', to: folderRef('alice', 'Archive'), count: 1200 }), name)).toBe('Copy 1,200 messages to Archive')
  expect(operationInWords(op({ kind: 'expunge' }), name)).toBe('Delete 3 messages for good')
})

test('its state says what it waits for, or why it ended', () => {
  expect(stateInWords(op({}), true)).toBe('waiting for connection')
  expect(stateInWords(op({}), false)).toBe('waiting')
  expect(
    stateInWords(
      op({ state: 'refused', error: { kind: 'refused', code: 'store.flags', params: { host: 'mail.x.example' }, serverText: null } }),
      false,
    ),
  ).toBe('refused: mail.x.example did not store the flags.')
})
