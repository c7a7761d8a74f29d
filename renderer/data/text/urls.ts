/** What addresses in a message may do. Pure; addresses are read as browsers read them, without control characters and line ends. */

export type Resource = { kind: 'remote'; url: string } | { kind: 'cid'; id: string } | { kind: 'data'; url: string } | { kind: 'none' }

/** Never SVG: it is a document, and a small one can hold the window for minutes (shared/model/picture-type.ts). */
const pictureData = /^data:image\/(png|gif|jpe?g|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)[;,]/i

/** The URL standard strips C0 controls and space at the ends, tab and line ends anywhere. Loops, not patterns: these may be megabytes of anything. */
function cleaned(url: string): string {
  let from = 0
  let to = url.length
  while (from < to && url.charCodeAt(from) <= 0x20) from++
  while (to > from && url.charCodeAt(to - 1) <= 0x20) to--
  return url.slice(from, to).replace(/[\t\n\r]/g, '')
}

/** Where the bytes of a picture would come from. Relative addresses mean nothing in a message. */
export function resourceOf(address: string): Resource {
  const url = cleaned(address)
  if (/^cid:/i.test(url)) return { kind: 'cid', id: bareContentId(decoded(url.slice(4))) }
  if (pictureData.test(url)) return { kind: 'data', url }
  const absolute = /^[\\/]{2}/.test(url) ? `https:${url.replace(/\\/g, '/')}` : url
  if (absolute.length > 4096 || !/^https?:/i.test(absolute) || !URL.canParse(absolute)) return { kind: 'none' }
  return { kind: 'remote', url: new URL(absolute).href }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // not percent-encoded after all
  }
}

/** Content-IDs are compared without their angle brackets. */
export function bareContentId(id: string): string {
  return id.trim().replace(/^<(.*)>$/, '$1')
}

/** An address a click may open outside, normalised; null for every other scheme. */
export function linkOf(address: string): string | null {
  const url = cleaned(address)
  const absolute = /^[\\/]{2}/.test(url) ? `https:${url}` : url
  if (!/^(https?|mailto):/i.test(absolute) || !URL.canParse(absolute)) return null
  const { href } = new URL(absolute)
  return href.length <= 8192 ? href : null
}

export interface Candidate {
  url: string
  descriptor: string
}

/** The candidates of a `srcset` (HTML, 4.8.4.2.1). */
export function candidatesOf(srcset: string): Candidate[] {
  const candidates: Candidate[] = []
  let rest = srcset
  for (;;) {
    rest = rest.replace(/^[\s,]+/, '')
    const url = /^\S+/.exec(rest)?.[0]
    if (!url) return candidates
    rest = rest.slice(url.length)
    let end = url.length // a loop, as above
    while (url[end - 1] === ',') end--
    if (end < url.length) {
      candidates.push({ url: url.slice(0, end), descriptor: '' })
      continue
    }
    const descriptor = /^(?:[^,(]|\([^)]*\)?)*/.exec(rest)?.[0] ?? ''
    rest = rest.slice(descriptor.length)
    candidates.push({ url, descriptor: descriptor.trim() })
  }
}
