/** Date bands of the list: a label before the first row of each span of time. */
import { startOfDay } from '../words/dates.ts'
import { forLocale } from '../words/locale.ts'
import { say } from '../words/say.ts'

export interface Band {
  label: string
  /** Row number of its first row. */
  row: number
}

export interface Span {
  label: string
  /** Rows of this date (ms) and later belong to the span, unless an earlier one has them. */
  from: number
}

/** Spans are those of this calendar, whatever the locale's is. */
const calendar = 'gregory'
const month = forLocale(tag => new Intl.DateTimeFormat(tag, { month: 'long', calendar }))
const monthAndYear = forLocale(tag => new Intl.DateTimeFormat(tag, { month: 'long', year: 'numeric', calendar }))
const yearAlone = forLocale(tag => new Intl.DateTimeFormat(tag, { year: 'numeric', calendar }))

/** Today, Yesterday, Earlier this week, Last week (weeks begin on Monday), the months of this year and the last, then years, back to `oldest` (ms). */
export function spansUntil(oldest: number, now: number): Span[] {
  const today = new Date(now)
  const monday = -((today.getDay() + 6) % 7)
  const spans: Span[] = [
    { label: say('dates.today'), from: startOfDay(now) },
    { label: say('dates.yesterday'), from: startOfDay(now, -1) },
    { label: say('dates.earlierThisWeek'), from: startOfDay(now, monday) },
    { label: say('dates.lastWeek'), from: startOfDay(now, monday - 7) },
  ]
  for (let back = 0; spans.at(-1)!.from > oldest && back < 12 + today.getMonth(); back++) {
    const first = new Date(today.getFullYear(), today.getMonth() - back, 1)
    const sameYear = first.getFullYear() === today.getFullYear()
    spans.push({ label: (sameYear ? month() : monthAndYear()).format(first), from: first.getTime() })
  }
  for (let year = today.getFullYear() - 2; spans.at(-1)!.from > oldest && year >= 1970; year--) {
    const first = new Date(year, 0, 1)
    spans.push({ label: yearAlone().format(first), from: first.getTime() })
  }
  if (spans.at(-1)!.from > oldest) spans.push({ label: say('dates.undated'), from: -Infinity })
  return spans
}

/** Bands of `count` rows; `firstOlderThan` (ms) answers the first row older than a date. Dates in the future belong to today. */
export function bandsOf(count: number, oldest: number, now: number, firstOlderThan: (ms: number) => number): Band[] {
  const bands: Band[] = []
  let row = 0
  for (const { label, from } of count > 0 ? spansUntil(oldest, now) : []) {
    const next = from === -Infinity ? count : firstOlderThan(from)
    if (next > row) bands.push({ label, row })
    row = Math.max(row, next)
  }
  return bands
}
