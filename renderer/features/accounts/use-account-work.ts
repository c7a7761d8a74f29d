import { useEffect, useRef, useState } from 'react'
import type { AccountId } from '../../../shared/model.ts'
import type { Check, Edited, ShownCertificate } from '../../../shared/setup.ts'
import { useServices } from '../../app/state-context.ts'

export type Busy = 'looking' | 'testing' | 'saving'

/** The sentence of an error; the field the core names is not for people. */
export function errorWords(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/^(accounts|secrets)\.\w+: (\w+: )?/, '')
}

/** Work of a dialog about one account: one piece at a time, tests that say nothing once what they tested has changed, and an end to both with the dialog. */
export function useAccountWork(account: AccountId | null) {
  const { core } = useServices()
  const [checks, setChecks] = useState<Check[] | null>(null)
  const [busy, setBusy] = useState<Busy | null>(null)
  const [error, setError] = useState<string | null>(null)
  const alive = useRef(true)
  /** Counts changes and stopped tests. */
  const changes = useRef(0)
  useEffect(() => {
    alive.current = true
    return () => {
      alive.current = false
      void core.call('accounts.stopCheck', null).catch(() => undefined) // the core has ended: nothing runs
    }
  }, [core])

  /** Runs one piece of work; a failure is said, and what was typed stays. */
  async function during(what: Busy, work: () => Promise<void>): Promise<void> {
    const asked = changes.current
    setBusy(what)
    setError(null)
    try {
      await work()
    } catch (error) {
      if (alive.current && changes.current === asked) setError(errorWords(error))
    }
    if (alive.current) setBusy(null)
  }

  async function test(described: Edited): Promise<Check[]> {
    const asked = changes.current
    const found = await core.call('accounts.check', { described, account })
    if (alive.current && changes.current === asked) setChecks(found)
    return found
  }

  /** What was tested has changed. */
  function changed(): void {
    changes.current++
    setChecks(null)
    setError(null)
  }

  async function stop(): Promise<void> {
    changed()
    await core.call('accounts.stopCheck', null)
  }

  async function trust({ host, port, sha256 }: ShownCertificate): Promise<void> {
    await core.call('certificates.trust', { host, port, sha256 })
  }

  return { checks, busy, error, setError, alive, during, test, changed, stop, trust }
}

export type AccountWork = ReturnType<typeof useAccountWork>
