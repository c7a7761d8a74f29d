import { useState } from 'react'
import type { AccountInfo } from '../../../shared/model/account.ts'
import { statusWords } from '../../data/words/connection.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { FormPage } from './FormPage.tsx'
import styles from './AddAccount.module.css'

/** A new password for an account whose server refused the old one, or that has none on this computer. */
export function PasswordPage({ account: { id }, onBack }: { account: AccountInfo; onBack(): void }) {
  const { core } = useServices()
  const status = useWindowState(state => state.statuses[id])
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  async function keep(): Promise<void> {
    if (busy) return
    if (password === '') return setError(say('accounts.mistake.password'))
    setBusy(true)
    try {
      await core.call('accounts.password', { account: id, password })
      onBack()
    } catch (error) {
      setError(errorWords(error))
      setBusy(false)
    }
  }

  return (
    <FormPage
      progress={busy ? say('accounts.signingIn') : ''}
      buttons={
        <>
          <Button onClick={onBack}>{say('common.cancel')}</Button>
          <Button look="primary" type="submit" aria-disabled={busy}>
            {say('accounts.signIn')}
          </Button>
        </>
      }
      onSubmit={() => void keep()}
    >
      <p className={styles.origin}>{status && statusWords(status)}</p>
      <TextField
        label={say('accounts.password')}
        type="password"
        value={password}
        error={error}
        autoFocus
        autoComplete="off"
        onChange={event => setPassword(event.target.value)}
      />
    </FormPage>
  )
}
