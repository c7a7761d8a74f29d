import { useEffect, useMemo, useRef, useState } from 'react'
import { linkOf } from '../../data/text/urls.ts'
import { say } from '../../data/words/say.ts'
import { addFonts } from './frame-fonts.ts'
import { frameDocument, showImages, type FrameTheme } from './frame-document.ts'
import type { Message } from './message-content.ts'
import { watchHeight } from './frame-height.ts'
import styles from './MessageFrame.module.css'

interface MessageFrameProps {
  message: Message
  theme: FrameTheme
  pictures: ReadonlyMap<number, string>
  showQuoted: boolean
  onLink(url: string): void
  /** The address under the pointer or the focus. */
  onHint(url: string | null): void
}

function linkAt(target: EventTarget | null): Element | null {
  const node = target as Node | null
  const element = node?.nodeType === 1 ? (node as Element) : node?.parentElement
  return element?.closest('a[href], area[href]') ?? null
}

/** A place in the same message: `#name`. */
function scrollToAnchor(document: Document, href: string): void {
  const name = CSS.escape(decodeURIComponent(href.slice(1)))
  if (name) document.querySelector(`#${name}, a[name="${name}"]`)?.scrollIntoView({ block: 'start' })
}

/** Keys pressed in the frame reach the window as if pressed on the frame; what the window does not take, and selecting and copying, stay its own. */
function passKey(frame: HTMLIFrameElement, event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey
  if (command && /^[ac]$/i.test(event.key)) return
  if (!command && (event.key === 'Tab' || event.key.startsWith('Arrow'))) return
  const { key, code, repeat, ctrlKey, metaKey, shiftKey, altKey } = event
  const copy = new KeyboardEvent('keydown', { key, code, repeat, ctrlKey, metaKey, shiftKey, altKey, bubbles: true, cancelable: true })
  if (!frame.dispatchEvent(copy)) event.preventDefault()
}

/**
 * A message in its frame. Everything that happens in there is heard from here, for nothing runs in it: clicks (also middle ones and Enter) on links go to
 * the core, forms do not exist, and a drag of a link cannot navigate.
 */
export function MessageFrame({ message, theme, pictures, showQuoted, onLink, onHint }: MessageFrameProps) {
  const frame = useRef<HTMLIFrameElement>(null)
  const [loaded, setLoaded] = useState<Document | null>(null)
  const [height, setHeight] = useState(0)
  const source = useMemo(() => frameDocument(message.html, theme, message.onSheet), [message, theme])
  const handlers = useRef({ onLink, onHint })
  useEffect(() => {
    handlers.current = { onLink, onHint }
  })

  useEffect(() => {
    const element = frame.current
    if (!loaded || !element) return
    const onClick = (event: MouseEvent): void => {
      const href = linkAt(event.target)?.getAttribute('href')
      if (href === null || href === undefined) return
      event.preventDefault()
      if (href.startsWith('#')) return scrollToAnchor(loaded, href)
      const url = linkOf(href)
      if (url && event.button !== 2) handlers.current.onLink(url)
    }
    const onOver = (event: Event): void => {
      const href = linkAt(event.target)?.getAttribute('href')
      handlers.current.onHint(href && !href.startsWith('#') ? linkOf(href) : null)
    }
    const onOut = (): void => handlers.current.onHint(null)
    const onKey = (event: KeyboardEvent): void => passKey(element, event)
    const prevent = (event: Event): void => event.preventDefault()
    const listeners: [string, (event: never) => void][] = [
      ['click', onClick],
      ['auxclick', onClick],
      ['mouseover', onOver],
      ['mouseout', onOut],
      ['focusin', onOver],
      ['focusout', onOut],
      ['keydown', onKey],
      ['submit', prevent],
      ['dragstart', prevent],
      ['drop', prevent],
    ]
    for (const [type, listener] of listeners) loaded.addEventListener(type, listener as EventListener, true)
    const stop = watchHeight(loaded, setHeight)
    void addFonts(element)
    return () => {
      stop()
      handlers.current.onHint(null)
      for (const [type, listener] of listeners) loaded.removeEventListener(type, listener as EventListener, true)
    }
  }, [loaded])

  useEffect(() => {
    if (loaded) showImages(loaded, pictures)
  }, [loaded, pictures])

  useEffect(() => {
    loaded?.documentElement.classList.toggle('pb-quotes', showQuoted)
  }, [loaded, showQuoted])

  return (
    <iframe
      ref={frame}
      title={say('reader.body')}
      className={styles.frame}
      data-sheet={message.onSheet || undefined}
      sandbox="allow-same-origin"
      referrerPolicy="no-referrer"
      srcDoc={source}
      style={{ height, colorScheme: theme.dark && !message.onSheet ? 'dark' : 'light' }}
      onLoad={event => setLoaded(event.currentTarget.contentDocument)}
    />
  )
}
