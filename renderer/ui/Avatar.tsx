import type { CSSProperties } from 'react'
import styles from './Avatar.module.css'

/** Initials on a colour: no network, no tracking. Decoration only, the name stands beside it. */
export function Avatar({ initials, hue, size }: { initials: string; hue: number; size: number }) {
  return (
    <span className={styles.avatar} aria-hidden="true" style={{ '--hue': hue, '--size': `${size}px` } as CSSProperties}>
      {initials}
    </span>
  )
}
