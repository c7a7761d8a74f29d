import { useEffect, useRef, useState } from 'react'
import Squire from 'squire-rte'
import { useServices } from '../../state/services.ts'
import type { Composition } from '../../data/compose/composition.ts'
import { setsColours } from '../../data/compose/draft-html.ts'
import { htmlToText } from '../../data/text/html-text.ts'
import { startHtml } from '../../data/compose/quoting.ts'
import { say } from '../../data/words/say.ts'
import styles from './MessageText.module.css'

interface RichTextProps {
  composition: Composition
  focus: boolean
  onEditor(editor: Squire | null): void
  onFiles(files: File[]): void
}

/** A pasted picture stands in the text up to here; larger ones are attached. */
const mostPictureBytes = 3_000_000

function readAsDataUrl(file: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(reader.error ?? new Error('the picture could not be read'))
    reader.readAsDataURL(file)
  })
}

/** The editor. It is made once; all that comes into it, pasted or saved, goes through the sanitiser. */
export function RichText({ composition, focus, onEditor, onFiles }: RichTextProps) {
  const { sanitiseDraft } = useServices()
  const root = useRef<HTMLDivElement>(null)
  const [onSheet, setOnSheet] = useState(false)
  const latest = useRef({ onEditor, onFiles })
  useEffect(() => {
    latest.current = { onEditor, onFiles }
  })

  useEffect(() => {
    const element = root.current
    if (!element) return
    const editor = new Squire(element, {
      blockTag: 'DIV',
      tagAttributes: { blockquote: { type: 'cite' } },
      sanitizeToDOMFragment: html => document.adoptNode(sanitiseDraft(html)),
      didError: error => console.warn('editor:', error),
    })
    const { draft } = composition.store.getState()
    editor.setHTML(startHtml(draft.html, draft.text))
    editor.moveCursorToStart()
    composition.bindBody(() => ({ html: editor.getHTML(), text: htmlToText(element) }))
    const look = (): void => setOnSheet(setsColours(element))
    look()

    async function takePictures(files: File[]): Promise<void> {
      const small = files.filter(file => /^image\/(?:png|gif|jpe?g|webp)$/.test(file.type) && file.size <= mostPictureBytes)
      for (const file of small) editor.insertImage(await readAsDataUrl(file), { alt: file.name })
      const others = files.filter(file => !small.includes(file))
      if (others.length > 0) latest.current.onFiles(others)
    }

    editor.addEventListener('input', () => {
      composition.bodyTouched()
      look()
    })
    editor.addEventListener('pasteImage', (event: Event) => {
      const { clipboardData } = (event as CustomEvent<{ clipboardData: DataTransfer }>).detail
      void takePictures([...clipboardData.files]).catch((error: Error) => console.warn('pasting:', error.message))
    })
    latest.current.onEditor(editor)
    if (focus) editor.focus()
    return () => {
      composition.bindBody(null)
      latest.current.onEditor(null)
      editor.destroy()
    }
  }, [composition, focus, sanitiseDraft])

  return (
    <div
      ref={root}
      className={styles.rich}
      data-sheet={onSheet || undefined}
      role="textbox"
      aria-multiline="true"
      aria-label={say('composer.messageText')}
      data-message-text
      dir="auto"
      tabIndex={0}
      spellCheck
    />
  )
}
