import { expect, it } from 'vitest'
import { withKnownRows } from './known-rows.ts'
import type { ListView, Row } from './list-protocol.ts'

const row = (id: number, more: Partial<Row> = {}): Row => ({
  id,
  uid: id,
  date: 0,
  size: 1,
  flags: 0,
  attachments: false,
  offline: false,
  waiting: false,
  previewed: false,
  headers: { from: [['A', 'a@example.test']], to: [], subject: `Message ${id}` },
  snippet: '',
  ...more,
})
const view = (rows: Row[], more: Partial<ListView> = {}): ListView => ({
  ticket: 1,
  folder: 1,
  filter: 'all',
  rev: 1,
  count: rows.length,
  total: rows.length,
  unread: 0,
  bands: [],
  from: 0,
  rows,
  focus: null,
  ...more,
})

it('keeps the rows that say the same, wherever they stand now, and no others', () => {
  const before = view([row(1), row(2), row(3)], { focus: { id: 9, index: 50, row: row(9) } })
  const after = view([row(4), row(2), row(3, { flags: 1 }), row(9)], { rev: 2, focus: { id: 1, index: 60, row: row(1) } })
  const known = withKnownRows(structuredClone(after), before)
  expect(known).toEqual(after)
  expect(known.rows.map(one => before.rows.includes(one) || one === before.focus?.row)).toEqual([false, true, false, true])
  expect(known.focus?.row).toBe(before.rows[0])
})

it('knows nothing of another folder, where the same id may be another row', () => {
  const before = view([row(1)])
  expect(withKnownRows(view([row(1)], { folder: 2 }), before).rows[0]).not.toBe(before.rows[0])
})
