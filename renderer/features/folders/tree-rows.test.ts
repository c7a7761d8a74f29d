import { folderRef } from '../../../shared/test-support/folders.ts'
import { expect, test } from 'vitest'
import type { AccountInfo } from '../../../shared/model/account.ts'
import { keyOf, type Folder } from '../../../shared/model/folder.ts'
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { localRows, rowLabel, treeRows, unreadOf } from './tree-rows.ts'

const account: AccountInfo = { id: 'alice', name: 'Alice', email: 'alice@example.org', protocol: 'imap', plaintext: false }
function folder(path: string, rest: Partial<Folder> = {}): Folder {
  const cut = path.lastIndexOf('/')
  return {
    id: 1,
    ref: folderRef('alice', path),
    name: path.slice(cut + 1),
    parent: cut < 0 ? null : folderRef('alice', path.slice(0, cut)),
    delimiter: '/',
    role: 'none',
    selectable: true,
    subscribed: true,
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
    ...rest,
  }
}
const folders = [
  folder('Travel'),
  folder('Clients'),
  folder('Clients/Northwind', { shownUnread: 3 }),
  folder('INBOX', { role: 'inbox', shownUnread: 12 }),
  folder('INBOX/Sent', { role: 'sent' }),
  folder('Trash', { role: 'trash', shownUnread: 9 }),
  folder('[Gmail]', { selectable: false }),
  folder('[Gmail]/Drafts', { role: 'drafts' }),
]

test('special folders stand first, others nest by path, hollow ones are left out', () => {
  const rows = treeRows([account], folders, new Set())
  expect(rows.map(row => `${row.level} ${rowLabel(row)}`)).toEqual([
    '1 alice@example.org',
    '2 Inbox, 12 unread',
    '2 Drafts',
    '2 Sent',
    '2 Trash',
    '2 Clients',
    '3 Northwind, 3 unread',
    '2 Travel',
  ])
  expect(rows[5]).toMatchObject({ expanded: true, position: 5, siblings: 6 })
})

test('what is collapsed hides its children', () => {
  expect(treeRows([account], folders, new Set([keyOf(folderRef('alice', 'Clients'))])).some(row => row.label === 'Northwind')).toBe(false)
  expect(treeRows([account], folders, new Set(['alice']))).toHaveLength(1)
})

test('unread counts rows still to come as the server has them', () => {
  expect(unreadOf(folder('A', { messages: 10, unread: 4, shownUnread: 3, server: { messages: 100, unseen: 40 } }))).toBe(39)
  expect(unreadOf(folder('A', { messages: 100, unread: 4, shownUnread: 3, server: { messages: 100, unseen: 40 } }))).toBe(3)
})

test('messages of this computer show while there are some, or while they are in front', () => {
  const message = (state: OutgoingState['state']) => ({ state }) as OutgoingState
  const labels = (outgoing: OutgoingState[], inFront: 'drafts' | 'outbox' | null = null, collapsed = new Set<string>()) =>
    localRows(outgoing, inFront, collapsed, 2).map(row => `${row.level} ${rowLabel(row)}`)
  expect(labels([])).toEqual([])
  expect(labels([message('sent')])).toEqual([])
  expect(labels([message('draft'), message('draft'), message('refused'), message('sent')])).toEqual([
    '1 On this computer',
    '2 Drafts, 2',
    '2 Outbox, 1',
  ])
  expect(labels([], 'drafts')).toEqual(['1 On this computer', '2 Drafts'])
  expect(labels([message('waiting')], null, new Set(['local']))).toEqual(['1 On this computer'])
})
