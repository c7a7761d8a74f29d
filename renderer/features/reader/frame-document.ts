/**
 * The document of the frame that shows a message. The frame has `sandbox="allow-same-origin"` and no scripts; the policy stands first and never opens.
 * With `allow-same-origin` the window can measure it, hear clicks and keys in it, and put pictures into it as blob: addresses (FINDINGS, HTML safety).
 */
import { escapeHtml } from '../../data/text/plain-text.ts'
import { say } from '../../data/words/say.ts'
import { placeholders } from './sanitise.ts'

// eslint-disable-next-line words/only-in-words -- a policy
const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data: blob:; form-action 'none'; base-uri 'none'"

/** Colours of the window, so that plain text and simple messages follow its theme. */
export interface FrameTheme {
  dark: boolean
  fg: string
  faint: string
  line: string
  link: string
}

export function readTheme(root: HTMLElement): FrameTheme {
  const style = getComputedStyle(root)
  const token = (name: string): string => style.getPropertyValue(name).trim()
  return { dark: style.colorScheme === 'dark', fg: token('--fg'), faint: token('--fg-faint'), line: token('--line-control'), link: token('--focus') }
}

const sheet: FrameTheme = { dark: false, fg: '#1d1d1b', faint: '#666660', line: '#85857e', link: '#2458c4' }

function placeholder(colour: string): string {
  const text = `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="20"><text x="80" y="14" text-anchor="middle" font-family="system-ui,sans-serif" font-size="12" fill="${colour}">${escapeHtml(say('reader.pictureNotLoaded'))}</text></svg>`
  return `url("data:image/svg+xml,${encodeURIComponent(text)}")`
}

/** An empty picture, so that a blocked one keeps its place without a torn icon. */
const emptyPicture = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='

function baseStyle(theme: FrameTheme, onSheet: boolean): string {
  const { dark, fg, faint, line, link } = onSheet ? sheet : theme
  // eslint-disable-next-line words/only-in-words -- CSS
  return `
:root { color-scheme: ${dark ? 'dark' : 'light'}; background: ${onSheet ? '#fff' : 'transparent'}; }
html { scrollbar-width: thin; overflow: auto hidden; height: auto !important; min-height: 0 !important; }
body { height: auto !important; min-height: 0 !important; margin: 0; padding: 0 0 1px; overflow: visible !important;
  font: 400 15px/1.58 'Inter Variable', system-ui, sans-serif; font-feature-settings: 'cv11', 'ss03'; color: ${fg}; overflow-wrap: break-word;
  -webkit-font-smoothing: antialiased; }
a { color: ${link}; }
a:focus-visible { outline: 2px solid ${link}; outline-offset: 1px; }
img { max-width: 100%; }
img:not([height]) { height: auto; }
pre { white-space: pre-wrap; }
${onSheet ? '' : 'p { max-width: 33em; margin: 0 0 .9em; }'}
blockquote { margin: 0 0 .6em; padding: 0 0 0 12px; border-left: 2px solid ${line}; }
.pb-text blockquote { color: ${faint}; margin: 0; }
.pb-section { height: auto !important; ${onSheet ? 'padding: 12px 14px;' : ''} }
.pb-section + .pb-section, .pb-section + .pb-text, .pb-text + .pb-section { margin-top: 16px; }
.pb-text { max-width: 33em; white-space: pre-wrap; }
img[data-pb-src]:not([data-pb-done]) { box-sizing: border-box; min-width: 24px; min-height: 24px; border: 1px dashed ${line}; border-radius: 6px;
  background: ${placeholder(faint)} center / auto no-repeat; }
img[data-pb-src]:not([data-pb-done]):not([width]):not([style*="width"]) { width: 100%; }
img[data-pb-src]:not([data-pb-done]):not([height]) { height: 84px !important; }
img[data-pb-src]:not([data-pb-done])[width][height] { height: auto !important; }
img[data-pb-src][width="1"], img[data-pb-src][height="1"], img[data-pb-src][width="0"], img[data-pb-src][height="0"] { display: none; }
[data-pb-quote] { display: none !important; }
html.pb-quotes [data-pb-quote] { display: revert !important; }
.pb-text[data-pb-quote] { margin-top: .9em; }
@media (forced-colors: active) { img[data-pb-src] { border-color: CanvasText; } }
`
}

/** `content` must come from the sanitiser or from plain-text.ts. */
export function frameDocument(content: string, theme: FrameTheme, onSheet: boolean): string {
  return `<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="${policy}"><meta charset="utf-8"><style>${baseStyle(theme, onSheet)}</style></head><body>${content}</body></html>`
}

/** A blocked picture takes the room that the message gives it. */
function keepShape(image: HTMLImageElement, blocked: boolean): void {
  const [width, height] = [Number(image.getAttribute('width')), Number(image.getAttribute('height'))]
  if (blocked && width > 0 && height > 0) image.style.setProperty('aspect-ratio', `${width} / ${height}`)
  else image.style.removeProperty('aspect-ratio')
}

/** Puts pictures into their places: `urls` are blob: addresses by number. Those still missing show that they are. */
export function showImages(document: Document, urls: ReadonlyMap<number, string>): void {
  for (const image of document.querySelectorAll<HTMLImageElement>('img[data-pb-src]')) {
    if (image.hasAttribute('data-pb-done')) continue
    const url = urls.get(Number(image.getAttribute('data-pb-src')))
    image.setAttribute('src', url ?? emptyPicture)
    keepShape(image, url === undefined)
    if (url) image.setAttribute('data-pb-done', '')
  }
  for (const element of document.querySelectorAll<HTMLElement>('[data-pb-background]')) {
    const url = urls.get(Number(element.getAttribute('data-pb-background')))
    if (url) element.style.backgroundImage = `url("${url}")`
  }
  const filled = (css: string): string =>
    css.replace(placeholders, (whole, number: string) => {
      const url = urls.get(Number(number))
      return url ? `"${url}"` : whole
    })
  for (const element of document.querySelectorAll('[style*="data:,pb-picture-"]'))
    element.setAttribute('style', filled(element.getAttribute('style') ?? ''))
  for (const element of document.querySelectorAll('style')) {
    const css = element.textContent ?? ''
    if (css.includes('data:,pb-picture-')) element.textContent = filled(css)
  }
}
