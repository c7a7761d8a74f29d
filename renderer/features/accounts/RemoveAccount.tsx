import { useEffect, useState } from 'react'
import type { AccountInfo } from '../../../shared/model/account.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import { showNotice } from '../../ui/notices.tsx'
import styles from './AddAccount.module.css'

interface OnlyHere {
  outgoing: number
  changes: number
}

/** What exists only on this computer; empty where nothing does. */
function lossWords({ outgoing, changes }: OnlyHere): string {
  if (outgoing > 0 && changes > 0)
    return say('accounts.remove.losesBoth', {
      messages: say('common.messages', { count: outgoing }),
      changes: say('common.changes', { count: changes }),
    })
  if (outgoing > 0) return say('accounts.remove.losesMessages', { count: outgoing })
  return changes > 0 ? say('accounts.remove.losesChanges', { count: changes }) : ''
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
      showNotice({ kind: 'status', text: say('accounts.removed', { email }) })
    } catch (error) {
      setError(errorWords(error))
      setBusy(false)
    }
  }

  return (
    <div className={styles.page}>
      <div className={styles.body}>
        <p>{say('accounts.remove.means')}</p>
        {loss !== '' && (
          <div className={styles.warning}>
            <p>{loss}</p>
            <TextField
              label={say('accounts.typeToAgree', { what: email })}
              value={typed}
              autoComplete="off"
              onChange={event => setTyped(event.target.value)}
            />
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
          {say('common.cancel')}
        </Button>
        <Button look="danger" disabled={!agreed || busy} onClick={() => void remove()}>
          {say('accounts.remove')}
        </Button>
      </footer>
    </div>
  )
}
