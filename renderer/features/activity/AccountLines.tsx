import { clockTime } from '../../data/words/dates.ts'
import { errorWords } from '../../data/words/errors.ts'
import { statusWords } from '../../data/words/connection.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import styles from './ActivityDialog.module.css'

/** Per account: connection, last check, and how much of it is known. */
export function AccountLines() {
  const { core } = useServices()
  const accounts = useWindowState(state => state.accounts)
  const statuses = useWindowState(state => state.statuses)
  const folders = useWindowState(state => state.folders) ?? []
  const tryNow = (account: string): void =>
    void core
      .call('sync.now', { account })
      .catch((error: unknown) => showNotice({ kind: 'alert', text: say('common.notChecked', { reason: errorWords(error) }) }))
  return (
    <ul className={styles.accounts} aria-label={say('activity.accounts')}>
      {accounts.map(({ id, email }) => {
        const status = statuses[id]
        const mine = folders.filter(folder => folder.ref.account === id)
        const known = mine.reduce((sum, { messages, awaiting }) => sum + messages - awaiting, 0)
        const total = mine.reduce((sum, { messages, awaiting, server }) => sum + Math.max(messages - awaiting, server?.messages ?? 0), 0)
        return (
          <li key={id} className={styles.line}>
            <span className={styles.words}>
              {email}
              <span className={styles.state}>
                {' '}
                · {status ? statusWords(status) : say('activity.account.starting')}
                {status?.retryAt ? ` ${say('activity.account.retry', { time: clockTime(status.retryAt) })}` : ''}
                {status?.checkedAt ? ` · ${say('activity.account.checked', { time: clockTime(status.checkedAt) })}` : ''} ·{' '}
                {say('activity.account.known', { known, count: total })}
              </span>
            </span>
            <Button onClick={() => tryNow(id)}>
              {status?.state === 'offline' || status?.state === 'refused' ? say('activity.account.tryNow') : say('activity.account.checkNow')}
            </Button>
          </li>
        )
      })}
    </ul>
  )
}
