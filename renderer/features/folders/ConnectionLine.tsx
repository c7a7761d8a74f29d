import type { AccountId, AccountInfo, AccountStatus } from '../../../shared/model/account.ts'
import type { SecretsState } from '../../../shared/model/account-setup.ts'
import type { WindowState } from '../../state/store.ts'
import { connectionLine, problemOf } from '../../data/words/connection.ts'
import { say } from '../../data/words/say.ts'
import { Activity } from 'lucide-react'
import { commandNamed, perform } from '../../commands/commands.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { useWaiting, useWaitingMessages } from './use-waiting.ts'
import styles from './FolderPane.module.css'

/** What the person can do about an account that cannot connect. */
function mending(
  accounts: AccountInfo[],
  statuses: Record<AccountId, AccountStatus>,
  secrets: SecretsState,
): { label: string; state: Partial<WindowState> } | null {
  for (const { id } of accounts) {
    const status = statuses[id]
    const problem = status && problemOf(status)
    if (problem === 'auth' && secrets.kind === 'passphrase' && secrets.locked) return { label: say('common.unlock'), state: { dialog: 'unlock' } }
    if (problem === 'auth')
      return { label: say('common.enterPassword'), state: { dialog: 'accounts', accountPage: { kind: 'password', account: id } } }
    if (problem === 'certificate')
      return { label: say('common.reviewCertificate'), state: { dialog: 'accounts', accountPage: { kind: 'certificates', account: id } } }
  }
  return null
}

/** As many messages stand in two lines beside the buttons. */
const besideButtons = 28

/** The foot of the folder pane: in what state mail is, in words. */
export function ConnectionLine() {
  const services = useServices()
  const core = useWindowState(state => state.core)
  const accounts = useWindowState(state => state.accounts)
  const statuses = useWindowState(state => state.statuses)
  const secrets = useWindowState(state => state.secrets)
  const waiting = useWaiting()
  const mend = mending(accounts, statuses, secrets)
  const { store } = services
  const outgoing = useWaitingMessages()
  const activity = commandNamed('activity')
  const line =
    core === 'lost'
      ? { state: 'bad' as const, text: say('folders.stopped'), detail: '' }
      : connectionLine(accounts, Object.values(statuses), waiting, outgoing)
  return (
    <>
      <i className={styles.lamp} data-state={line.state} aria-hidden="true" />
      <span
        className={styles.words}
        data-long={line.text.length > besideButtons || undefined}
        role="status"
        aria-label={say('folders.connection')}
        title={line.detail || undefined}
      >
        {line.text}
      </span>
      {mend && (
        <Button onClick={() => store.setState(mend.state)} className={styles.mend}>
          {mend.label}
        </Button>
      )}
      {accounts.length > 0 && (
        <Button
          look="quiet"
          aria-label={activity.label}
          title={say('common.withKeys', { label: activity.label, keys: activity.keys[0]! })}
          icon={<Activity aria-hidden="true" />}
          onClick={() => perform(activity, services)}
        />
      )}
    </>
  )
}
