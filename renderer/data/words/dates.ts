/** Dates in words. The program speaks English, so its dates do too, whatever the system's language. */
const locale = 'en-GB'
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'short' })
const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const dayAndYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', year: 'numeric' })
const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short', hourCycle: 'h23' })
const dayMs = 86_400_000

/** Local midnight of the day that holds `ms`. */
export function startOfDay(ms: number, days = 0): number {
  const date = new Date(ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime()
}

/** "10:42", "9:05". */
export function clockTime(ms: number): string {
  const date = new Date(ms)
  return `${date.getHours()}:${String(date.getMinutes()).padStart(2, '0')}`
}

/** As short as the list needs it: "10:42", "Yesterday", "Wed", "12 Nov", "12 Nov 2024". */
export function shortDate(ms: number, now: number): string {
  if (ms >= startOfDay(now) && ms < startOfDay(now, 1)) return clockTime(ms)
  if (ms >= startOfDay(now, -1) && ms < startOfDay(now)) return 'Yesterday'
  if (ms >= startOfDay(now, -6) && ms < startOfDay(now)) return weekday.format(ms)
  if (new Date(ms).getFullYear() === new Date(now).getFullYear() || Math.abs(now - ms) < 60 * dayMs) return day.format(ms)
  return dayAndYear.format(ms)
}

/** For a message's head: "Today 10:05", "Yesterday 10:05", "Tue 18:20", "12 Nov 2024 18:20". */
export function dateAndTime(ms: number, now: number): string {
  const short = shortDate(ms, now)
  return short === clockTime(ms) ? `Today ${short}` : `${short} ${clockTime(ms)}`
}

/** The whole date, for a title: "Friday 20 November 2026 at 10:42". */
export function fullDate(ms: number): string {
  return full.format(ms)
}
