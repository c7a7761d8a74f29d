/**
 * Errors as data. Electron passes on only the `message` of a thrown error, so everything a reader of an error needs travels in `WireError`.
 *
 * `kind` decides what happens next: `offline`, `timeout` and `busy` are transient (an operation stays and is tried again), all others are permanent.
 */
import { z } from 'zod'

export const ErrorKind = z.enum([
  'invalid', // the caller sent something malformed; the message names the field
  'offline', // no route, name not found, connection refused or lost
  'timeout', // a deadline passed
  'busy', // the server asks to come back later ([LIMIT], [UNAVAILABLE], [INUSE], BYE)
  'auth', // the server refused user name or password
  'certificate', // the server could not prove who it is
  'insecure', // TLS or STARTTLS was required and not offered
  'refused', // the server answered NO or BAD
  'gone', // the message or folder is no longer there
  'limit', // something from outside is larger than its bound
  'full', // no space on this computer or in the mailbox
  'internal', // a defect of ours
])
export type ErrorKind = z.infer<typeof ErrorKind>

export const WireError = z.object({ kind: ErrorKind, message: z.string(), detail: z.string().optional() })
export type WireError = z.infer<typeof WireError>

/** An error with a kind, a sentence for people, and optionally the server's own words. */
export class MailError extends Error {
  override readonly name = 'MailError'
  constructor(
    readonly kind: ErrorKind,
    message: string,
    readonly detail?: string,
    options?: ErrorOptions,
  ) {
    super(message, options)
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
  if (!(error instanceof Error)) return new MailError('internal', String(error))
  if ('code' in error && fullDisk.has(error.code))
    return new MailError('full', 'There is no space left on this computer. Make some, then try again.', undefined, { cause: error })
  return new MailError('internal', error.message, undefined, { cause: error })
}

export function toWireError(error: unknown): WireError {
  const { kind, message, detail } = asMailError(error)
  return { kind, message, ...(detail === undefined ? {} : { detail }) }
}

export function fromWireError(wire: WireError): MailError {
  return new MailError(wire.kind, wire.message, wire.detail)
}
