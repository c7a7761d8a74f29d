import { Check as Tick, Minus, X } from 'lucide-react'
import { Fragment } from 'react'
import type { Check, ShownCertificate } from '../../../shared/model/account-setup.ts'
import { checkQuote, checkWords } from '../../data/words/checks.ts'
import { say } from '../../data/words/say.ts'
import { Button } from '../../ui/Button.tsx'
import { outcomeWords, type Side } from './account-form.ts'
import { CertificateCard } from './CertificateCard.tsx'
import styles from './CheckList.module.css'

const titles: Record<Side, string> = { incoming: say('accounts.test.incoming'), outgoing: say('accounts.test.outgoing') }
const marks = {
  passed: <Tick aria-label={say('accounts.test.passed')} role="img" />,
  failed: <X aria-label={say('accounts.test.failed')} role="img" />,
  skipped: <Minus aria-label={say('accounts.test.skipped')} role="img" />,
}

/** What was tried on one side: the first check that fails is the last one. */
function upToFailure(checks: Check[], side: Side): Check[] {
  const own = checks.filter(check => check.side === side)
  const failed = own.findIndex(({ state }) => state === 'failed')
  return failed < 0 ? own : own.slice(0, failed + 1)
}

interface Props {
  checks: Check[]
  busy: boolean
  onTrust(certificate: ShownCertificate): void
  /** Goes to the field for the password. */
  onPassword(): void
}

/** What "Test connection" found, side by side, each line with its reason. */
export function CheckList({ checks, busy, onTrust, onPassword }: Props) {
  const refused = checks.find(({ what, state }) => what === 'password' && state === 'failed')
  return (
    <section className={styles.checks} aria-label={say('accounts.test.found')}>
      {(['incoming', 'outgoing'] as const).map(side => (
        <Fragment key={side}>
          <h3 className={styles.title}>{titles[side]}</h3>
          <ul className={styles.side} aria-label={titles[side]}>
            {upToFailure(checks, side).map(check => (
              <li key={check.what} className={styles.check} data-state={check.state}>
                {marks[check.state]}
                <span>
                  {checkWords(check)}
                  {checkQuote(check) && <q className={styles.detail}>{checkQuote(check)}</q>}
                </span>
                {refused?.side === side && refused.what === check.what && (
                  <Button className={styles.mend} onClick={onPassword}>
                    {say('accounts.test.changePassword')}
                  </Button>
                )}
              </li>
            ))}
          </ul>
          {checks
            .flatMap(check => (check.side === side && check.certificate) || [])
            .map(certificate => (
              <CertificateCard key={certificate.sha256} certificate={certificate} busy={busy} onTrust={() => onTrust(certificate)} />
            ))}
        </Fragment>
      ))}
      <p className={styles.outcome} role="status">
        {outcomeWords(checks)}
      </p>
    </section>
  )
}
