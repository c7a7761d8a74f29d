import { useState } from 'react'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { FormPage } from './FormPage.tsx'
import styles from './AddAccount.module.css'

const shortest = 8

interface Props {
  /** What the main button is called. */
  label: string
  backLabel: string
  /** The choice is made; a failure of what follows is said here. */
  onChosen(): Promise<void>
  onBack(): void
}

/** Asked once, where the system has no key store: a passphrase, or nothing that lasts. */
export function KeepPasswords({ label, backLabel, onChosen, onBack }: Props) {
  const { core, store } = useServices()
  const [how, setHow] = useState<'passphrase' | 'run'>('passphrase')
  const [passphrase, setPassphrase] = useState('')
  const [again, setAgain] = useState('')
  const [tried, setTried] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  const short = passphrase.length < shortest ? say('accounts.keep.short', { shortest }) : null
  const differs = passphrase !== again ? say('accounts.keep.differs') : null

  async function choose(): Promise<void> {
    setTried(true)
    if (busy || (how === 'passphrase' && (short ?? differs))) return
    setBusy(true)
    setError(null)
    try {
      const secrets = await core.call('secrets.choose', how === 'run' ? { how } : { how, passphrase })
      store.setState({ secrets })
      await onChosen()
    } catch (error) {
      setError(errorWords(error))
      setBusy(false)
    }
  }

  return (
    <FormPage
      error={error}
      progress={busy ? say('accounts.keep.busy') : ''}
      back={<Button onClick={onBack}>{backLabel}</Button>}
      buttons={
        <>
          <Button look="primary" type="submit" aria-disabled={busy}>
            {label}
          </Button>
        </>
      }
      onSubmit={() => void choose()}
    >
      <p className={styles.origin}>{say('accounts.keep.question')}</p>
      <fieldset className={styles.choices}>
        <legend className="visually-hidden">{say('accounts.keep')}</legend>
        <label>
          <input type="radio" name="how" checked={how === 'passphrase'} onChange={() => setHow('passphrase')} />
          <span>
            {say('accounts.keep.passphrase')}
            <small>{say('accounts.keep.passphraseHint')}</small>
          </span>
        </label>
        <label>
          <input type="radio" name="how" checked={how === 'run'} onChange={() => setHow('run')} />
          <span>
            {say('accounts.keep.run')}
            <small>{say('accounts.keep.runHint')}</small>
          </span>
        </label>
      </fieldset>
      {how === 'passphrase' && (
        <>
          <TextField
            label={say('accounts.passphrase')}
            type="password"
            value={passphrase}
            error={tried ? short : null}
            autoFocus
            autoComplete="off"
            onChange={event => setPassphrase(event.target.value)}
          />
          <TextField
            label={say('accounts.keep.again')}
            type="password"
            value={again}
            error={tried ? differs : null}
            autoComplete="off"
            onChange={event => setAgain(event.target.value)}
          />
        </>
      )}
    </FormPage>
  )
}
