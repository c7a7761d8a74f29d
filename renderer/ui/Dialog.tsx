import { X } from 'lucide-react'
import { Dialog as Radix } from 'radix-ui'
import type { ReactNode } from 'react'
import { Button } from './Button.tsx'
import { uiWords } from './words.ts'
import styles from './Dialog.module.css'

interface DialogProps {
  title: string
  open: boolean
  onClose(): void
  /** Without a visible head the title is only for screen readers. */
  bare?: boolean
  /** A click beside it does not close it: what was typed would be lost. */
  staysOpen?: boolean
  children: ReactNode
}

export function Dialog({ title, open, onClose, bare = false, staysOpen = false, children }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={isOpen => !isOpen && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className={styles.overlay} />
        <Radix.Content
          className={bare ? `${styles.dialog} ${styles.bare}` : styles.dialog}
          aria-describedby={undefined}
          onInteractOutside={event => staysOpen && event.preventDefault()}
        >
          {bare ? (
            <Radix.Title className="visually-hidden">{title}</Radix.Title>
          ) : (
            <header className={styles.head}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              <Radix.Close asChild>
                <Button look="quiet" aria-label={uiWords().close} icon={<X aria-hidden="true" />} />
              </Radix.Close>
            </header>
          )}
          {children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
