/** What a message takes along of the one it answers or passes on: a line of attribution over a quotation, or a block of headers over the whole. Pure. */
import type { Address, HeaderRow } from '../../../shared/model/message.ts'
import { fullDateInMail } from '../words/dates.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { displayName, nameAndAddress } from '../words/people.ts'
import { say } from '../words/say.ts'
import { escapeHtml } from '../text/plain-text.ts'

/** The class of the element that holds a folded quotation; what follows it in a draft is nothing. */
export const quoteClass = 'pb-quote'
/** Marks the line of attribution for the programs that fold quotations. */
export const attributionClass = 'moz-cite-prefix'

export interface Quote {
  html: string
  text: string
}

/** "On Friday 20 November 2026 at 10:42, Jonas Weber wrote:" */
export function attribution({ from, date }: HeaderRow, arrivedMs: number): string {
  const name = from[0] ? displayName(from[0]) : say('composer.quote.somebody')
  return say('composer.quote.attribution', { date: fullDateInMail(date ?? arrivedMs), name })
}

function people(addresses: Address[], more = 0): string {
  const names = addresses.map(nameAndAddress).join(', ')
  return more > 0 ? say('composer.quote.andMore', { names, count: more }) : names
}

/** Field and value, as they stand over a forwarded message. */
export function forwardedFields({ from, to, cc = [], more = {}, subject, date }: HeaderRow, arrivedMs: number): [field: string, value: string][] {
  const fields: [string, string][] = [
    [say('composer.quote.from'), people(from, more.from)],
    [say('composer.quote.date'), fullDateInMail(date ?? arrivedMs)],
    [say('composer.quote.subject'), shownText(subject)],
    [say('composer.quote.to'), people(to, more.to)],
    [say('composer.quote.cc'), people(cc, more.cc)],
  ]
  return fields.filter(([, value]) => value !== '')
}

const forwardedTitle = say('composer.quote.forwarded')

export function quotedText(text: string): string {
  return text
    .trimEnd()
    .split('\n')
    .map(line => (line === '' || line.startsWith('>') ? `>${line}` : `> ${line}`))
    .join('\n')
}

/** A quotation of a message of which `html` is safe and `text` its plain text. */
export function replyQuote(headers: HeaderRow, arrivedMs: number, { html, text }: Quote): Quote {
  const line = attribution(headers, arrivedMs)
  return {
    html: `<div class="${attributionClass}">${escapeHtml(line)}</div><blockquote type="cite">${html}</blockquote>`,
    text: `${line}\n${quotedText(text)}`,
  }
}

export function forwardQuote(headers: HeaderRow, arrivedMs: number, { html, text }: Quote): Quote {
  const fields = forwardedFields(headers, arrivedMs)
  return {
    html: `<div>${[forwardedTitle, ...fields.map(([field, value]) => `${field}: ${value}`)].map(escapeHtml).join('<br>')}</div><div><br></div><div>${html}</div>`,
    text: [forwardedTitle, ...fields.map(([field, value]) => `${field}: ${value}`), '', text].join('\n'),
  }
}

/** Text of a message as lines of the editor. */
export function textToEditorHtml(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .split('\n')
    .map(line => `<div>${escapeHtml(line).replace(/^ | (?= )/g, '&nbsp;') || '<br>'}</div>`)
    .join('')
}

/** HTML for the editor to begin with: what the draft has, else its text as lines. */
export function startHtml(html: string, text: string): string {
  return html || (text ? textToEditorHtml(text) : '<div><br></div>')
}
