/** What version 2 of the journals wrote, as version 3 has it. */
import { isObject } from './records.ts'

/** An error was a sentence; it is kept as it was said, but for what was made of parts. */
export function errorFrom(old: unknown): unknown {
  if (!isObject(old) || typeof old.message !== 'string') return old
  const { kind, message } = old
  const detail = typeof old.detail === 'string' ? old.detail : null
  const [, sentence, looked] = /^(.*?)( It was not found in Sent\.)?$/su.exec(message)!
  const more = looked === undefined ? {} : { looked: 1 }
  const [, host, reason] = /^(\S+) refused: (.*)$/su.exec(sentence!) ?? []
  if (host !== undefined && reason) return { kind, code: 'server.refused', params: { host, ...more }, serverText: reason }
  return { kind, code: 'kept.sentence', params: { sentence: sentence!, ...more }, serverText: detail }
}
