import { useEffect, useLayoutEffect, useRef, useState, type ClipboardEvent } from 'react'
import type { Composition } from '../../data/compose/composition.ts'
import { say } from '../../data/words/say.ts'
import styles from './MessageText.module.css'

interface PlainTextProps {
  composition: Composition
  focus: boolean
  onFiles(files: File[]): void
}

/** Text without formatting. It grows with what is written; the pane scrolls. */
export function PlainText({ composition, focus, onFiles }: PlainTextProps) {
  const [text, setText] = useState(() => composition.store.getState().draft.text)
  const area = useRef<HTMLTextAreaElement>(null)

  useEffect(() => {
    composition.bindBody(() => ({ html: '', text: area.current?.value ?? '' }))
    return () => composition.bindBody(null)
  }, [composition])

  useEffect(() => {
    if (!focus) return
    area.current?.focus()
    area.current?.setSelectionRange(0, 0)
  }, [focus])

  useLayoutEffect(() => {
    const element = area.current
    if (!element) return
    element.style.height = 'auto'
    element.style.height = `${element.scrollHeight}px`
  }, [text])

  function onPaste(event: ClipboardEvent): void {
    const files = [...event.clipboardData.files]
    if (files.length === 0 || event.clipboardData.types.includes('text/plain')) return
    event.preventDefault()
    onFiles(files)
  }

  return (
    <textarea
      ref={area}
      className={styles.plain}
      aria-label={say('composer.messageText')}
      data-message-text
      dir="auto"
      value={text}
      onPaste={onPaste}
      onChange={event => {
        setText(event.target.value)
        composition.bodyTouched()
      }}
    />
  )
}
