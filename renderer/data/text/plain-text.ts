/** Plain text as safe HTML: everything escaped, links clickable, quotation levels as nested quotes, a quotation at the end foldable. Pure. */

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, char => `&#${char.charCodeAt(0)};`)
}

/** Bounded, so that a hostile line of a megabyte costs no more than its length. */
const links = /\b(?:https?:\/\/|mailto:|www\.)[^\s<>"'\u00a0]{1,2048}|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/giu

const openingOf: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

/** Punctuation at the end belongs to the sentence, and so does a bracket that was opened before the address. */
function trimmedLink(match: string): string {
  const count: Record<string, number> = {}
  for (const char of match) if (/[()[\]{}]/.test(char)) count[char] = (count[char] ?? 0) + 1
  let end = match.length
  for (; end > 0; end--) {
    const last = match[end - 1]!
    const opening = openingOf[last]
    if (opening === undefined ? !/[.,;:!?…'*_]/.test(last) : count[last]! <= (count[opening] ?? 0)) break
    if (opening !== undefined) count[last]!--
  }
  return match.slice(0, end)
}

function hrefOf(link: string): string {
  if (/^(https?:|mailto:)/i.test(link)) return link
  return link.includes('@') && !/^www\./i.test(link) ? `mailto:${link}` : `http://${link}`
}

/** Escapes a line and makes its addresses links. */
export function linkified(text: string): string {
  let html = ''
  let end = 0
  for (const { 0: match, index } of text.matchAll(links)) {
    const link = trimmedLink(match)
    if (!link || index < end) continue
    html += `${escapeHtml(text.slice(end, index))}<a href="${escapeHtml(hrefOf(link))}">${escapeHtml(link)}</a>`
    end = index + link.length
  }
  return html + escapeHtml(text.slice(end))
}

export interface QuotedLine {
  depth: number
  text: string
}

/** Quotation depth and text of a line: "> > x" is x at depth 2; a ">From" that mbox escaped is not a quotation. */
export function quotedLine(line: string): QuotedLine {
  const marks = /^(?:>(?!From )[ \t]?)*/.exec(line)?.[0] ?? ''
  return { depth: marks.replace(/[^>]/g, '').length, text: line.slice(marks.length).replace(/^>(?=From )/, '') }
}

const attribution =
  /(?:wrote|writes|schrieb|écrit|escribió|scrisse|schreef|pisze|napisał\(a\)|skrev)\b.*:\s*$|^-{2,}\s*(?:original message|ursprüngliche nachricht|forwarded message)\s*-{2,}$|:\s*$/iu

/**
 * First line of the quotation that ends the text, its line of attribution included; -1 where the text does not end with one, or is nothing else (a
 * forwarded message stays open). Empty lines and a signature after it do not count.
 */
export function trailingQuote(lines: QuotedLine[]): number {
  let end = lines.length
  const signature = lines.findLastIndex(({ depth, text }) => depth === 0 && /^-- ?$/.test(text))
  if (signature >= 0 && lines.length - signature <= 12) end = signature
  while (end > 0 && lines[end - 1]!.text.trim() === '') end--
  const firstQuoted = lines.findIndex(({ depth }) => depth > 0)
  if (firstQuoted < 0) return -1
  let start = end
  while (start > firstQuoted && (lines[start - 1]!.depth > 0 || (start < end && lines[start - 1]!.text.trim() === ''))) start--
  while (start < end && lines[start]!.depth === 0) start++ // empty lines above belong to the message
  if (start === end) return -1
  let above = start - 1
  while (above >= 0 && lines[above]!.text.trim() === '') above--
  if (above >= 0 && lines[above]!.depth === 0 && attribution.test(lines[above]!.text.slice(-500))) {
    start = above
    const before = lines[above - 1]
    if (before && /^(on|am|le|el|il|op)\s/iu.test(before.text) && before.depth === 0) start = above - 1 // the attribution was broken in two
  }
  return lines.slice(0, start).some(({ text }) => text.trim() !== '') ? start : -1
}

function block(lines: QuotedLine[]): string {
  let html = ''
  let depth = 0
  for (const line of lines) {
    while (depth < Math.min(line.depth, 12)) {
      html += '<blockquote>'
      depth++
    }
    while (depth > line.depth) {
      html += '</blockquote>'
      depth--
    }
    html += `${linkified(line.text)}\n`
  }
  return html + '</blockquote>'.repeat(depth)
}

/** HTML of a plain text; `quoted` is true where a part is marked `data-pb-quote`, to be folded. */
export function textToHtml(text: string): { html: string; quoted: boolean } {
  const lines = text.replace(/\r\n?/g, '\n').trimEnd().split('\n').map(quotedLine)
  const fold = trailingQuote(lines)
  if (fold < 0) return { html: `<div class="pb-text" dir="auto">${block(lines)}</div>`, quoted: false }
  const [message, quotation] = [lines.slice(0, fold), lines.slice(fold)]
  while (message.length > 0 && message.at(-1)!.text.trim() === '') message.pop()
  return {
    html: `<div class="pb-text" dir="auto">${block(message)}</div><div class="pb-text" dir="auto" data-pb-quote="">${block(quotation)}</div>`,
    quoted: true,
  }
}
