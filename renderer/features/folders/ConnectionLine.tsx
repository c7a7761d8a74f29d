import { connectionLine } from '../../data/connection-words.ts'
import { Activity } from 'lucide-react'
import { commandNamed, perform } from '../../app/commands.ts'
import { useServices, useWindowState } from '../../app/state-context.ts'
import { Button } from '../../ui/Button.tsx'
import { useWaiting, useWaitingLetters } from './use-waiting.ts'
import styles from './FolderPane.module.css'

/** The foot of the folder pane: in what state mail is, in words. */
export function ConnectionLine() {
  const services = useServices()
  const core = useWindowState(state => state.core)
  const accounts = useWindowState(state => state.accounts)
  const statuses = useWindowState(state => state.statuses)
  const waiting = useWaiting()
  const letters = useWaitingLetters()
  const line =
    core === 'lost'
      ? { state: 'bad' as const, text: 'Pillarbox has stopped in the background. Close this window and start it again.', detail: '' }
      : connectionLine(accounts, Object.values(statuses), waiting, letters)
  return (
    <>
      <i className={styles.lamp} data-state={line.state} aria-hidden="true" />
      <span className={styles.words} role="status" aria-label="Connection" title={line.detail || undefined}>
        {line.text}
      </span>
      {accounts.length > 0 && (
        <Button
          look="quiet"
          aria-label="Show activity"
          title="Show activity (g a)"
          icon={<Activity aria-hidden="true" />}
          onClick={() => perform(commandNamed('activity'), services)}
        />
      )}
    </>
  )
}
