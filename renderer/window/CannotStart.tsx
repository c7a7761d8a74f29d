import { say } from '../data/words/say.ts'
import styles from './CannotStart.module.css'

/** In place of everything else: why the program does not run, and what to do. */
export function CannotStart({ message }: { message: string }) {
  return (
    <main className={styles.page}>
      <div role="alert">
        <h1>{say('window.didNotStart')}</h1>
        <p>{message}</p>
      </div>
    </main>
  )
}
