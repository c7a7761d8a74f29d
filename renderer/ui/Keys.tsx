import { Fragment } from 'react'
import { uiWords } from './words.ts'
import styles from './Keys.module.css'

const signs: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', 'Shift+?': '?' }
const isMac = typeof navigator !== 'undefined' && navigator.platform.startsWith('Mac')

function nameOf(key: string): string {
  if (key === '$mod') return isMac ? '⌘' : nameOf('Control')
  return signs[key] ?? uiWords().keys[key] ?? (key.length === 1 ? key.toUpperCase() : key)
}

/** Keys that are pressed together. */
function pressWords(press: string): string {
  return signs[press] ?? press.split('+').map(nameOf).join('+')
}

/** Words for one binding: "Ctrl+K", "G then I". */
export function keyWords(binding: string): string {
  return binding.split(' ').map(pressWords).join(` ${uiWords().then} `)
}

/** One key binding, as keys to press. */
export function Keys({ binding }: { binding: string }) {
  return (
    <span className={styles.keys}>
      {binding.split(' ').map((press, i) => (
        <Fragment key={i}>
          {i > 0 && <span className={styles.then}>{uiWords().then}</span>}
          <kbd className={styles.key}>{pressWords(press)}</kbd>
        </Fragment>
      ))}
    </span>
  )
}
