/** From what older versions wrote of drafts and of the outbox to what this one reads. The values are unknown: what is not as expected is passed on, and judged by the schema. */
import { isObject, type Accounts } from '../storage/records.ts'
import { errorFrom } from '../storage/version-2.ts'
import { messageRefFrom, placeFrom } from '../storage/version-1.ts'

/** Version 1 called a message a letter. */
export function outboxFromVersion1(old: unknown, accounts: Accounts): unknown {
  if (!isObject(old)) return old
  const { letter, ...others } = old
  if (isObject(letter)) {
    if (typeof letter.id === 'string' && typeof letter.account === 'string') accounts.set(letter.id, letter.account)
    return { ...others, message: withAnswers(letter) }
  }
  return 'evidence' in old ? { ...old, evidence: placeFrom(old.evidence, accounts.get(String(old.id))) } : old
}

export function outboxFromVersion2(old: unknown): unknown {
  return isObject(old) && 'error' in old ? { ...old, error: errorFrom(old.error) } : old
}

export function draftFromVersion1(old: unknown): unknown {
  return isObject(old) && isObject(old.draft) ? { ...old, draft: withAnswers(old.draft) } : old
}

/** Version 1 is the same. */
export function attachmentFromVersion1(old: unknown): unknown {
  return old
}

function withAnswers(old: Record<string, unknown>): Record<string, unknown> {
  return isObject(old.answers) ? { ...old, answers: { ...old.answers, ref: messageRefFrom(old.answers.ref) } } : old
}
