/**
 * "Test connection": for each side the same four checks in order, name, reachable, secure, password. The first that fails ends its side; those after it are
 * `skipped`. Nothing is saved, and the password leaves only over TLS or where plain text was agreed to.
 */
import type { MailError } from '../../../shared/errors.ts'
import type { Check, Described, Incoming, Outgoing } from '../../../shared/setup.ts'
import { findName, handshake, offersStartTls, reach, speaksTls } from '../autoconfig/reach.ts'
import { toMailError } from '../imap/errors.ts'
import { signInToImap, signInToSmtp, type SignIn } from './sign-in.ts'

export interface CheckOptions {
  /** For one step. */
  deadlineMs?: number
  /** Ports that usually speak TLS, named where the chosen one does not. Others in tests. */
  usualPorts?: { imap: number; smtp: number }
}

type What = Check['what']
type Server = Incoming | Outgoing
interface Side {
  side: Check['side']
  protocol: 'imap' | 'smtp'
  server: Server
  signIn(): Promise<SignIn>
}

const order: What[] = ['name', 'reachable', 'secure', 'password']
const hintMs = 3000

/** Where TLS is to be had instead, as a sentence with a space before it; empty where that is not known. */
async function hint({ protocol, server: { host, port, security } }: Side, usual: number): Promise<string> {
  if (security === 'starttls' && (await speaksTls(host, port, hintMs))) return ` Port ${port} speaks TLS from the start: choose TLS.`
  if (security === 'tls' && (await offersStartTls(protocol, host, port, hintMs).catch(() => false)))
    return ` Port ${port} offers STARTTLS: choose STARTTLS.`
  if (port !== usual && (await speaksTls(host, usual, hintMs))) return ` Port ${usual} does: choose TLS and port ${usual}.`
  return ''
}

/** Which check an attempt to sign in failed at. */
function failedAt({ error, secured }: SignIn, { security }: Server): 'secure' | 'password' {
  if (error?.kind === 'certificate' || error?.kind === 'insecure') return 'secure'
  return secured || security === 'none' || error?.kind === 'auth' ? 'password' : 'secure'
}

const encrypted = {
  tls: 'Encrypted with TLS, and the certificate is valid',
  starttls: 'Encrypted with STARTTLS, and the certificate is valid',
}

async function checkSide(one: Side, deadlineMs: number, usual: number): Promise<Check[]> {
  const { side, server } = one
  const { host, port, security } = server
  const done: Check[] = []
  const note = (what: What, state: Check['state'], text: string, detail: string | null = null): void =>
    void done.push({ side, what, state, text, detail })
  const fail = (what: What, { message, detail }: MailError, more = ''): Check[] => {
    note(what, 'failed', `${message}${more}`, detail && !message.includes(detail) && /\s/.test(detail) ? detail : null)
    for (const later of order.slice(order.indexOf(what) + 1)) note(later, 'skipped', 'Not tried')
    return done
  }
  const step = (work: Promise<unknown>): Promise<MailError | null> =>
    work.then(
      () => null,
      (error: unknown) => toMailError(error, host),
    )

  const unnamed = await step(findName(host, deadlineMs))
  if (unnamed) return fail('name', unnamed)
  note('name', 'passed', `The name ${host} was found`)

  const unreachable = await step(reach(host, port, deadlineMs))
  if (unreachable) return fail('reachable', unreachable)
  note('reachable', 'passed', `${host} answers on port ${port}`)

  if (security === 'tls') {
    const insecure = await step(handshake(host, port, deadlineMs))
    if (insecure) return fail('secure', insecure, insecure.kind === 'certificate' ? '' : await hint(one, usual))
  }
  const attempt = await one.signIn()
  const at = failedAt(attempt, server)
  if (attempt.error && at === 'secure') return fail('secure', attempt.error, attempt.error.kind === 'certificate' ? '' : await hint(one, usual))
  if (security === 'none') note('secure', 'skipped', 'Not encrypted, as you agreed')
  else note('secure', 'passed', encrypted[security])
  if (attempt.error) return fail('password', attempt.error, attempt.alert ? ` It says: ${attempt.alert}` : '')
  note('password', 'passed', `${host} took the user name and password`, attempt.alert)
  return done
}

/** Both sides at once. Ends within 50 s: name, port and handshake of at most `deadlineMs` each, signing in of twice that, and two hints. */
export async function checkAccount({ incoming, outgoing, password }: Described, options: CheckOptions = {}): Promise<Check[]> {
  const { deadlineMs = 8000, usualPorts = { imap: 993, smtp: 465 } } = options
  const sides: Promise<Check[]>[] = [
    checkSide(
      { side: 'incoming', protocol: 'imap', server: incoming, signIn: () => signInToImap(incoming, password, deadlineMs) },
      deadlineMs,
      usualPorts.imap,
    ),
  ]
  if (outgoing)
    sides.push(
      checkSide(
        { side: 'outgoing', protocol: 'smtp', server: outgoing, signIn: () => signInToSmtp(outgoing, password, deadlineMs) },
        deadlineMs,
        usualPorts.smtp,
      ),
    )
  return (await Promise.all(sides)).flat()
}
