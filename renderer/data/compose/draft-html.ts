/**
 * HTML that may stand in the editor: what was pasted, quoted, or saved in a draft. The editor is a part of the window's own document, so this is narrower than
 * what the reader shows in its frame: a fixed list of elements and attributes, styles of text and boxes alone, no address but those of links, and no picture but
 * one that is data. A remote image of a quoted message is replaced by its words and does not go out with an answer: keeping its address would let the next
 * reader's program fetch it, and ours would have to keep it apart in every place where a draft is shown.
 */
import createPurify from 'dompurify'
import { isPicturePlace } from '../../../shared/model/outgoing.ts'
import { attributionClass, quoteClass } from './quoting.ts'
import { linkOf, resourceOf } from '../text/urls.ts'

const tags =
  'a abbr address b big blockquote br caption center cite code dd del div dl dt em font h1 h2 h3 h4 h5 h6 hr i img ins kbd li ol p pre q s small span strike strong sub sup table tbody td tfoot th thead tr tt u ul var'.split(
    ' ',
  )
const attributes =
  'align alt bgcolor border cellpadding cellspacing class color colspan dir face height href lang rowspan size src start style title type valign width'.split(
    ' ',
  )
const keptClasses = new Set([quoteClass, attributionClass])
/** Properties of text and boxes; nothing that positions, layers, animates or fetches. */
const keptStyle =
  /^(?:color|background-color|font(?:-(?:family|size|style|weight|variant))?|text-(?:align|decoration(?:-\w+)?|indent|transform)|line-height|white-space(?:-collapse)?|direction|vertical-align|list-style-type|width|max-width|(?:padding|border)(?:-\w+)*|border-radius|margin(?:-(?:left|right|inline-start|inline-end))?)$/

/** `pictures` are addresses of data by Content-ID, for the pictures of a quoted message. */
export type SanitiseDraft = (html: string, pictures?: ReadonlyMap<string, string>) => DocumentFragment

function cleanStyle(element: HTMLElement): void {
  const { style } = element
  for (const property of [...style]) {
    const value = style.getPropertyValue(property)
    if (!keptStyle.test(property) || /url\(|expression|var\(|-\d{4,}px/i.test(value)) style.removeProperty(property)
  }
  if (style.length === 0) element.removeAttribute('style')
}

function cleanPicture(image: Element, pictures: ReadonlyMap<string, string> | undefined): void {
  const source = image.getAttribute('src') ?? ''
  if (!pictures && isPicturePlace(source)) return // of a draft of ours; in a foreign message it is an SVG like any other
  const resource = resourceOf(source)
  const url = resource.kind === 'data' ? resource.url : resource.kind === 'cid' ? pictures?.get(resource.id) : undefined
  if (url) return image.setAttribute('src', url)
  const words = image.getAttribute('alt')?.trim()
  image.replaceWith(words ? `[${words}]` : '')
}

function clean(root: DocumentFragment, pictures: ReadonlyMap<string, string> | undefined): void {
  for (const element of root.querySelectorAll<HTMLElement>('*')) {
    const classes = [...element.classList].filter(name => keptClasses.has(name))
    if (classes.length > 0) element.className = classes.join(' ')
    else element.removeAttribute('class')
    const href = element.getAttribute('href')
    if (href !== null) {
      const link = element.localName === 'a' ? linkOf(href) : null
      if (link) element.setAttribute('href', link)
      else element.removeAttribute('href')
    }
    if (element.hasAttribute('style')) cleanStyle(element)
    if (element.localName === 'img') cleanPicture(element, pictures)
    else element.removeAttribute('src')
  }
}

/** One instance a window, which gives its DOM. */
export function createDraftSanitiser(window: Window & typeof globalThis): SanitiseDraft {
  const purify = createPurify(window)
  return (html, pictures) => {
    const fragment = purify.sanitize(html, {
      RETURN_DOM_FRAGMENT: true,
      ALLOWED_TAGS: tags,
      ALLOWED_ATTR: attributes,
      ALLOW_DATA_ATTR: false,
      ALLOW_ARIA_ATTR: false,
      // addresses are judged below; DOMPurify's own list would take cid: away before
      ALLOWED_URI_REGEXP: /^(?:https?|mailto|cid|data):|^[^a-z]|^[a-z+.-]+(?:[^a-z+.:-]|$)/i,
      FORBID_CONTENTS: ['style', 'script', 'title', 'noscript', 'template', 'textarea', 'select', 'svg', 'math'],
    }) as DocumentFragment | null
    if (!fragment) return window.document.createDocumentFragment() // nothing was left of it
    clean(fragment, pictures)
    return fragment
  }
}

export function htmlOf(fragment: DocumentFragment): string {
  const holder = fragment.ownerDocument.createElement('div')
  holder.append(fragment)
  return holder.innerHTML
}

/** True where a text sets colours of its own and must stand on a light ground. */
export function setsColours(root: ParentNode): boolean {
  return root.querySelector('[bgcolor], font[color], [color], [style*="color"], [style*="background"]') !== null
}

/** Cuts the folded quotation, which stands last, off a draft. */
export function splitQuote(fragment: DocumentFragment): { own: DocumentFragment; quote: DocumentFragment | null } {
  const last = fragment.lastElementChild
  if (!last?.classList.contains(quoteClass)) return { own: fragment, quote: null }
  const quote = fragment.ownerDocument.createDocumentFragment()
  last.remove()
  quote.append(...last.childNodes)
  return { own: fragment, quote }
}
