/** What version 2 of the journals wrote, as version 3 has it. */
import { isObject } from './records.ts'

/** An error was a sentence; it is kept as it was said. */
export function errorFrom(old: unknown): unknown {
  if (!isObject(old) || typeof old.message !== 'string') return old
  return { kind: old.kind, code: 'kept.sentence', params: { sentence: old.message }, serverText: typeof old.detail === 'string' ? old.detail : null }
}
