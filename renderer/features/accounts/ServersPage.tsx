import { useEffect, useRef, useState, type ReactNode } from 'react'
import type { ShownCertificate } from '../../../shared/model/account-setup.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { SelectField, TextField } from '../../ui/Field.tsx'
import { allPassed, needsConsent, serverMistakes, type AccountForm } from './account-form.ts'
import { CheckList } from './CheckList.tsx'
import { ServerFields } from './ServerFields.tsx'
import type { AccountWork } from './use-account-work.ts'
import styles from './AddAccount.module.css'

interface Props {
  form: AccountForm
  change(change: Partial<AccountForm>): void
  /** Where the servers come from. */
  origin: string
  work: AccountWork
  /** Stands before the servers. */
  children?: ReactNode
  /** What the main button does, and what it is called where a test failed. */
  save: { label: string; anyway: string; saving: string }
  onTest(): void
  onTrust(certificate: ShownCertificate): void
  /** Saves, after a test where none was made. */
  onSave(): void
  onBack(): void
  /** Goes to the field for the password. */
  onPassword(): void
}

const protocols = [['imap', 'IMAP']] as const

/** Second page: the servers, all editable, and the test. */
export function ServersPage({ form, change, origin, work, children, save, onTest, onTrust, onSave, onBack, onPassword }: Props) {
  const { checks, busy, error } = work
  const [tried, setTried] = useState(false)
  const mistakes = tried ? serverMistakes(form) : {}
  const end = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (checks || error) void end.current?.scrollIntoView({ block: 'nearest' }) // it answers a promise, which is no way to clean up
  }, [checks, error])

  function unlessWrong(perform: () => void): void {
    setTried(true)
    if (!busy && Object.keys(serverMistakes(form)).length === 0) perform()
  }
  const failed = checks !== null && !allPassed(checks)
  return (
    <form
      className={styles.page}
      noValidate
      onSubmit={event => {
        event.preventDefault()
        unlessWrong(onTest)
      }}
    >
      <div className={styles.body}>
        {origin && <p className={styles.origin}>{origin}</p>}
        {children}
        <SelectField
          label={say('accounts.protocol')}
          hint={say('accounts.protocolHint')}
          value="imap"
          choices={protocols}
          onChoose={() => undefined}
        />
        <ServerFields side="incoming" server={form.incoming} mistakes={mistakes} change={incoming => change({ incoming })} />
        <ServerFields side="outgoing" server={form.outgoing} mistakes={mistakes} change={outgoing => change({ outgoing })} />
        {needsConsent(form) && (
          <div className={styles.warning}>
            <p>{say('accounts.plaintext')}</p>
            <TextField
              label={say('accounts.typeToAgree', { what: form.email.trim() })}
              value={form.consent}
              error={mistakes.consent}
              autoComplete="off"
              onChange={event => change({ consent: event.target.value })}
            />
          </div>
        )}
        {checks && <CheckList checks={checks} busy={busy !== null} onTrust={onTrust} onPassword={onPassword} />}
        {error && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
        <div ref={end} />
      </div>
      <footer className={styles.foot}>
        <Button onClick={onBack}>{say('accounts.back')}</Button>
        <span className={styles.progress} role="status">
          {busy === 'testing' ? say('accounts.test.running') : busy === 'saving' ? save.saving : ''}
        </span>
        {busy === 'testing' ? (
          <Button key="stop" onClick={work.dropTest}>
            {say('accounts.test.stop')}
          </Button>
        ) : (
          // a button of its own: the click that stops would submit what became of the same one
          <Button key="test" type="submit" aria-disabled={busy !== null}>
            {say('accounts.test')}
          </Button>
        )}
        <Button look={failed ? 'danger' : 'primary'} aria-disabled={busy !== null} onClick={() => unlessWrong(onSave)}>
          {failed ? save.anyway : save.label}
        </Button>
      </footer>
    </form>
  )
}
