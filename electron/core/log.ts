import { appendFileSync, renameSync, statSync } from 'node:fs'
import { MailError, type ErrorKind } from '../../shared/errors.ts'

/** The log: what happened, never message content, addresses or passwords. `write` gets one line. */
export type Log = (event: string, error?: unknown) => void

export function createLog(name: string, write: (line: string) => void, now: () => number): Log {
  return (event, error) => {
    const reason = error instanceof Error ? ` · ${error.name}${'kind' in error ? `/${String(error.kind)}` : ''}: ${describe(error)}` : ''
    write(`${new Date(now()).toISOString()} ${name}: ${event}${reason}`)
  }
}

/** What fills the sentence of a code, where it says nothing of people or their mail. */
const plain = ['where', 'field', 'problem', 'call', 'reason', 'found', 'expected', 'version'] as const
/** Kinds of which whoever reads the log wants to know more than the code. */
const technical: ReadonlySet<ErrorKind> = new Set(['invalid', 'internal', 'timeout'])

/** A defect is told with its place; an expected failure by its code. */
function describe(error: Error): string {
  if (!(error instanceof MailError)) return placeOf(error)
  if (error.code === 'defect' && error.cause instanceof Error) return `${error.code} ${placeOf(error.cause)}`
  const more = technical.has(error.kind) ? plain.flatMap(name => (error.params[name] === undefined ? [] : [`${name}=${error.params[name]}`])) : []
  return [error.code, ...more].join(' ')
}

function placeOf(error: Error): string {
  return (error.stack ?? error.message).split('\n').slice(0, 6).join(' | ')
}

/** Bytes; then the file is begun anew, and one older file is kept. */
const longestLog = 5 << 20

/** Writes lines to a file at once: what happened just before a crash is what one wants to read. */
export function createLogFile(file: string): (line: string) => void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > longestLog) renameSync(file, `${file}.old`)
  return line => {
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 })
    } catch {
      // a full disk must not end the program for the sake of its log
    }
  }
}
