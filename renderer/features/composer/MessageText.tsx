import { useState, type MouseEvent } from 'react'
import type Squire from 'squire-rte'
import { useStore } from 'zustand'
import type { Composition } from '../../data/compose/composition.ts'
import { say } from '../../data/words/say.ts'
import { PlainText } from './PlainText.tsx'
import { RichText } from './RichText.tsx'
import styles from './MessageText.module.css'

interface MessageTextProps {
  composition: Composition
  onEditor(editor: Squire | null): void
  /** Files that were pasted. */
  onFiles(files: File[]): void
}

/** What is written, rich or plain, and the quotation below it, folded until it is wanted. Shown, it is a part of the text. */
export function MessageText({ composition, onEditor, onFiles }: MessageTextProps) {
  const format = useStore(composition.store, state => state.draft.format)
  const revision = useStore(composition.store, state => state.textRevision)
  const folded = useStore(composition.store, state => state.quote !== null)
  const [focused, setFocused] = useState(composition.focus === 'text')

  function unfold(): void {
    const { quote, draft } = composition.store.getState()
    if (!quote) return
    const { html, text } = composition.readBody()
    composition.setQuote(null)
    setFocused(true)
    composition.replaceBody(
      draft.format === 'rich'
        ? { html: `${html || '<div><br></div>'}<div><br></div>${quote.html}`, text: '' }
        : { html: '', text: `${text.trimEnd()}\n\n${quote.text}` },
    )
  }

  /** The room below the text belongs to it. */
  function onMouseDown(event: MouseEvent<HTMLDivElement>): void {
    if (event.target !== event.currentTarget) return
    event.preventDefault()
    event.currentTarget.querySelector<HTMLElement>('[data-message-text]')?.focus()
  }

  return (
    <div className={styles.text} data-folded={folded || undefined} onMouseDown={onMouseDown}>
      {format === 'rich' ? (
        <RichText key={`rich ${revision}`} composition={composition} focus={focused} onEditor={onEditor} onFiles={onFiles} />
      ) : (
        <PlainText key={`plain ${revision}`} composition={composition} focus={focused} onFiles={onFiles} />
      )}
      {folded && (
        <button
          type="button"
          className={styles.quote}
          aria-label={say('composer.showQuoted')}
          aria-expanded="false"
          title={say('composer.showQuoted')}
          onClick={unfold}
        >
          •••
        </button>
      )}
    </div>
  )
}
