/** Errors, and whatever else the core tells by its code, in sentences. */
import type { Code } from '../../../shared/codes.ts'
import { MailError, WireError, type ErrorKind, type Fact, type Params } from '../../../shared/errors.ts'
import { isKey, say, sayByKey, type Key } from './say.ts'

/** A code has a sentence of its own, one of another version the sentence of its kind. */
function wordsOf(code: string, params: Params, kind: ErrorKind): string {
  const known: Key = code as Code // a catalogue without a sentence for a code does not compile
  return sayByKey(isKey(code) ? known : `kind.${kind}`, params)
}

/** What is wrong with a value, where our schemas name it by a code. */
function problemWords({ problem }: Params): string | null {
  return typeof problem === 'string' && isKey(problem) ? sayByKey(problem, {}) : null
}

/** A fact the core tells, in a sentence. `serverText`: what the server said with it. */
export function factWords({ code, params }: Fact, serverText: string | null = null): string {
  return errorWords({ kind: 'internal', code, params, serverText } satisfies WireError)
}

/** An error of ours in a sentence; of anything else that was thrown its own message, which is for developers. */
export function errorWords(error: unknown): string {
  const told = error instanceof MailError ? error : WireError.safeParse(error).data
  if (!told) return error instanceof Error ? error.message : String(error)
  const { kind, code, params, serverText } = told
  const problem = problemWords(params)
  // of a form, which shows it beside its field
  if (code === 'argument.invalid' && (problem !== null || /^(?:accounts|secrets)\./.test(String(params.where))))
    return problem ?? String(params.problem)
  const filling = {
    ...params,
    ...('problem' in params && { field: params.field || say('codes.argument'), problem: problem ?? params.problem! }),
    ...(code === 'server.refused' && { serverText: serverText || say('codes.noReason') }),
  }
  const sentence = wordsOf(code, filling, kind)
  return params.looked === undefined ? sentence : `${sentence} ${say('outbox.lookedFor')}`
}

/** The same, before another sentence. */
export function errorSentence(error: unknown): string {
  const words = errorWords(error)
  return /[.!?…]$/u.test(words) ? words : `${words}.`
}
