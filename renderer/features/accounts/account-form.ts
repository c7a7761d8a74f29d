/** What is typed into "Add account", as a value: filled from a suggestion, judged, and turned into a described account. */
import { isEmailAddress, toEnvelopeAddress } from '../../../shared/model/address.ts'
import type { Check, Described, Edited, SuggestedServer, Suggestion } from '../../../shared/model/account-setup.ts'
import type { Security } from '../../../shared/model/account.ts'
import { say } from '../../data/words/say.ts'

export interface ServerForm {
  host: string
  /** As typed. */
  port: string
  security: Security
  user: string
}

export interface AccountForm {
  name: string
  email: string
  password: string
  incoming: ServerForm
  outgoing: ServerForm
  /** Typed to agree to plain text: the address again. */
  consent: string
}

export type Side = 'incoming' | 'outgoing'

const noServer: ServerForm = { host: '', port: '', security: 'tls', user: '' }
export const emptyForm: AccountForm = { name: '', email: '', password: '', incoming: noServer, outgoing: noServer, consent: '' }

const usualPorts: Record<Side, Record<Security, number>> = {
  incoming: { tls: 993, starttls: 143, none: 143 },
  outgoing: { tls: 465, starttls: 587, none: 587 },
}

function isUsual(side: Side, port: string): boolean {
  return port === '' || Object.values(usualPorts[side]).includes(Number(port))
}

/** Chooses how the connection is secured; a usual port follows, one that was typed stays. */
export function withSecurity(side: Side, server: ServerForm, security: Security): ServerForm {
  return { ...server, security, port: isUsual(side, server.port) ? String(usualPorts[side][security]) : server.port }
}

function filled(side: Side, found: SuggestedServer | null, user: string): ServerForm {
  if (!found) return { ...noServer, port: String(usualPorts[side].tls), user }
  return { ...found, port: String(found.port) }
}

/** The second page as the suggestion has it. */
export function withSuggestion(form: AccountForm, { incoming, outgoing }: Suggestion): AccountForm {
  const user = toEnvelopeAddress(form.email) ?? ''
  return { ...form, incoming: filled('incoming', incoming, user), outgoing: filled('outgoing', outgoing, user), consent: '' }
}

/** What is wrong, by field: `email`, `password`, `incoming.host` and so on. */
export type Mistakes = Partial<Record<'email' | 'password' | 'consent' | `${Side}.${'host' | 'port' | 'user'}`, string>>

export function identityMistakes({ email, password }: AccountForm): Mistakes {
  return {
    ...(!isEmailAddress(email) && { email: say('accounts.mistake.email') }),
    ...(password === '' && { password: say('accounts.mistake.password') }),
  }
}

export function needsConsent({ incoming, outgoing }: AccountForm): boolean {
  return incoming.security === 'none' || outgoing.security === 'none'
}

export function serverMistakes(form: AccountForm): Mistakes {
  const mistakes: Mistakes = {}
  for (const side of ['incoming', 'outgoing'] as const) {
    const { host, port, user } = form[side]
    if (!host.trim() || /[\s/@]/.test(host.trim())) mistakes[`${side}.host`] = say('accounts.mistake.host')
    if (!/^\d{1,5}$/.test(port) || Number(port) < 1 || Number(port) > 65_535) mistakes[`${side}.port`] = say('accounts.mistake.port')
    if (!user.trim()) mistakes[`${side}.user`] = say('accounts.mistake.user')
  }
  if (needsConsent(form) && form.consent.trim().toLowerCase() !== form.email.trim().toLowerCase())
    mistakes.consent = say('accounts.mistake.consent', { email: form.email.trim() })
  return mistakes
}

/** Only of a form without mistakes. */
export function toDescribed({ name, email, password, incoming, outgoing }: AccountForm): Described {
  const server = ({ host, port, security, user }: ServerForm) => ({
    host: host.trim(),
    port: Number(port),
    security,
    user: user.trim(),
    ...(security === 'none' && { allowPlaintext: true }),
  })
  return { name: name.trim(), email: email.trim(), password, incoming: { protocol: 'imap', ...server(incoming) }, outgoing: server(outgoing) }
}

/** Null: the test was stopped. */
export function allPassed(checks: Check[] | null): boolean {
  return checks !== null && checks.every(({ state, what }) => state === 'passed' || (state === 'skipped' && what === 'secure')) && checks.length > 0
}

/** What a test came to, in one sentence. */
export function outcomeWords(checks: Check[]): string {
  const fails = (side: Side): boolean => checks.some(check => check.side === side && check.state === 'failed')
  if (fails('incoming') && fails('outgoing')) return say('accounts.test.neitherWorks')
  if (fails('incoming')) return say('accounts.test.receivingFails')
  if (fails('outgoing')) return say('accounts.test.sendingFails')
  return say('accounts.test.bothWork')
}

/** An account as it is set up, for changing: an empty password leaves the one that is kept. */
export function toForm({ name, email, incoming, outgoing }: Omit<Described, 'password'>): AccountForm {
  const server = ({ host, port, security, user }: SuggestedServer): ServerForm => ({ host, port: String(port), security, user })
  return { name, email, password: '', incoming: server(incoming), outgoing: outgoing ? server(outgoing) : noServer, consent: '' }
}

/** Only of a form without mistakes. */
export function toEdited(form: AccountForm): Edited {
  const { password, ...edited } = toDescribed(form)
  return password === '' ? edited : { ...edited, password }
}
