/** What setting up an account is made of: the described account, what is suggested for an address, and the checks of a test. */
import { z } from 'zod'
import { Code, Fact } from '../errors.ts'
import { EmailAddress } from './address.ts'
import { Security } from './account.ts'

const port = z.int().min(1).max(65_535)
const text = z.string().trim().min(1).max(255)

const server = z.object({ host: text, port, security: Security, user: text, allowPlaintext: z.boolean().optional() }).strict()
const consent = (one: z.infer<typeof server>): boolean => one.security !== 'none' || one.allowPlaintext === true
const consentError = { message: 'plaintext.notAgreed', path: ['security'] }

export const Incoming = server.extend({ protocol: z.enum(['imap', 'pop3']) }).refine(consent, consentError)
export type Incoming = z.infer<typeof Incoming>
export const Outgoing = server.refine(consent, consentError)
export type Outgoing = z.infer<typeof Outgoing>

/** A whole account as a person, an administrator or a test describes it. It travels towards the core only: the password never comes back. */
export const Described = z
  .object({ name: z.string().trim().max(255), email: EmailAddress, password: z.string().min(1), incoming: Incoming, outgoing: Outgoing.optional() })
  .strict()
export type Described = z.infer<typeof Described>

/** An account being changed: without a password the one that is kept goes on. */
export const Edited = Described.extend({ password: z.string().optional() }).strict()
export type Edited = z.infer<typeof Edited>

/** One server to try. */
export const SuggestedServer = z.object({ host: z.string(), port, security: Security, user: z.string() })
export type SuggestedServer = z.infer<typeof SuggestedServer>

/** What is suggested for an address. */
export const Suggestion = z.object({
  /** `table`: our list of providers; `probe`: usual names of the domain that answered over TLS; `none`: nothing was found (or not looked for). */
  source: z.enum(['table', 'probe', 'none']),
  /** Where the suggestion comes from; null where nothing was looked for. */
  origin: Fact.nullable(),
  incoming: SuggestedServer.nullable(),
  outgoing: SuggestedServer.nullable(),
  /** To be said before the password is asked for. */
  advice: z.array(Fact),
  /** Where the provider makes app passwords. */
  passwordPage: z.string().nullable(),
})
export type Suggestion = z.infer<typeof Suggestion>

/** Where passwords are kept: see electron/core/accounts/secrets.ts. */
export const SecretsState = z.discriminatedUnion('kind', [
  /** `store` names the key store of the system; `locked`: it does not give the key out. */
  z.object({ kind: z.literal('host'), store: z.string(), locked: z.boolean() }),
  z.object({ kind: z.literal('passphrase'), locked: z.boolean() }),
  z.object({ kind: z.literal('run') }),
  z.object({ kind: z.literal('unset') }),
])
export type SecretsState = z.infer<typeof SecretsState>

/** Chosen by the person where the system has no key store. */
export const SecretsChoice = z.discriminatedUnion('how', [
  z.object({ how: z.literal('passphrase'), passphrase: z.string().min(8).max(1000) }),
  z.object({ how: z.literal('run') }),
])
export type SecretsChoice = z.infer<typeof SecretsChoice>

/** A certificate that could not be verified, as the person is to judge it. Dates in ms. */
export const ShownCertificate = z.object({
  host: z.string(),
  port,
  /** Names it is for (subject alternative names, else the common name). */
  names: z.array(z.string()),
  /** '' where it names none. */
  issuer: z.string(),
  validFrom: z.number(),
  validTo: z.number(),
  /** Of the DER form, as pairs of hexadecimal digits with colons. */
  sha256: z.string(),
  /** What is wrong with it: a code is `why.` and this. */
  reason: z.enum(['expired', 'notYetValid', 'otherName', 'selfSigned', 'unknownIssuer', 'changed', 'unverifiable']),
  /** Why it is not offered to trust it by hand: a code; null: it may be. */
  refusal: Code.nullable(),
})
export type ShownCertificate = z.infer<typeof ShownCertificate>

/** One line of "Test connection", in order. `told` says what was found, or what went wrong; `hint` what would do instead. */
export const Check = z.object({
  side: z.enum(['incoming', 'outgoing']),
  what: z.enum(['name', 'reachable', 'secure', 'password']),
  /** `skipped`: not tried, because an earlier check failed or there is nothing to check. */
  state: z.enum(['passed', 'failed', 'skipped']),
  told: Fact,
  /** The server's own words. */
  serverText: z.string().nullable(),
  hint: Fact.nullable(),
  /** For a `secure` check that failed by its certificate. */
  certificate: ShownCertificate.optional(),
})
export type Check = z.infer<typeof Check>
