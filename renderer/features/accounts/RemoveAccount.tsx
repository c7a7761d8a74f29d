import { useEffect, useState } from 'react'
import type { AccountInfo } from '../../../shared/model/account.ts'
import { useServices } from '../../state/services.ts'
import { countWord } from '../../data/words/connection.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { errorWords } from './use-account-work.ts'
import styles from './AddAccount.module.css'

interface OnlyHere {
  outgoing: number
  changes: number
}

/** What exists only on this computer, as the object of a sentence; empty where nothing does. */
function lossWords({ outgoing, changes }: OnlyHere): string {
  return [
    outgoing > 0 ? countWord(outgoing, 'message', 'messages') : '',
    changes > 0 ? `${countWord(changes, 'change', 'changes')} that the server does not have yet` : '',
  ]
    .filter(Boolean)
    .join(' and ')
}

/** Says what removal means before it happens. */
export function RemoveAccount({ account: { id, email }, onBack, onRemoved }: { account: AccountInfo; onBack(): void; onRemoved(): void }) {
  const { core } = useServices()
  const [onlyHere, setOnlyHere] = useState<OnlyHere | null>(null)
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let current = true
    core
      .call('accounts.onlyHere', { account: id })
      .then(found => current && setOnlyHere(found))
      .catch((error: unknown) => current && setError(errorWords(error)))
    return () => {
      current = false
    }
  }, [core, id])
  const loss = onlyHere ? lossWords(onlyHere) : ''
  const agreed = onlyHere !== null && (loss === '' || typed.trim().toLowerCase() === email.toLowerCase())

  async function remove(): Promise<void> {
    setBusy(true)
    try {
      await core.call('accounts.remove', { account: id, confirmed: typed })
      onRemoved()
      showNotice({ kind: 'status', text: `${email} was removed from this computer. Its mail on the server stays.` })
    } catch (error) {
      setError(errorWords(error))
      setBusy(false)
    }
  }

  return (
    <div className={styles.page}>
      <div className={styles.body}>
        <p>The account, its password and the copies of its mail go from this computer. Mail on the server stays, and other devices notice nothing.</p>
        {loss !== '' && (
          <div className={styles.warning}>
            <p>{loss} exist only on this computer and would be lost.</p>
            <TextField label={`Type ${email} to agree`} value={typed} autoComplete="off" onChange={event => setTyped(event.target.value)} />
          </div>
        )}
        {error && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
      </div>
      <footer className={styles.foot}>
        <span className={styles.progress} />
        <Button autoFocus onClick={onBack}>
          Cancel
        </Button>
        <Button look="danger" disabled={!agreed || busy} onClick={() => void remove()}>
          Remove account
        </Button>
      </footer>
    </div>
  )
}
