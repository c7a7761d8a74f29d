import { commandNamed, perform } from '../../commands/commands.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import type { AccountPage } from '../../state/store.ts'
import { Button } from '../../ui/Button.tsx'
import styles from './AccountList.module.css'

const kept = {
  host: (store: string) => `Passwords are kept by this system (${store}).`,
  lost: (store: string) =>
    `The key store of this system (${store}) does not give out the passwords. Restart it, or keep them another way and type them again.`,
  passphrase: 'Passwords are kept on this computer, encrypted with your passphrase.',
  run: 'Passwords are kept until Pillarbox ends.',
  unset: 'This system has no key store: passwords are kept until Pillarbox ends, unless you choose otherwise.',
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
      <ul className={styles.accounts} aria-label="Accounts">
        {accounts.map(({ id, email, name, protocol, plaintext }) => {
          const status = statuses[id]
          return (
            <li key={id} className={styles.account}>
              <span className={styles.words}>
                <strong>{email}</strong>
                <span className={styles.state}>
                  {name && `${name} · `}
                  {protocol.toUpperCase()}
                  {plaintext && ' · Not encrypted'}
                  {status && ` · ${status.message}`}
                </span>
              </span>
              {status?.problem === 'auth' && <Button onClick={() => show({ kind: 'password', account: id })}>Enter password…</Button>}
              {status?.problem === 'certificate' && <Button onClick={() => show({ kind: 'certificates', account: id })}>Review certificate…</Button>}
              <Button aria-label={`Change ${email}`} onClick={() => show({ kind: 'edit', account: id })}>
                Change…
              </Button>
              <Button aria-label={`Remove ${email}`} onClick={() => show({ kind: 'remove', account: id })}>
                Remove…
              </Button>
            </li>
          )
        })}
      </ul>
      <p className={styles.kept}>
        <span>{secrets.kind === 'host' ? (secrets.locked ? kept.lost : kept.host)(secrets.store) : kept[secrets.kind]}</span>
        {secrets.kind === 'passphrase' && secrets.locked ? (
          <Button onClick={() => store.setState({ dialog: 'unlock' })}>Unlock…</Button>
        ) : (
          (secrets.kind !== 'host' || secrets.locked) && <Button onClick={() => show({ kind: 'keep' })}>Keep passwords…</Button>
        )}
      </p>
      <footer className={styles.foot}>
        <Button onClick={() => perform(commandNamed('addAccount'), services)}>Add account</Button>
        <Button autoFocus onClick={onClose}>
          Done
        </Button>
      </footer>
    </div>
  )
}
