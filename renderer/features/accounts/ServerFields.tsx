import type { Security } from '../../../shared/model/account.ts'
import { say } from '../../data/words/say.ts'
import { SelectField, TextField } from '../../ui/Field.tsx'
import { withSecurity, type Mistakes, type ServerForm, type Side } from './account-form.ts'
import styles from './AddAccount.module.css'

const securities: readonly (readonly [Security, string])[] = [
  ['tls', 'TLS'],
  ['starttls', 'STARTTLS'],
  ['none', say('accounts.security.none')],
]

interface Props {
  side: Side
  server: ServerForm
  mistakes: Mistakes
  change(server: ServerForm): void
}

/** Name, port, security and user name of one server. */
export function ServerFields({ side, server, mistakes, change }: Props) {
  return (
    <div className={styles.server} role="group" aria-label={say(`accounts.${side}.mail`)}>
      <TextField
        label={say(`accounts.${side}.host`)}
        value={server.host}
        error={mistakes[`${side}.host`]}
        autoComplete="off"
        onChange={event => change({ ...server, host: event.target.value })}
      />
      <TextField
        label={say(`accounts.${side}.port`)}
        type="number"
        min={1}
        max={65_535}
        value={server.port}
        error={mistakes[`${side}.port`]}
        onChange={event => change({ ...server, port: event.target.value })}
      />
      <TextField
        label={say(`accounts.${side}.user`)}
        value={server.user}
        error={mistakes[`${side}.user`]}
        autoComplete="off"
        onChange={event => change({ ...server, user: event.target.value })}
      />
      <SelectField
        label={say(`accounts.${side}.security`)}
        value={server.security}
        choices={securities}
        onChoose={security => change(withSecurity(side, server, security))}
      />
    </div>
  )
}
