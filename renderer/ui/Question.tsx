import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { uiWords } from './words.ts'
import styles from './Question.module.css'

interface QuestionProps {
  title: string
  open: boolean
  /** Also what Cancel does, which has the focus: Enter by habit does no harm. */
  onClose(): void
  words: ReactNode
  /** The other answers, as buttons. */
  children: ReactNode
}

/** Asked before something that cannot be taken back. */
export function Question({ title, open, onClose, words, children }: QuestionProps) {
  return (
    <Dialog title={title} open={open} onClose={onClose}>
      <div className={styles.body}>
        <p>{words}</p>
        <div className={styles.buttons}>
          <Button autoFocus onClick={onClose}>
            {uiWords().cancel}
          </Button>
          {children}
        </div>
      </div>
    </Dialog>
  )
}
