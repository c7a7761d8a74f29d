import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { isolate } from '../../../shared/model/shown-text.ts'
import { discardDraft, edit, decide } from '../../commands/outgoing.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { clockTime } from '../../data/words/dates.ts'
import { outgoingStateInWords, refusalLines, toInWords } from '../../data/words/outgoing.ts'
import { say } from '../../data/words/say.ts'
import { Isolated } from '../../ui/Isolated.tsx'
import { Button } from '../../ui/Button.tsx'
import { useNow } from '../../ui/use-now.ts'
import styles from './ActivityDialog.module.css'

/** What became of a message, and what can be done about it. */
export function OutgoingLine({ message }: { message: OutgoingState }) {
  const services = useServices()
  const isOffline = useWindowState(state => state.statuses[message.account]?.state === 'offline')
  const now = useNow()
  const { state } = message
  const openIt = (): void => {
    services.store.setState({ dialog: 'none' })
    void edit(services, message)
  }
  return (
    <li className={styles.line}>
      <span className={styles.words}>
        <Isolated text={say('activity.messageTo', { people: toInWords(message.to, isolate) })} />
        <span className={styles.state}>
          {' '}
          · {outgoingStateInWords(message, isOffline, now)} · {clockTime(message.at)}
        </span>
        {refusalLines(message, isolate).map(line => (
          <span key={line} className={styles.reason}>
            <Isolated text={line} />
          </span>
        ))}
      </span>
      <span className={styles.actions}>
        {(state === 'waiting' || state === 'refused') && <Button onClick={openIt}>{say('activity.edit')}</Button>}
        {state === 'uncertain' && <Button onClick={() => void decide(services, message, 'look')}>{say('activity.lookAgain')}</Button>}
        {(state === 'refused' || state === 'uncertain') && (
          <Button onClick={() => void decide(services, message, 'again')}>{say('activity.sendAgain')}</Button>
        )}
        {state === 'uncertain' && <Button onClick={() => void decide(services, message, 'arrived')}>{say('activity.arrived')}</Button>}
        {(state === 'waiting' || state === 'refused') && (
          <Button onClick={() => void discardDraft(services, message)}>{say('activity.discard')}</Button>
        )}
        {state === 'sent' && message.refused.length > 0 && (
          <Button onClick={() => void decide(services, message, 'arrived')}>{say('activity.dismiss')}</Button>
        )}
      </span>
    </li>
  )
}
