/**
 * "Test connection": for each side the same four checks in order, name, reachable, secure, password. The first that fails ends its side; those after it are
 * `skipped`. Nothing is saved, and the password leaves only over TLS or where plain text was agreed to.
 */
import { toEnvelopeAddress } from '../../../shared/model/address.ts'
import type { Code } from '../../../shared/codes.ts'
import { MailError, type Fact, type Params } from '../../../shared/errors.ts'
import type { Check, Described, Incoming, Outgoing } from '../../../shared/model/account-setup.ts'
import { findName, handshake, offersStartTls, reach, speaksTls } from '../autoconfig/reach.ts'
import { toMailError } from '../net/errors.ts'
import { withoutInterception, type Trust } from '../net/trust.ts'
import { signInToImap, signInToSmtp, type SignIn } from './sign-in.ts'

export interface CheckOptions {
  trust: Pick<Trust, 'optionsFor' | 'verified' | 'look'>
  /** Ends the check early. */
  signal?: AbortSignal
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

/** Where TLS is to be had instead; null where that is not known. */
async function hint({ protocol, server: { host, port, security } }: Side, usual: number): Promise<Fact | null> {
  if (security === 'starttls' && (await speaksTls(host, port, hintMs))) return { code: 'hint.tls', params: { port } }
  if (security === 'tls' && (await offersStartTls(protocol, host, port, hintMs).catch(() => false)))
    return { code: 'hint.starttls', params: { port } }
  if (port !== usual && (await speaksTls(host, usual, hintMs))) return { code: 'hint.port', params: { port: usual } }
  return null
}

/** Which check an attempt to sign in failed at. */
function failedAt({ error, secured }: SignIn, { security }: Server): 'secure' | 'password' {
  if (error?.kind === 'certificate' || error?.kind === 'insecure') return 'secure'
  return secured || security === 'none' || error?.kind === 'auth' ? 'password' : 'secure'
}

async function checkSide(one: Side, deadlineMs: number, usual: number, trust: CheckOptions['trust']): Promise<Check[]> {
  const { side, server } = one
  const { host, port, security } = server
  const done: Check[] = []
  const note = (what: What, state: Check['state'], code: Code, params: Params = {}, serverText: string | null = null): void =>
    void done.push({ side, what, state, told: { code, params }, serverText, hint: null })
  const fail = (what: What, { code, params, serverText }: MailError, instead: Fact | null = null): Check[] => {
    const isWords = serverText !== null && (code === 'server.refused' || /\s/.test(serverText)) // a code of OpenSSL's says nothing to people
    done.push({ side, what, state: 'failed', told: { code, params }, serverText: isWords ? serverText : null, hint: instead })
    for (const later of order.slice(order.indexOf(what) + 1)) note(later, 'skipped', 'check.skipped')
    return done
  }
  const failSecurely = async (error: MailError): Promise<Check[]> => {
    if (error.kind !== 'certificate') return fail('secure', error, await hint(one, usual))
    const certificate = await trust.look(one.protocol, server, deadlineMs).catch(() => null) // no certificate to be seen: the error has been said
    fail('secure', error)
    if (certificate) done.find(({ what }) => what === 'secure')!.certificate = certificate
    return done
  }
  const step = (work: Promise<unknown>): Promise<MailError | null> =>
    work.then(
      () => null,
      (error: unknown) => toMailError(error, host),
    )

  const unnamed = await step(findName(host, deadlineMs))
  if (unnamed) return fail('name', unnamed)
  note('name', 'passed', 'check.name', { host })

  const unreachable = await step(reach(host, port, deadlineMs))
  if (unreachable) return fail('reachable', unreachable)
  note('reachable', 'passed', 'check.reachable', { host, port })

  if (security === 'tls') {
    const insecure = await step(handshake(host, port, deadlineMs, trust.optionsFor(server)))
    if (insecure) return failSecurely(insecure)
  }
  const attempt = await one.signIn()
  const at = failedAt(attempt, server)
  if (attempt.error && at === 'secure') return failSecurely(attempt.error)
  if (security === 'none') note('secure', 'skipped', 'check.plain')
  else {
    const byHand = Object.keys(trust.optionsFor(server)).length > 0
    note('secure', 'passed', `check.${security}${byHand ? 'Trusted' : ''}`)
    await trust.verified(server)
  }
  if (attempt.error) return fail('password', attempt.error, attempt.alert === null ? null : { code: 'hint.alert', params: { words: attempt.alert } })
  note('password', 'passed', 'check.password', { host }, attempt.alert)
  return done
}

/** Both sides at once. Ends within 50 s: name, port and handshake of at most `deadlineMs` each, signing in of twice that, and two hints. */
export async function checkAccount({ email, incoming, outgoing, password }: Described, options: CheckOptions): Promise<Check[]> {
  const { trust, signal, deadlineMs = 8000, usualPorts = { imap: 993, smtp: 465 } } = options
  const sides: Side[] = [
    {
      side: 'incoming',
      protocol: 'imap',
      server: incoming,
      signIn: () => signInToImap(incoming, password, deadlineMs, trust.optionsFor(incoming)),
    },
  ]
  if (outgoing)
    sides.push({
      side: 'outgoing',
      protocol: 'smtp',
      server: outgoing,
      signIn: () => signInToSmtp(outgoing, password, toEnvelopeAddress(email) ?? email, deadlineMs, trust.optionsFor(outgoing)),
    })
  const checked = Promise.all(sides.map(side => checkSide(side, deadlineMs, usualPorts[side.protocol], trust)))
  const checks = (await (signal ? Promise.race([checked, stopped(signal)]) : checked)).flat()
  const certificates = withoutInterception(checks.flatMap(({ certificate }) => certificate ?? []))
  return checks.map(check => (check.certificate ? { ...check, certificate: certificates.shift()! } : check))
}

function stopped(signal: AbortSignal): Promise<never> {
  const error = new MailError('refused', 'check.stopped')
  return new Promise((_, reject) => {
    if (signal.aborted) reject(error)
    else signal.addEventListener('abort', () => reject(error), { once: true })
  })
}
