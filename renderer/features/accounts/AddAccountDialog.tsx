import { useEffect, useState } from 'react'
import { isEmailAddress } from '../../../shared/model/address.ts'
import type { Suggestion } from '../../../shared/model/account-setup.ts'
import { errorWords } from '../../data/words/errors.ts'
import { factWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { allPassed, emptyForm, toDescribed, withSuggestion, type AccountForm } from './account-form.ts'
import { IdentityPage } from './IdentityPage.tsx'
import { KeepPasswords } from './KeepPasswords.tsx'
import { ServersPage } from './ServersPage.tsx'
import { useAccountWork } from './use-account-work.ts'

/** What our list says of an address, while it is typed. Nothing leaves this computer for it. */
function useAdvice(email: string): Suggestion | null {
  const { core } = useServices()
  const [advice, setAdvice] = useState<{ email: string; suggestion: Suggestion } | null>(null)
  useEffect(() => {
    if (!isEmailAddress(email)) return
    let current = true
    core
      .call('accounts.discover', { email: email.trim(), probe: false })
      .then(suggestion => current && setAdvice({ email, suggestion }))
      .catch(() => current && setAdvice(null)) // an address the core does not take is said at Continue
    return () => {
      current = false
    }
  }, [core, email])
  return advice?.email === email ? advice.suggestion : null
}

const save = { label: say('accounts.add.save'), anyway: say('accounts.add.anyway'), saving: say('accounts.add.saving') }

/** The pages of "Add account": who, which servers, and once, where the system has no key store, how passwords are kept. */
function AddAccount({ close }: { close(): void }) {
  const { core, store } = useServices()
  const [form, setForm] = useState<AccountForm>(emptyForm)
  const [page, setPage] = useState<'identity' | 'servers' | 'keep'>('identity')
  const [focus, setFocus] = useState<'name' | 'password'>('name')
  const [origin, setOrigin] = useState<string | null>(null)
  const [suggestedFor, setSuggestedFor] = useState<string | null>(null)
  const work = useAccountWork(null)
  const { alive, busy, checks, during } = work
  const advice = useAdvice(form.email)

  function change(part: Partial<AccountForm>): void {
    setForm(form => ({ ...form, ...part }))
    work.dropTest()
  }

  const look = (): Promise<void> =>
    during('looking', async () => {
      const email = form.email.trim()
      if (store.getState().accounts.some(account => account.email.toLowerCase() === email.toLowerCase()))
        throw new Error(say('accounts.add.already', { email }))
      if (email !== suggestedFor) {
        const suggestion = await core.call('accounts.discover', { email, probe: true })
        if (!alive.current) return
        setForm(form => withSuggestion(form, suggestion))
        setOrigin(suggestion.origin && factWords(suggestion.origin))
        setSuggestedFor(email)
        work.dropTest()
      }
      setPage('servers')
    })

  const test = (): Promise<void> => during('testing', async () => void (await work.test(toDescribed(form))))

  const add = (): Promise<void> =>
    during(checks ? 'saving' : 'testing', async () => {
      if (!checks && !allPassed(await work.test(toDescribed(form)))) return
      if (store.getState().secrets.kind === 'unset') return setPage('keep')
      await addNow()
    })

  function goBack(to: 'name' | 'password'): void {
    if (busy === 'testing') work.dropTest()
    work.setError(null)
    setFocus(to)
    setPage('identity')
  }

  async function addNow(): Promise<void> {
    const { email } = await core.call('accounts.add', toDescribed(form))
    close()
    showNotice({ kind: 'status', text: say('accounts.add.done', { email }) })
  }

  if (page === 'identity')
    return (
      <IdentityPage
        form={form}
        change={change}
        focus={focus}
        advice={advice}
        busy={busy !== null}
        error={work.error}
        openPage={url => void core.call('link.open', { url }).catch((error: unknown) => work.setError(errorWords(error)))}
        onContinue={() => void look()}
        onCancel={close}
      />
    )
  if (page === 'keep')
    return <KeepPasswords label={say('accounts.add.save')} onChosen={addNow} onBack={() => setPage('servers')} backLabel={say('accounts.back')} />
  return (
    <ServersPage
      form={form}
      change={change}
      origin={origin ?? ''}
      work={work}
      save={save}
      onTest={() => void test()}
      onTrust={certificate => void during('testing', () => work.trust(certificate)).then(test)}
      onSave={() => void add()}
      onBack={() => goBack('name')}
      onPassword={() => goBack('password')}
    />
  )
}

export function AddAccountDialog() {
  const open = useWindowState(state => state.dialog === 'addAccount')
  const { store } = useServices()
  const close = (): void => store.setState({ dialog: 'none' })
  return (
    <Dialog title={say('accounts.add.title')} open={open} onClose={close} staysOpen>
      <AddAccount close={close} />
    </Dialog>
  )
}
