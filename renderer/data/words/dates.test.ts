import { afterEach, expect, test } from 'vitest'
import { bandsOf } from '../list/bands.ts'
import { clockTime, dateAndTime, fullDate, fullDateInMail, shortDate } from './dates.ts'
import { setLocale } from './locale.ts'
import { displayName, hueOf, initialsOf, peopleList } from './people.ts'
import { rowName } from '../list/row-name.ts'
import { Flag } from '../../../shared/model/flags.ts'
import type { Row } from '../list/list-protocol.ts'

const at = (text: string): number => new Date(text).getTime()
const now = at('2026-11-20T12:00:00') // a Friday

afterEach(() => setLocale('en-GB'))

test('dates are as short as the list needs them', () => {
  expect(shortDate(at('2026-11-20T10:42:00'), now)).toBe('10:42')
  expect(shortDate(at('2026-11-19T23:59:00'), now)).toBe('Yesterday')
  expect(shortDate(at('2026-11-18T08:00:00'), now)).toBe('Wed')
  expect(shortDate(at('2026-11-02T08:00:00'), now)).toBe('2 Nov')
  expect(shortDate(at('2024-11-12T08:00:00'), now)).toBe('12 Nov 2024')
  expect(shortDate(at('2026-11-21T08:00:00'), now)).toBe('21 Nov')
  expect(dateAndTime(at('2026-11-20T10:05:00'), now)).toBe('Today 10:05')
  expect(dateAndTime(at('2026-11-19T10:05:00'), now)).toBe('Yesterday 10:05')
  expect(dateAndTime(at('2026-11-17T18:20:00'), now)).toBe('Tue 18:20')
  expect(clockTime(at('2026-11-20T09:05:00'))).toBe('9:05')
  expect(clockTime(at('2026-11-20T00:05:00'))).toBe('0:05')
})

test('dates are written as the system does, words are those of the catalogue', () => {
  const morning = at('2026-11-20T09:05:00')
  setLocale('de-DE')
  expect(clockTime(morning)).toBe('9:05')
  expect(dateAndTime(morning, now)).toBe('Today 9:05')
  expect(shortDate(at('2026-11-18T08:00:00'), now)).toBe('Mi')
  expect(dateAndTime(at('2024-11-12T18:20:00'), now)).toBe('12. Nov. 2024 18:20')
  expect(fullDate(morning)).toMatch(/^Freitag, 20\. November 2026/)
  setLocale('en-US')
  expect(clockTime(at('2026-11-20T10:42:00'))).toMatch(/^10:42\sAM$/)
  expect(dateAndTime(at('2026-11-19T18:05:00'), now)).toMatch(/^Yesterday 6:05\sPM$/)
  expect(shortDate(at('2024-11-12T08:00:00'), now)).toBe('Nov 12, 2024')
  expect(fullDateInMail(morning)).toMatch(/^Friday,? 20 November 2026/)
})

test('bands stand before the first row of each span', () => {
  const rows = [
    '2026-11-21T09:00',
    '2026-11-20T09:00',
    '2026-11-19T09:00',
    '2026-11-16T09:00',
    '2026-11-10T09:00',
    '2026-10-31T09:00',
    '2019-03-01T09:00',
  ]
  const firstOlderThan = (ms: number): number => {
    const found = rows.findIndex(row => at(`${row}:00`) < ms)
    return found < 0 ? rows.length : found
  }
  expect(bandsOf(rows.length, at(rows.at(-1)!), now, firstOlderThan)).toEqual([
    { label: 'Today', row: 0 },
    { label: 'Yesterday', row: 2 },
    { label: 'Earlier this week', row: 3 },
    { label: 'Last week', row: 4 },
    { label: 'October', row: 5 },
    { label: '2019', row: 6 },
  ])
  expect(bandsOf(0, 0, now, () => 0)).toEqual([])
  setLocale('de-DE')
  expect(bandsOf(1, at('2025-10-31T09:00'), now, ms => (at('2025-10-31T09:00') < ms ? 0 : 1))).toEqual([{ label: 'Oktober 2025', row: 0 }])
  expect(bandsOf(1, 0, now, ms => (ms > 0 ? 0 : 1))).toEqual([{ label: '1970', row: 0 }])
})

test('names, initials and colours', () => {
  expect(displayName(['"Alice Marten"', 'a@example.org'])).toBe('Alice Marten')
  expect(displayName(['', 'a@example.org'])).toBe('a@example.org')
  expect(initialsOf(['The Morning Post', 'a@example.org'])).toBe('TM')
  expect(initialsOf(['田中 美咲', 'a@example.org'])).toBe('田美')
  expect(initialsOf(['', 'jonas.weber@example.org'])).toBe('JW')
  expect(initialsOf(['', ''])).toBe('?')
  expect(hueOf(['Alice', 'A@Example.org'])).toBe(hueOf(['', 'a@example.org']))
  const [alice, jonas, ravi, ida] = [
    ['Alice', 'a@x'],
    ['Jonas', 'j@x'],
    ['Ravi', 'r@x'],
    ['Ida', 'i@x'],
  ] as [string, string][]
  expect(peopleList([alice!, jonas!], new Set(['a@x']))).toBe('me and Jonas')
  expect(peopleList([alice!, jonas!, ravi!, ida!])).toBe('Alice, Jonas and 2 others')
})

test('a row is named as UI.md says', () => {
  const row: Row = {
    id: 1,
    uid: 1,
    date: at('2026-11-20T10:42:00') / 1000,
    size: 1,
    flags: Flag.flagged,
    attachments: true,
    offline: false,
    waiting: true,
    previewed: true,
    headers: { from: [['Ravi Shah', 'r@x']], to: [['Ida', 'i@x']], subject: 'Boiler' },
    snippet: '',
  }
  expect(rowName(row, false, now)).toBe('unread, flagged, Ravi Shah, Boiler, 10:42, attachments, not readable offline, waiting')
  expect(rowName({ ...row, flags: Flag.seen, attachments: false, offline: true, waiting: false }, true, now)).toBe('Ida, Boiler, 10:42')
  expect(rowName({ ...row, headers: { from: [], to: [], subject: ' ' } }, false, now)).toContain('Unknown sender, (no subject)')
})
