/** Dates in words: written as the system's locale does, with words of the catalogue around them. */
import { forLocale } from './locale.ts'
import { say } from './say.ts'

const time = forLocale(tag => new Intl.DateTimeFormat(tag, { hour: 'numeric', minute: '2-digit' }))
const weekday = forLocale(tag => new Intl.DateTimeFormat(tag, { weekday: 'short' }))
const day = forLocale(tag => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }))
const dayAndYear = forLocale(tag => new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short', year: 'numeric' }))
const wholeDate = { dateStyle: 'full', timeStyle: 'short' } as const
const full = forLocale(tag => new Intl.DateTimeFormat(tag, wholeDate))
const fullInMail = new Intl.DateTimeFormat(say('dates.localeOfTheseWords'), wholeDate)
const dayMs = 86_400_000

/** Local midnight of the day that holds `ms`. */
export function startOfDay(ms: number, days = 0): number {
  const date = new Date(ms)
  return new Date(date.getFullYear(), date.getMonth(), date.getDate() + days).getTime()
}

/** "10:42", "9:05", "9:05 AM": an hour is written without a zero before it, also where this locale has one. */
export function clockTime(ms: number): string {
  const parts = time().formatToParts(ms)
  return parts.map(({ type, value }) => (type === 'hour' ? value.replace(/^0(?=\d)/, '') : value)).join('')
}

function isToday(ms: number, now: number): boolean {
  return ms >= startOfDay(now) && ms < startOfDay(now, 1)
}

function isYesterday(ms: number, now: number): boolean {
  return ms >= startOfDay(now, -1) && ms < startOfDay(now)
}

/** Of another day: "Wed", "12 Nov", "12 Nov 2024". */
function dayInWords(ms: number, now: number): string {
  if (ms >= startOfDay(now, -6) && ms < startOfDay(now)) return weekday().format(ms)
  if (new Date(ms).getFullYear() === new Date(now).getFullYear() || Math.abs(now - ms) < 60 * dayMs) return day().format(ms)
  return dayAndYear().format(ms)
}

/** As short as the list needs it: "10:42", "Yesterday", "Wed", "12 Nov", "12 Nov 2024". */
export function shortDate(ms: number, now: number): string {
  if (isToday(ms, now)) return clockTime(ms)
  return isYesterday(ms, now) ? say('dates.yesterday') : dayInWords(ms, now)
}

/** For a message's head: "Today 10:05", "Yesterday 10:05", "Tue 18:20", "12 Nov 2024 18:20". */
export function dateAndTime(ms: number, now: number): string {
  const time = clockTime(ms)
  if (isToday(ms, now)) return say('dates.todayAt', { time })
  if (isYesterday(ms, now)) return say('dates.yesterdayAt', { time })
  return say('dates.dayAt', { day: dayInWords(ms, now), time })
}

/** The whole date, for a title: "Friday 20 November 2026 at 10:42". */
export function fullDate(ms: number): string {
  return full().format(ms)
}

/** The whole date in a mail to others: it is in the language of the words around it, for whoever reads them. */
export function fullDateInMail(ms: number): string {
  return fullInMail.format(ms)
}
