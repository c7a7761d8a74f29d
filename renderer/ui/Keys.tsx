import { Fragment } from 'react'
import styles from './Keys.module.css'

const names: Record<string, string> = {
  $mod: typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac') ? '⌘' : 'Ctrl',
  ArrowUp: '↑',
  ArrowDown: '↓',
  Escape: 'Esc',
  'Shift+?': '?',
}

function nameOf(key: string): string {
  return names[key] ?? (key.length === 1 ? key.toUpperCase() : key)
}

/** Words for one binding: "Ctrl+K", "G then I". */
export function keyWords(binding: string): string {
  return binding
    .split(' ')
    .map(press => names[press] ?? press.split('+').map(nameOf).join('+'))
    .join(' then ')
}

/** One key binding, as keys to press. */
export function Keys({ binding }: { binding: string }) {
  return (
    <span className={styles.keys}>
      {binding.split(' ').map((press, i) => (
        <Fragment key={i}>
          {i > 0 && <span className={styles.then}>then</span>}
          <kbd className={styles.key}>{names[press] ?? press.split('+').map(nameOf).join('+')}</kbd>
        </Fragment>
      ))}
    </span>
  )
}
