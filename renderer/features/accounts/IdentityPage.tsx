import { ExternalLink } from 'lucide-react'
import { useState } from 'react'
import type { Suggestion } from '../../../shared/model/account-setup.ts'
import { factWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { identityMistakes, type AccountForm } from './account-form.ts'
import { FormPage } from './FormPage.tsx'
import styles from './AddAccount.module.css'

interface Props {
  form: AccountForm
  change(change: Partial<AccountForm>): void
  focus: 'name' | 'password'
  /** What must be said before the password; null while nothing is known of the address. */
  advice: Suggestion | null
  busy: boolean
  error: string | null
  openPage(url: string): void
  onContinue(): void
  onCancel(): void
}

/** First page: who. What the provider wants instead of the usual password stands before the field for it. */
export function IdentityPage({ form, change, focus, advice, busy, error, openPage, onContinue, onCancel }: Props) {
  const [tried, setTried] = useState(false)
  const mistakes = tried ? identityMistakes(form) : {}
  function submit(): void {
    setTried(true)
    if (!busy && Object.keys(identityMistakes(form)).length === 0) onContinue()
  }
  return (
    <FormPage
      error={error}
      progress={busy ? say('accounts.lookingForServers') : ''}
      buttons={
        <>
          <Button onClick={onCancel}>{say('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-disabled={busy}>
            {say('accounts.continue')}
          </Button>
        </>
      }
      onSubmit={submit}
    >
      <TextField
        label={say('accounts.name')}
        hint={say('accounts.nameHint')}
        value={form.name}
        maxLength={255}
        autoFocus={focus === 'name'}
        autoComplete="name"
        onChange={event => change({ name: event.target.value })}
      />
      <TextField
        label={say('accounts.email')}
        inputMode="email" // not its type: Chromium would put another spelling in place of a domain beyond ASCII
        value={form.email}
        error={mistakes.email}
        autoComplete="email"
        onChange={event => change({ email: event.target.value })}
      />
      <div role="status" className={styles.advice} data-empty={!advice || advice.advice.length === 0}>
        {advice?.advice.map(fact => (
          <p key={fact.code}>{factWords(fact)}</p>
        ))}
        {advice?.passwordPage && (
          <Button icon={<ExternalLink aria-hidden="true" />} onClick={() => openPage(advice.passwordPage!)}>
            {say('accounts.appPasswords')}
          </Button>
        )}
      </div>
      <TextField
        label={say('accounts.password')}
        type="password"
        value={form.password}
        error={mistakes.password}
        autoFocus={focus === 'password'}
        autoComplete="off"
        onChange={event => change({ password: event.target.value })}
      />
    </FormPage>
  )
}
