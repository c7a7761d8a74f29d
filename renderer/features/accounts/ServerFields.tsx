import type { Security } from '../../../shared/model/account.ts'
import { SelectField, TextField } from '../../ui/Field.tsx'
import { withSecurity, type Mistakes, type ServerForm, type Side } from './account-form.ts'
import styles from './AddAccount.module.css'

const securities: readonly (readonly [Security, string])[] = [
  ['tls', 'TLS'],
  ['starttls', 'STARTTLS'],
  ['none', 'None'],
]

interface Props {
  side: Side
  server: ServerForm
  mistakes: Mistakes
  change(server: ServerForm): void
}

/** Name, port, security and user name of one server. */
export function ServerFields({ side, server, mistakes, change }: Props) {
  const label = side === 'incoming' ? 'Incoming' : 'Outgoing'
  return (
    <div className={styles.server} role="group" aria-label={`${label} mail`}>
      <TextField
        label={`${label} server`}
        value={server.host}
        error={mistakes[`${side}.host`]}
        autoComplete="off"
        onChange={event => change({ ...server, host: event.target.value })}
      />
      <TextField
        label={`${label} port`}
        type="number"
        min={1}
        max={65_535}
        value={server.port}
        error={mistakes[`${side}.port`]}
        onChange={event => change({ ...server, port: event.target.value })}
      />
      <TextField
        label={`${label} user name`}
        value={server.user}
        error={mistakes[`${side}.user`]}
        autoComplete="off"
        onChange={event => change({ ...server, user: event.target.value })}
      />
      <SelectField
        label={`${label} security`}
        value={server.security}
        choices={securities}
        onChoose={security => change(withSecurity(side, server, security))}
      />
    </div>
  )
}
