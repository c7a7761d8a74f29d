/** New mail, as the system tells of it. */
import type { NewMail } from '../../../shared/contract/core-events.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { displayName } from './people.ts'
import { say } from './say.ts'

/** One message by its sender and subject; of several their number, and who sent them. */
export function newMailWords({ count, uid, subject, senders, more }: NewMail): { title: string; body: string } {
  const names = senders.map(displayName)
  if (uid !== null) return { title: names[0] ?? '', body: shownText(subject).trim() || say('common.noSubject') }
  const named = names.join(', ')
  return { title: say('newMail.title', { count }), body: more ? say('newMail.andOthers', { names: named }) : named }
}
