import { useEffect, useRef, useState } from 'react'
import { isEmailAddress } from '../../../shared/model/address.ts'
import type { AccountInfo } from '../../../shared/model/account.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices } from '../../state/services.ts'
import { TextField } from '../../ui/Field.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { allPassed, toEdited, toForm, type AccountForm } from './account-form.ts'
import { ServersPage } from './ServersPage.tsx'
import { useAccountWork } from './use-account-work.ts'
import styles from './AddAccount.module.css'

const save = { label: say('accounts.edit.save'), anyway: say('accounts.edit.anyway'), saving: say('accounts.edit.saving') }

/** Name, address, password and servers of an account, changed in place. */
export function EditAccount({ account, onBack }: { account: AccountInfo; onBack(): void }) {
  const { core } = useServices()
  const [form, setForm] = useState<AccountForm | null>(null)
  const password = useRef<HTMLDivElement>(null)
  const work = useAccountWork(account.id)
  const { alive, checks, during, setError } = work
  useEffect(() => {
    core
      .call('accounts.describe', { account: account.id })
      .then(described => alive.current && setForm(toForm(described)))
      .catch((error: unknown) => setError(errorWords(error)))
  }, [core, account.id, alive, setError])
  if (!form) return <div className={styles.body}>{work.error && <p role="alert">{work.error}</p>}</div>

  function change(part: Partial<AccountForm>): void {
    setForm(form => form && { ...form, ...part })
    work.dropTest()
  }
  const test = (): Promise<void> => during('testing', async () => void (await work.test(toEdited(form))))
  const update = (): Promise<void> =>
    during(checks ? 'saving' : 'testing', async () => {
      if (!checks && !allPassed(await work.test(toEdited(form)))) return
      const { email } = await core.call('accounts.update', { account: account.id, described: toEdited(form) })
      onBack()
      showNotice({ kind: 'status', text: say('accounts.edit.done', { email }) })
    })
  return (
    <ServersPage
      form={form}
      change={change}
      origin=""
      work={work}
      save={save}
      onTest={() => void test()}
      onTrust={certificate => void during('testing', () => work.trust(certificate)).then(test)}
      onSave={() => void update()}
      onBack={onBack}
      onPassword={() => password.current?.querySelector('input')?.focus()}
    >
      <TextField
        label={say('accounts.name')}
        value={form.name}
        maxLength={255}
        autoFocus
        autoComplete="name"
        onChange={event => change({ name: event.target.value })}
      />
      <TextField
        label={say('accounts.email')}
        inputMode="email" // not its type: Chromium would put another spelling in place of a domain beyond ASCII
        value={form.email}
        error={isEmailAddress(form.email) ? null : say('accounts.mistake.email')}
        autoComplete="email"
        onChange={event => change({ email: event.target.value })}
      />
      <div ref={password}>
        <TextField
          label={say('accounts.password')}
          type="password"
          hint={say('accounts.passwordHint')}
          value={form.password}
          autoComplete="off"
          onChange={event => change({ password: event.target.value })}
        />
      </div>
    </ServersPage>
  )
}
