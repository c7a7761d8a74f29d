import { useState } from 'react'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { Dialog } from '../../ui/Dialog.tsx'
import { TextField } from '../../ui/Field.tsx'
import { FormPage } from './FormPage.tsx'
import styles from './AddAccount.module.css'

/** Asks for the passphrase that opens the passwords. Mail that is here can be read without it. */
export function UnlockDialog() {
  const open = useWindowState(state => state.dialog === 'unlock')
  const { store } = useServices()
  const close = (): void => store.setState({ dialog: 'none' })
  return (
    <Dialog title={say('accounts.unlock.title')} open={open} onClose={close} staysOpen>
      <Unlock close={close} />
    </Dialog>
  )
}

function Unlock({ close }: { close(): void }) {
  const { core } = useServices()
  const [passphrase, setPassphrase] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string | null>(null)

  async function unlock(): Promise<void> {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      if (await core.call('secrets.unlock', { passphrase })) return close()
      setError(say('accounts.unlock.wrong'))
    } catch (error) {
      setError(errorWords(error))
    }
    setBusy(false)
  }

  return (
    <FormPage
      progress={busy ? say('accounts.unlock.busy') : ''}
      buttons={
        <>
          <Button onClick={close}>{say('accounts.unlock.later')}</Button>
          <Button look="primary" type="submit" aria-disabled={busy}>
            {say('accounts.unlock')}
          </Button>
        </>
      }
      onSubmit={() => void unlock()}
    >
      <p className={styles.origin}>{say('accounts.unlock.why')}</p>
      <TextField
        label={say('accounts.passphrase')}
        type="password"
        value={passphrase}
        error={error}
        autoFocus
        autoComplete="off"
        onChange={event => setPassphrase(event.target.value)}
      />
    </FormPage>
  )
}
