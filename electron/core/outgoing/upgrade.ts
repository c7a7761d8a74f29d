/** From what older versions wrote of drafts and of the outbox to what this one reads. The values are unknown: what is not as expected is passed on, and judged by the schema. */
import { isObject } from '../storage/records.ts'

/** Version 1 called a message a letter. */
export function outboxFromVersion1(old: unknown): unknown {
  if (!isObject(old) || !('letter' in old)) return old
  const { letter, ...others } = old
  return { ...others, message: letter }
}

/** Version 1 is the same. */
export function draftFromVersion1(old: unknown): unknown {
  return old
}
