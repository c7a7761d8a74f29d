import { expect, test } from 'vitest'
import type { Folder } from '../../../shared/model/folder.ts'
import { rowHeights, rowLook } from './density.ts'
import { countWords, emptyWords } from './empty-words.ts'

const inbox = { messages: 0, server: null, checkedAt: new Date('2026-11-20T10:42:00').getTime() } as Folder

test('an empty list says what is the case', () => {
  expect(emptyWords(inbox, 'Inbox', 'all')).toBe('Inbox is empty. Checked 10:42.')
  expect(emptyWords(inbox, 'Inbox', 'unread')).toBe('Nothing unread in Inbox.')
  expect(emptyWords({ ...inbox, checkedAt: null }, 'Inbox', 'all')).toContain('has not been checked yet')
  expect(emptyWords({ ...inbox, server: { messages: 9, unseen: 1 } }, 'Inbox', 'flagged')).toBe(
    'Nothing flagged in Inbox. Older mail is still being fetched.',
  )
})

test('counts', () => {
  expect(countWords(12, 100_214)).toBe('12 unread of 100,214')
  expect(countWords(0, 1)).toBe('1 message')
  expect(countWords(0, 0)).toBe('0 messages')
})

test('compact needs room', () => {
  expect(rowHeights[rowLook('compact', 384)]).toBe(56)
  expect(rowHeights[rowLook('compact', 600)]).toBe(28)
})
