import { expect, it } from 'vitest'
import type { Cursor } from '../../../shared/model/folder.ts'
import type { Capabilities, Selected } from '../store/mail-store.ts'
import { plan, reconcileAfterMs } from './plan.ts'

const all: Capabilities = { condstore: true, qresync: true, idle: true, move: true, uidplus: true, truncates: false, longestSet: 8000 }
const cursor: Cursor = { uidValidity: 1, uidNext: 11, modseq: '5', known: [[1, 10]], verifiedAt: 0 }
const selected: Selected = { path: 'INBOX', uidValidity: 1, uidNext: 11, exists: 10, modseq: '5', since: null }

it.each([
  ['an empty cache', null, selected, all, { relink: false, changes: 'nothing', missing: [[1, 10]], reconcile: true }],
  ['an empty folder', null, { ...selected, uidNext: 1, exists: 0 }, all, { relink: false, changes: 'nothing', missing: [], reconcile: true }],
  ['nothing new', cursor, selected, all, { relink: false, changes: 'nothing', missing: [], reconcile: false }],
  [
    'QRESYNC told',
    cursor,
    { ...selected, modseq: '6', since: { flags: [], vanished: [] } },
    all,
    { relink: false, changes: 'told', missing: [], reconcile: false },
  ],
  [
    'a newer HIGHESTMODSEQ',
    cursor,
    { ...selected, modseq: '6' },
    { ...all, qresync: false },
    { relink: false, changes: 'condstore', missing: [], reconcile: false },
  ],
  [
    'no CONDSTORE',
    cursor,
    { ...selected, modseq: null },
    { ...all, condstore: false, qresync: false },
    { relink: false, changes: 'compare', missing: [], reconcile: false },
  ],
  ['CONDSTORE that came later', { ...cursor, modseq: null }, selected, all, { relink: false, changes: 'compare', missing: [], reconcile: false }],
  ['CONDSTORE lost', cursor, { ...selected, modseq: null }, all, { relink: false, changes: 'compare', missing: [], reconcile: false }],
  ['new mail', cursor, { ...selected, uidNext: 14, exists: 13 }, all, { relink: false, changes: 'nothing', missing: [[11, 13]], reconcile: false }],
  [
    'an interrupted first sync',
    { ...cursor, known: [[6, 10]], verifiedAt: null },
    selected,
    all,
    { relink: false, changes: 'nothing', missing: [[1, 5]], reconcile: true },
  ],
  ['another UIDVALIDITY', cursor, { ...selected, uidValidity: 2 }, all, { relink: true, changes: 'nothing', missing: [[1, 10]], reconcile: true }],
] as const)('%s', (_, known, found, capabilities, want) => {
  expect(plan(known as Cursor | null, found as Selected, capabilities, 1000)).toEqual(want)
})

it('lists all UIDs now and then', () => {
  expect(plan(cursor, selected, all, reconcileAfterMs + 1).reconcile).toBe(true)
})
