/** How the demo mailbox is written: people, times relative to now, and messages that know which message they answer. */
import type { File, MessageSource, Person } from '../mime/compose.ts'

export const alice: Person = { name: 'Alice Marten', address: 'alice@example.org' }
export const amelie: Person = { name: 'Amélie Laurent', address: 'amelie@laurent.example' }
export const jonas: Person = { name: 'Jonas Weber', address: 'jonas@weber.example' }
export const ingrid: Person = { name: 'Ingrid Solberg', address: 'ingrid.solberg@fjell.example' }
export const ravi: Person = { name: 'Ravi Shah', address: 'ravi.shah@home.example' }
export const oluwaseun: Person = { name: 'Oluwaseun Adeyemi', address: 'oluwaseun@adeyemi.example' }
export const marta: Person = { name: 'Marta Kowalczyk', address: 'marta@kowalczyk.example' }
export const northwind: Person = { name: 'Northwind Traders', address: 'accounts@northwind.example' }
export const priya: Person = { name: 'Priya Raman', address: 'priya.raman@northwind.example' }

/** A message of the mailbox. `flags`: S read, R answered, F flagged, D draft. `answers` is the `slug` of the message before. */
export interface DemoMessage
  extends Pick<MessageSource, 'from' | 'subject' | 'date'>, Partial<Omit<MessageSource, 'from' | 'subject' | 'date' | 'references' | 'id'>> {
  slug?: string
  answers?: string
  folder?: string
  flags?: string
}

export interface Times {
  /** A moment of today that has passed: 0 is midnight, 1 is now. */
  today(fraction: number): Date
  /** A time of a day before today, such as (1, '18:20') for yesterday. */
  ago(days: number, time: string): Date
  /** A time of a day to come. */
  ahead(days: number, time: string): Date
}

export function timesFrom(now: Date): Times {
  const midnight = new Date(now.getFullYear(), now.getMonth(), now.getDate())
  const on = (days: number, time: string) => {
    const [hours = 0, minutes = 0] = time.split(':').map(Number)
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hours, minutes, (hours * 7 + minutes) % 60)
  }
  return {
    today: fraction => new Date(Math.floor((midnight.getTime() + (now.getTime() - midnight.getTime()) * fraction) / 1000) * 1000),
    ago: (days, time) => on(-days, time),
    ahead: on,
  }
}

/** A date as a message would write it. */
export function longDate(date: Date): string {
  return date.toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' })
}

export function attachment(name: string, type: string, bytes: Uint8Array): File {
  return { name, type, bytes }
}

/** A newsletter's frame: a table of 600 pixels, as they all are. */
export function newsletter(background: string, inner: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"></head>
<body style="margin:0;padding:0;background:${background}">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:${background}"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="600" cellpadding="0" cellspacing="0" style="width:100%;max-width:600px;background:#ffffff;border-radius:6px;font-family:Georgia,'Times New Roman',serif;color:#222222">
${inner}
</table></td></tr></table></body></html>`
}
