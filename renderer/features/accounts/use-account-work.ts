import { useEffect, useRef, useState } from 'react'
import type { AccountId } from '../../../shared/model/account.ts'
import type { Check, Edited, ShownCertificate } from '../../../shared/model/account-setup.ts'
import { errorWords } from '../../data/words/errors.ts'
import { useServices } from '../../state/services.ts'

export type Busy = 'looking' | 'testing' | 'saving'

/** Work of a dialog about one account: one piece at a time, tests that say nothing once what they tested has changed, and an end to both with the dialog. */
export function useAccountWork(account: AccountId | null) {
  const { core } = useServices()
  const [checks, setChecks] = useState<Check[] | null>(null)
  const [busy, setBusy] = useState<Busy | null>(null)
  const [error, setError] = useState<string | null>(null)
  const alive = useRef(true)
  /** Counts changes and stopped tests. */
  const changes = useRef(0)
  /** Counts pieces of work: one that was stopped may end when the next has begun. */
  const runs = useRef(0)
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
    const run = ++runs.current
    setBusy(what)
    setError(null)
    try {
      await work()
    } catch (error) {
      if (alive.current && changes.current === asked) setError(errorWords(error))
    }
    if (alive.current && runs.current === run) setBusy(null)
  }

  /** Answers null where the test was stopped, or what it tested has changed: nothing may be built on it then. */
  async function test(described: Edited): Promise<Check[] | null> {
    const asked = changes.current
    const found = await core.call('accounts.check', { described, account })
    if (!alive.current || changes.current !== asked) return null
    setChecks(found)
    return found
  }

  /** The test is stopped, or what it tests has changed: one that runs is ended, and what was found goes. */
  function dropTest(): void {
    changes.current++
    setChecks(null)
    setError(null)
    if (busy !== 'testing') return
    setBusy(null)
    void core.call('accounts.stopCheck', null).catch(() => undefined) // the core has ended: nothing runs
  }

  async function trust({ host, port, sha256 }: ShownCertificate): Promise<void> {
    await core.call('certificates.trust', { host, port, sha256 })
  }

  return { checks, busy, error, setError, alive, during, test, dropTest, trust }
}

export type AccountWork = ReturnType<typeof useAccountWork>
