import type { SecretsState } from '../../../shared/model/account-setup.ts'
import { commandNamed, perform } from '../../commands/commands.ts'
import { problemOf, statusWords } from '../../data/words/connection.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import type { AccountPage } from '../../state/store.ts'
import { Button } from '../../ui/Button.tsx'
import styles from './AccountList.module.css'

/** Where passwords are. */
function keptWords(secrets: SecretsState): string {
  if (secrets.kind !== 'host') return say(`accounts.kept.${secrets.kind}`)
  return say(secrets.locked ? 'accounts.kept.lost' : 'accounts.kept.host', { store: secrets.store })
}

/** Every account with its state, and where passwords are. */
export function AccountList({ onClose }: { onClose(): void }) {
  const services = useServices()
  const { store } = services
  const accounts = useWindowState(state => state.accounts)
  const statuses = useWindowState(state => state.statuses)
  const secrets = useWindowState(state => state.secrets)
  const show = (accountPage: AccountPage): void => store.setState({ accountPage })
  return (
    <div className={styles.page}>
      <ul className={styles.accounts} aria-label={say('accounts.title')}>
        {accounts.map(({ id, email, name, protocol, plaintext }) => {
          const status = statuses[id]
          const problem = status && problemOf(status)
          return (
            <li key={id} className={styles.account}>
              <span className={styles.words}>
                <strong>{email}</strong>
                <span className={styles.state}>
                  {name && `${name} · `}
                  {protocol.toUpperCase()}
                  {plaintext && ` · ${say('accounts.list.notEncrypted')}`}
                  {status && ` · ${statusWords(status)}`}
                </span>
              </span>
              {problem === 'auth' && <Button onClick={() => show({ kind: 'password', account: id })}>{say('common.enterPassword')}</Button>}
              {problem === 'certificate' && (
                <Button onClick={() => show({ kind: 'certificates', account: id })}>{say('common.reviewCertificate')}</Button>
              )}
              <Button aria-label={say('accounts.list.changeNamed', { email })} onClick={() => show({ kind: 'edit', account: id })}>
                {say('accounts.list.change')}
              </Button>
              <Button aria-label={say('accounts.list.removeNamed', { email })} onClick={() => show({ kind: 'remove', account: id })}>
                {say('accounts.list.remove')}
              </Button>
            </li>
          )
        })}
      </ul>
      <p className={styles.kept}>
        <span>{keptWords(secrets)}</span>
        {secrets.kind === 'passphrase' && secrets.locked ? (
          <Button onClick={() => store.setState({ dialog: 'unlock' })}>{say('common.unlock')}</Button>
        ) : (
          (secrets.kind !== 'host' || secrets.locked) && <Button onClick={() => show({ kind: 'keep' })}>{say('accounts.list.keep')}</Button>
        )}
      </p>
      <footer className={styles.foot}>
        <Button onClick={() => perform(commandNamed('addAccount'), services)}>{commandNamed('addAccount').label}</Button>
        <Button autoFocus onClick={onClose}>
          {say('accounts.list.done')}
        </Button>
      </footer>
    </div>
  )
}
