import type { LetterState } from '../../../shared/model/outgoing.ts'
import { isolate } from '../../../shared/model/shown-text.ts'
import { discardLetter, edit, settle } from '../../commands/outgoing.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { clockTime } from '../../data/words/dates.ts'
import { letterStateInWords, refusalLines, toInWords } from '../../data/words/outgoing.ts'
import { Isolated } from '../../ui/Isolated.tsx'
import { Button } from '../../ui/Button.tsx'
import { useNow } from '../../ui/use-now.ts'
import styles from './ActivityDialog.module.css'

/** What became of a letter, and what can be done about it. */
export function LetterLine({ letter }: { letter: LetterState }) {
  const services = useServices()
  const isOffline = useWindowState(state => state.statuses[letter.account]?.state === 'offline')
  const now = useNow()
  const { state } = letter
  const openIt = (): void => {
    services.store.setState({ dialog: 'none' })
    void edit(services, letter)
  }
  return (
    <li className={styles.line}>
      <span className={styles.words}>
        Letter to <Isolated text={toInWords(letter.to, isolate)} />
        <span className={styles.state}>
          {' '}
          · {letterStateInWords(letter, isOffline, now)} · {clockTime(letter.at)}
        </span>
        {refusalLines(letter, isolate).map(line => (
          <span key={line} className={styles.reason}>
            <Isolated text={line} />
          </span>
        ))}
      </span>
      <span className={styles.actions}>
        {(state === 'waiting' || state === 'refused') && <Button onClick={openIt}>Edit</Button>}
        {state === 'uncertain' && <Button onClick={() => void settle(services, letter, 'look')}>Look again</Button>}
        {(state === 'refused' || state === 'uncertain') && <Button onClick={() => void settle(services, letter, 'again')}>Send again</Button>}
        {state === 'uncertain' && <Button onClick={() => void settle(services, letter, 'arrived')}>It arrived</Button>}
        {(state === 'waiting' || state === 'refused') && <Button onClick={() => void discardLetter(services, letter)}>Discard</Button>}
        {state === 'sent' && letter.refused.length > 0 && <Button onClick={() => void settle(services, letter, 'arrived')}>Dismiss</Button>}
      </span>
    </li>
  )
}
