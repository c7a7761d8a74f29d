import { useState } from 'react'
import { useServices } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { errorWords } from './use-account-work.ts'
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
  const short = passphrase.length < shortest ? `At least ${shortest} characters. Several words are easy to remember and hard to guess.` : null
  const differs = passphrase !== again ? 'This is not the same passphrase.' : null

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
      progress={busy ? 'Keeping the passwords…' : ''}
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
      <p className={styles.origin}>Pillarbox has no key store of this system to keep your passwords in. How shall they be kept?</p>
      <fieldset className={styles.choices}>
        <legend className="visually-hidden">Keep passwords</legend>
        <label>
          <input type="radio" name="how" checked={how === 'passphrase'} onChange={() => setHow('passphrase')} />
          <span>
            Encrypted with a passphrase
            <small>You type it when Pillarbox starts. Without it nobody can read them, and nobody can recover it.</small>
          </span>
        </label>
        <label>
          <input type="radio" name="how" checked={how === 'run'} onChange={() => setHow('run')} />
          <span>
            Until Pillarbox ends
            <small>Nothing is written down; you type your passwords again after each start.</small>
          </span>
        </label>
      </fieldset>
      {how === 'passphrase' && (
        <>
          <TextField
            label="Passphrase"
            type="password"
            value={passphrase}
            error={tried ? short : null}
            autoFocus
            autoComplete="off"
            onChange={event => setPassphrase(event.target.value)}
          />
          <TextField
            label="Passphrase again"
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
