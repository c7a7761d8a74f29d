import { say } from '../../data/words/say.ts'
import { rowHeights, type RowLook } from './density.ts'
import styles from './Skeletons.module.css'

/** Grey rows that appear only when the real ones take longer than 150 ms (by CSS). */
export function Skeletons({ look }: { look: RowLook }) {
  return (
    <div className={styles.skeletons} role="status" aria-label={say('list.loading')}>
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} className={styles.row} style={{ height: rowHeights[look] }}>
          <i />
          <span />
        </div>
      ))}
    </div>
  )
}
