import { Fragment, useState } from 'react'
import type { ShownCertificate } from '../../../shared/model/account-setup.ts'
import { fullDate } from '../../data/words/dates.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import styles from './CertificateCard.module.css'

/** A certificate the system does not trust, as a person can compare it; trusted only with the name of the server typed. */
export function CertificateCard({ certificate, busy, onTrust }: { certificate: ShownCertificate; busy: boolean; onTrust(): void }) {
  const { host, names, issuer, validFrom, validTo, sha256, reason, refusal } = certificate
  const [typed, setTyped] = useState('')
  const agreed = typed.trim().toLowerCase() === host.toLowerCase()
  return (
    <section className={styles.card} aria-label={`Certificate of ${host}`}>
      <dl className={styles.facts}>
        <dt>For</dt>
        <dd>{names.join(', ') || 'no name'}</dd>
        <dt>Issued by</dt>
        <dd>{issuer}</dd>
        <dt>Valid</dt>
        <dd>
          {fullDate(validFrom)} to {fullDate(validTo)}
        </dd>
        <dt>SHA-256</dt>
        <dd className={styles.print}>
          {sha256.split(':').map((pair, i) => (
            <Fragment key={i}>
              {i > 0 && ':'}
              <wbr />
              {pair}
            </Fragment>
          ))}
        </dd>
        <dt>Problem</dt>
        <dd>{reason}</dd>
      </dl>
      {refusal !== null ? (
        <p className={styles.refusal}>{refusal}</p>
      ) : (
        <>
          <p>
            Compare the SHA-256 with what the person who runs {host} tells you, by another way than this network. Trusted, this certificate and no
            other will be accepted from {host} on port {certificate.port}.
          </p>
          <TextField label={`Type ${host} to agree`} value={typed} autoComplete="off" onChange={event => setTyped(event.target.value)} />
          <div>
            <Button disabled={!agreed || busy} onClick={onTrust}>
              Trust this certificate for {host}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
