import { useEffect, useState } from 'react'
import type { AccountInfo } from '../../../shared/model.ts'
import type { ShownCertificate } from '../../../shared/setup.ts'
import { useServices } from '../../app/state-context.ts'
import { Button } from '../../ui/Button.tsx'
import { CertificateCard } from './CertificateCard.tsx'
import { errorWords } from './use-account-work.ts'
import styles from './AddAccount.module.css'

/** The certificates of an account's servers that cannot be verified now. */
export function CertificatesPage({ account: { id }, onBack }: { account: AccountInfo; onBack(): void }) {
  const { core } = useServices()
  const [looks, setLooks] = useState(0)
  const [found, setFound] = useState<ShownCertificate[] | null>(null)
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let current = true
    core
      .call('accounts.certificates', { account: id })
      .then(certificates => current && setFound(certificates))
      .catch((error: unknown) => current && setError(errorWords(error)))
    return () => {
      current = false
    }
  }, [core, id, looks])

  async function trust({ host, port, sha256 }: ShownCertificate): Promise<void> {
    try {
      await core.call('certificates.trust', { host, port, sha256 })
      setLooks(count => count + 1)
    } catch (error) {
      setError(errorWords(error))
    }
  }

  return (
    <div className={styles.page}>
      <div className={styles.body}>
        <p role="status">
          {found === null
            ? 'Looking at the certificates…'
            : found.length === 0
              ? 'The certificates of this account are in order.'
              : 'These servers could not prove who they are. Nothing was sent to them.'}
        </p>
        {found?.map(certificate => (
          <CertificateCard
            key={`${certificate.host}:${certificate.port}`}
            certificate={certificate}
            busy={false}
            onTrust={() => void trust(certificate)}
          />
        ))}
        {error && (
          <p role="alert" className={styles.error}>
            {error}
          </p>
        )}
      </div>
      <footer className={styles.foot}>
        <span className={styles.progress} />
        <Button onClick={() => setLooks(count => count + 1)}>Look again</Button>
        <Button autoFocus onClick={onBack}>
          Close
        </Button>
      </footer>
    </div>
  )
}
