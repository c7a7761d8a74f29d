import { Fragment, useState } from 'react'
import type { ShownCertificate } from '../../../shared/model/account-setup.ts'
import { fullDate } from '../../data/words/dates.ts'
import { factWords } from '../../data/words/errors.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { TextField } from '../../ui/Field.tsx'
import styles from './CertificateCard.module.css'

/** A certificate the system does not trust, as a person can compare it; trusted only with the name of the server typed. */
export function CertificateCard({ certificate, busy, onTrust }: { certificate: ShownCertificate; busy: boolean; onTrust(): void }) {
  const { host, names, issuer, validFrom, validTo, sha256, reason, refusal } = certificate
  const [typed, setTyped] = useState('')
  const agreed = typed.trim().toLowerCase() === host.toLowerCase()
  return (
    <section className={styles.card} aria-label={say('accounts.certificate', { host })}>
      <dl className={styles.facts}>
        <dt>{say('accounts.certificate.for')}</dt>
        <dd>{names.join(', ') || say('accounts.certificate.noName')}</dd>
        <dt>{say('accounts.certificate.issuer')}</dt>
        <dd>{issuer || say('accounts.certificate.noIssuer')}</dd>
        <dt>{say('accounts.certificate.valid')}</dt>
        <dd>{say('accounts.certificate.dates', { from: fullDate(validFrom), to: fullDate(validTo) })}</dd>
        <dt>{say('accounts.certificate.sha256')}</dt>
        <dd className={styles.print}>
          {sha256.split(':').map((pair, i) => (
            <Fragment key={i}>
              {i > 0 && ':'}
              <wbr />
              {pair}
            </Fragment>
          ))}
        </dd>
        <dt>{say('accounts.certificate.problem')}</dt>
        <dd>{factWords({ code: `why.${reason}`, params: {} })}</dd>
      </dl>
      {refusal !== null ? (
        <p className={styles.refusal}>{factWords({ code: refusal, params: {} })}</p>
      ) : (
        <>
          <p>{say('accounts.certificate.compare', { host, port: certificate.port })}</p>
          <TextField
            label={say('accounts.typeToAgree', { what: host })}
            value={typed}
            autoComplete="off"
            onChange={event => setTyped(event.target.value)}
          />
          <div>
            <Button disabled={!agreed || busy} onClick={onTrust}>
              {say('accounts.certificate.trust', { host })}
            </Button>
          </div>
        </>
      )}
    </section>
  )
}
