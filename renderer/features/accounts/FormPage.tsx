import type { ReactNode } from 'react'
import styles from './AddAccount.module.css'

interface Props {
  children: ReactNode
  /** What goes wrong; said at the end of the fields. */
  error?: string | null
  /** Work that is under way, in words; empty: none. */
  progress: string
  /** Stands at the left of the foot. */
  back?: ReactNode
  buttons: ReactNode
  onSubmit(): void
}

/** A page of a dialog that is filled in: fields that scroll, and a foot that stays. */
export function FormPage({ children, error, progress, back, buttons, onSubmit }: Props) {
  return (
    <form
      className={styles.page}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <div className={styles.body}>
        {children}
        {error && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
      </div>
      <footer className={styles.foot}>
        {back}
        <span className={styles.progress} role="status">
          {progress}
        </span>
        {buttons}
      </footer>
    </form>
  )
}
