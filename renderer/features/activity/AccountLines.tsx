import { clockTime } from '../../data/words/dates.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { showNotice } from '../../ui/notices.tsx'
import styles from './ActivityDialog.module.css'

const number = (count: number): string => count.toLocaleString('en-GB')

/** Per account: connection, last check, and how much of it is known. */
export function AccountLines() {
  const { core } = useServices()
  const accounts = useWindowState(state => state.accounts)
  const statuses = useWindowState(state => state.statuses)
  const folders = useWindowState(state => state.folders) ?? []
  const tryNow = (account: string): void =>
    void core
      .call('sync.now', { account })
      .catch((error: Error) => showNotice({ kind: 'alert', text: `Mail could not be checked: ${error.message}` }))
  return (
    <ul className={styles.accounts} aria-label="Accounts">
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
                · {status?.message ?? 'starting'}
                {status?.retryAt ? ` Trying again at ${clockTime(status.retryAt)}.` : ''}
                {status?.checkedAt ? ` · checked ${clockTime(status.checkedAt)}` : ''} · {number(known)} of {number(total)} messages known
              </span>
            </span>
            <Button onClick={() => tryNow(id)}>{status?.state === 'offline' || status?.state === 'refused' ? 'Try now' : 'Check now'}</Button>
          </li>
        )
      })}
    </ul>
  )
}
