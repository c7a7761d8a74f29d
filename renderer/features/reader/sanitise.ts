/**
 * A message's HTML made safe to show, in three walls: DOMPurify takes out what can act (scripts, forms, frames, SVG, MathML, links to style sheets, meta, base);
 * this walk takes out every address, remembers pictures, and leaves numbered places for them; the frame itself (frame-document.ts) has no scripts and a
 * policy that lets nothing in. Chromium has no network anyway. The message is parsed only in an inert document, never in the window's own.
 */
import createPurify from 'dompurify'
import { rewriteCss } from '../../data/text/css-urls.ts'
import { foldQuotes } from './fold-quotes.ts'
import { candidatesOf, linkOf, resourceOf } from '../../data/text/urls.ts'

export interface Picture {
  kind: 'remote' | 'cid'
  /** Address, or Content-ID without brackets. */
  address: string
}

export interface SafeSection {
  /** Style sheets and content, to be put into the frame and nowhere else. */
  html: string
  /** It sets colours of its own, so it must stand on a light sheet. */
  ownColours: boolean
  quoted: boolean
}

const forbiddenTags = [
  ...[
    'form',
    'input',
    'button',
    'select',
    'textarea',
    'option',
    'optgroup',
    'datalist',
    'output',
    'label',
    'fieldset',
    'legend',
    'meter',
    'progress',
  ],
  ...['dialog', 'template', 'slot', 'audio', 'video', 'source', 'track', 'marquee', 'blink', 'bgsound', 'canvas', 'noscript', 'svg', 'math', 'dir'],
]
const forbiddenAttributes = ['autofocus', 'accesskey', 'tabindex', 'contenteditable', 'draggable', 'popover', 'popovertarget', 'inert', 'is', 'slot']
/** Attributes that hold an address; all but `href` of a link and `src` of a picture go. */
const addressAttributes = [
  ...[
    'src',
    'srcset',
    'sizes',
    'href',
    'xlink:href',
    'background',
    'poster',
    'lowsrc',
    'dynsrc',
    'longdesc',
    'usemap',
    'action',
    'formaction',
    'cite',
  ],
  ...['ping', 'data', 'codebase', 'archive', 'classid', 'profile', 'manifest', 'imagesrcset', 'target', 'rel', 'download'],
]
const colours = /(?:^|[\s;{"'])(?:color|background(?:-color|-image)?)\s*:/i

/** Numbered places of pictures, over all sections of a message. */
export interface PictureIndex {
  pictures: Picture[]
  slot(address: string): { number: number } | { url: string } | null
}

/** Of one message; the others are left out. */
export const mostPictures = 2000

export function createPictureIndex(): PictureIndex {
  const pictures: Picture[] = []
  const numbers = new Map<string, number>()
  return {
    pictures,
    slot(address) {
      const resource = resourceOf(address)
      if (resource.kind === 'none') return null
      if (resource.kind === 'data') return { url: resource.url }
      const wanted = resource.kind === 'remote' ? resource.url : resource.id
      const key = `${resource.kind} ${wanted}`
      const known = numbers.get(key)
      if (known !== undefined) return { number: known }
      if (pictures.length >= mostPictures) return null
      numbers.set(key, pictures.length)
      return { number: pictures.push({ kind: resource.kind, address: wanted }) - 1 }
    },
  }
}

/** The address that stands in CSS for picture `number` until it is loaded: an empty piece of data, which reaches nothing. */
export function placeholderAddress(number: number): string {
  return `data:,pb-picture-${number}`
}

/** Those addresses as they stand in CSS, in quotes. */
export const placeholders = /"data:,pb-picture-(\d+)"/g

function safeCss(css: string, index: PictureIndex): string {
  const rewritten = rewriteCss(css, url => {
    const slot = index.slot(url)
    return slot === null ? null : 'url' in slot ? slot.url : placeholderAddress(slot.number)
  })
  return /<\/?style/i.test(rewritten) ? '' : rewritten
}

function keepPicture(image: Element, address: string, index: PictureIndex): void {
  const slot = index.slot(address)
  if (slot === null) return image.removeAttribute('src')
  if ('url' in slot) return image.setAttribute('src', slot.url)
  image.setAttribute('data-pb-src', `${slot.number}`)
  image.setAttribute('data-pb-kind', index.pictures[slot.number]!.kind)
}

function cleanElement(element: Element, index: PictureIndex): void {
  const name = element.localName
  const href = element.getAttribute('href')
  const picture = element.getAttribute('src') ?? candidatesOf(element.getAttribute('srcset') ?? '')[0]?.url ?? null
  const background = element.getAttribute('background')
  for (const attribute of addressAttributes) element.removeAttribute(attribute)
  if (name !== 'a') element.removeAttribute('name')
  if ((name === 'a' || name === 'area') && href !== null) {
    const link = /^\s*#/.test(href) ? href.trim() : linkOf(href)
    if (link !== null) element.setAttribute('href', link)
  }
  if (name === 'img' && picture !== null) keepPicture(element, picture, index)
  if (background !== null) {
    const slot = index.slot(background)
    if (slot && 'number' in slot) element.setAttribute('data-pb-background', `${slot.number}`)
  }
  const style = element.getAttribute('style')
  if (style !== null) element.setAttribute('style', safeCss(style, index))
  if (name === 'style') element.textContent = safeCss(element.textContent ?? '', index)
}

function setsColours(root: Element): boolean {
  if (root.querySelector('[bgcolor], [data-pb-background], font[color], body[text]')) return true
  for (const sheet of root.querySelectorAll('style')) if (colours.test(sheet.textContent ?? '')) return true
  for (const element of root.querySelectorAll('[style]')) if (colours.test(element.getAttribute('style') ?? '')) return true
  return false
}

/** A div in the place of the message's body, with its colours. */
function sectionOf(body: Element): HTMLElement {
  const section = body.ownerDocument.createElement('div')
  section.className = 'pb-section'
  const style = [body.getAttribute('style') ?? '']
  const colour = body.getAttribute('bgcolor')
  if (colour && /^#?\w+$/.test(colour)) style.unshift(`background-color:${colour};`)
  const text = body.getAttribute('text')
  if (text && /^#?\w+$/.test(text)) style.unshift(`color:${text};`)
  if (style.join('')) section.setAttribute('style', style.join(''))
  const background = body.getAttribute('data-pb-background')
  if (background) section.setAttribute('data-pb-background', background)
  section.append(...body.childNodes)
  // last: Chromium looks through an element of `dir="auto"` again with each child that comes into it
  section.setAttribute('dir', body.getAttribute('dir') ?? body.parentElement?.getAttribute('dir') ?? 'auto')
  return section
}

/** Makes sections of HTML safe; one instance a window, which gives its DOM. */
export function createSanitiser(window: Window & typeof globalThis): (source: string, index: PictureIndex) => SafeSection {
  const purify = createPurify(window)
  return (source, index) => {
    const root = purify.sanitize(source, {
      WHOLE_DOCUMENT: true,
      RETURN_DOM: true,
      USE_PROFILES: { html: true },
      FORBID_TAGS: forbiddenTags,
      FORBID_ATTR: forbiddenAttributes,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: true,
    }) as Element
    const body = root.querySelector('body') ?? root
    for (const element of [root, ...root.querySelectorAll('*')]) cleanElement(element, index)
    const ownColours = setsColours(root)
    const quoted = foldQuotes(body)
    const sheets = [...root.querySelectorAll('style')].map(sheet => {
      sheet.remove()
      return sheet.outerHTML
    })
    return { html: sheets.join('') + sectionOf(body).outerHTML, ownColours, quoted }
  }
}
