/**
 * Errors as data. Electron passes on only the `message` of a thrown error, so everything a reader of an error needs travels in `WireError`.
 *
 * `kind` decides what happens next: `offline`, `timeout` and `busy` are transient (an operation stays and is tried again), all others are permanent.
 */
import { z } from 'zod'
import type { Code as KnownCode } from './codes.ts'

export const ErrorKind = z.enum([
  'invalid', // the caller sent something malformed; the message names the field
  'offline', // no route, name not found, connection refused or lost
  'timeout', // a deadline passed
  'busy', // the server asks to come back later ([LIMIT], [UNAVAILABLE], [INUSE], BYE)
  'auth', // the server refused user name or password
  'certificate', // the server could not prove who it is
  'insecure', // TLS or STARTTLS was required and not offered
  'refused', // the server answered NO or BAD
  'gone', // the server has no such message or folder (any more)
  'stale', // the cache is of another opinion: it was renumbered, or has begun anew
  'limit', // something from outside is larger than its bound
  'full', // no space on this computer or in the mailbox
  'internal', // a defect of ours
])
export type ErrorKind = z.infer<typeof ErrorKind>

/** What fills the sentence of a code: names, numbers, never whole sentences of ours. */
export const Params = z.record(z.string(), z.union([z.string(), z.number()]))
export type Params = z.infer<typeof Params>

export const Code = z.custom<KnownCode>(code => typeof code === 'string' && code.length <= 100)
export type Code = KnownCode

/** Something to be put in words where it is shown: `code` names the sentence, `params` fill it. One that this version does not know passes; the words are then those of its kind. */
export const Fact = z.object({ code: Code, params: Params })
export type Fact = z.infer<typeof Fact>

/** An error as data. `serverText`: the server's own words, shown as such. */
export const WireError = Fact.extend({ kind: ErrorKind, serverText: z.string().nullable() })
export type WireError = z.infer<typeof WireError>

/** An error with a kind, the code of its sentence, and where there are any the server's own words. `message` is for the log: it names nobody and nothing. */
export class MailError extends Error {
  override readonly name = 'MailError'
  readonly serverText: string | null
  constructor(
    readonly kind: ErrorKind,
    readonly code: Code,
    readonly params: Params = {},
    { serverText, cause }: { serverText?: string | null | undefined; cause?: unknown } = {},
  ) {
    super(code, cause === undefined ? undefined : { cause })
    this.serverText = serverText ?? null
  }
}

const transient: ReadonlySet<ErrorKind> = new Set(['offline', 'timeout', 'busy'])

/** True where trying again later, unchanged, may succeed. */
export function isTransient(error: unknown): boolean {
  return error instanceof MailError && transient.has(error.kind)
}

/** What the system says where a disk, or the person's share of it, is full. */
const fullDisk: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

/** Anything that was thrown, as ours: a full disk has its own kind and words, all else is a defect. */
export function asMailError(error: unknown): MailError {
  if (error instanceof MailError) return error
  if (!(error instanceof Error)) return new MailError('internal', 'defect', { reason: String(error) })
  if ('code' in error && fullDisk.has(error.code)) return new MailError('full', 'disk.full', {}, { cause: error })
  return new MailError('internal', 'defect', { reason: error.message }, { cause: error })
}

export function toWireError(error: unknown): WireError {
  const { kind, code, params, serverText } = asMailError(error)
  return { kind, code, params, serverText }
}

export function fromWireError({ kind, code, params, serverText }: WireError): MailError {
  return new MailError(kind, code, params, { serverText })
}
