/** What may be handed to the system's own programs: only the three kinds of address a draft may link to. */
const allowed = new Set(['http:', 'https:', 'mailto:'])
const longest = 8_192

/** The address in its normal form. Throws a sentence where it is not http, https or mailto. */
export function checkOutsideUrl(url: string): string {
  if (url.length > longest || !URL.canParse(url)) throw new Error('This is not an address that can be opened.')
  const parsed = new URL(url)
  if (!allowed.has(parsed.protocol)) throw new Error(`Addresses of the kind "${parsed.protocol}" are not opened. Only http, https and mailto are.`)
  return parsed.href
}
