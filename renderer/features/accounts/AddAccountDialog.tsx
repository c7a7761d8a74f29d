import { useEffect, useRef, useState } from 'react'
import type { Check, Suggestion } from '../../../shared/setup.ts'
import { useServices, useWindowState } from '../../app/state-context.ts'
import { Dialog } from '../../ui/Dialog.tsx'
import { showNotice } from '../../ui/notices.tsx'
import { allPassed, emptyForm, looksLikeAddress, toDescribed, withSuggestion, type AccountForm } from './account-form.ts'
import { IdentityPage } from './IdentityPage.tsx'
import { ServersPage } from './ServersPage.tsx'

const words = (error: unknown): string => (error instanceof Error ? error.message : String(error)).replace(/^accounts\.\w+: /, '')

/** What our list says of an address, while it is typed. Nothing leaves this computer for it. */
function useAdvice(email: string): Suggestion | null {
  const { core } = useServices()
  const [advice, setAdvice] = useState<{ email: string; suggestion: Suggestion } | null>(null)
  useEffect(() => {
    if (!looksLikeAddress(email)) return
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

/** The two pages of "Add account". It lives as long as the dialog is open, and so does the password. */
function AddAccount({ close }: { close(): void }) {
  const { core, store } = useServices()
  const [form, setForm] = useState<AccountForm>(emptyForm)
  const [page, setPage] = useState<'identity' | 'servers'>('identity')
  const [origin, setOrigin] = useState('')
  const [suggestedFor, setSuggestedFor] = useState('')
  const [checks, setChecks] = useState<Check[] | null>(null)
  const [busy, setBusy] = useState<'looking' | 'testing' | 'adding' | null>(null)
  const [error, setError] = useState<string | null>(null)
  const advice = useAdvice(form.email)
  const alive = useRef(true)
  /** Counts changes: a test of what has been changed since says nothing. */
  const changes = useRef(0)
  useEffect(() => {
    alive.current = true
    return () => void (alive.current = false)
  }, [])

  function change(part: Partial<AccountForm>): void {
    changes.current++
    setForm(form => ({ ...form, ...part }))
    setChecks(null)
    setError(null)
  }

  /** Runs one piece of work; a failure is said, and what was typed stays. */
  async function during(what: 'looking' | 'testing' | 'adding', work: () => Promise<void>): Promise<void> {
    setBusy(what)
    setError(null)
    try {
      await work()
    } catch (error) {
      if (alive.current) setError(words(error))
    }
    if (alive.current) setBusy(null)
  }

  const look = (): Promise<void> =>
    during('looking', async () => {
      const email = form.email.trim()
      if (store.getState().accounts.some(account => account.email.toLowerCase() === email.toLowerCase()))
        throw new Error(`${email} has been added already.`)
      if (email !== suggestedFor) {
        const suggestion = await core.call('accounts.discover', { email, probe: true })
        if (!alive.current) return
        setForm(form => withSuggestion(form, suggestion))
        setOrigin(suggestion.origin)
        setSuggestedFor(email)
        setChecks(null)
      }
      setPage('servers')
    })

  async function test(): Promise<Check[]> {
    const asked = changes.current
    const found = await core.call('accounts.check', toDescribed(form))
    if (alive.current && changes.current === asked) setChecks(found)
    return found
  }

  const add = (): Promise<void> =>
    during(checks ? 'adding' : 'testing', async () => {
      if (!checks && !allPassed(await test())) return
      if (!alive.current) return
      const { email } = await core.call('accounts.add', toDescribed(form))
      close()
      showNotice({ kind: 'status', text: `${email} was added. Its mail follows, newest first.` })
    })

  if (page === 'identity')
    return (
      <IdentityPage
        form={form}
        change={change}
        advice={advice}
        busy={busy !== null}
        error={error}
        openPage={url => void core.call('link.open', { url }).catch((error: unknown) => setError(words(error)))}
        onContinue={() => void look()}
        onCancel={close}
      />
    )
  return (
    <ServersPage
      form={form}
      change={change}
      origin={origin}
      checks={checks}
      busy={busy === 'looking' ? null : busy}
      error={error}
      onTest={() => void during('testing', async () => void (await test()))}
      onAdd={() => void add()}
      onBack={() => {
        setError(null)
        setPage('identity')
      }}
    />
  )
}

export function AddAccountDialog() {
  const open = useWindowState(state => state.dialog === 'addAccount')
  const { store } = useServices()
  const close = (): void => store.setState({ dialog: 'none' })
  return (
    <Dialog title="Add account" open={open} onClose={close} staysOpen>
      <AddAccount close={close} />
    </Dialog>
  )
}
