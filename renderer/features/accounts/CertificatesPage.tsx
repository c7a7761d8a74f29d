import { useEffect, useState } from 'react'
import type { ResultOf } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import type { AccountInfo } from '../../../shared/model/account.ts'
import type { ShownCertificate } from '../../../shared/model/account-setup.ts'
import { errorWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { useServices } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import { CertificateCard } from './CertificateCard.tsx'
import styles from './AddAccount.module.css'

type Found = ResultOf<typeof coreCalls, 'accounts.certificates'>

function words({ certificates, failures }: Found): string {
  if (certificates.length > 0) return say('accounts.certificates.unproven')
  return failures.length > 0 ? say('accounts.certificates.unseen') : say('accounts.certificates.inOrder')
}

/** The certificates of an account's servers that cannot be verified now. */
export function CertificatesPage({ account: { id }, onBack }: { account: AccountInfo; onBack(): void }) {
  const { core } = useServices()
  const [looks, setLooks] = useState(0)
  const [found, setFound] = useState<Found | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let current = true
    core
      .call('accounts.certificates', { account: id })
      .then(found => current && setFound(found))
      .catch((error: unknown) => current && setError(errorWords(error)))
    return () => {
      current = false
    }
  }, [core, id, looks])

  function lookAgain(): void {
    setFound(null)
    setError(null)
    setLooks(count => count + 1)
  }

  async function trust({ host, port, sha256 }: ShownCertificate): Promise<void> {
    try {
      await core.call('certificates.trust', { host, port, sha256 })
      lookAgain()
    } catch (error) {
      setError(errorWords(error))
    }
  }

  return (
    <div className={styles.page}>
      <div className={styles.body}>
        <p role="status">{found ? words(found) : error ? '' : say('accounts.certificates.looking')}</p>
        {found?.certificates.map(certificate => (
          <CertificateCard
            key={`${certificate.host}:${certificate.port}`}
            certificate={certificate}
            busy={false}
            onTrust={() => void trust(certificate)}
          />
        ))}
        {[
          ...(found?.failures ?? []).map(({ host, error }) => say('accounts.certificates.notSeen', { host, reason: errorWords(error) })),
          ...(error ? [error] : []),
        ].map(failure => (
          <p key={failure} role="alert" className={styles.error}>
            {failure}
          </p>
        ))}
      </div>
      <footer className={styles.foot}>
        <span className={styles.progress} />
        <Button onClick={lookAgain}>{say('accounts.certificates.lookAgain')}</Button>
        <Button autoFocus onClick={onBack}>
          {say('common.close')}
        </Button>
      </footer>
    </div>
  )
}
