/** New mail, as the system tells of it. */
import { longestNotice, type NewMail, type NoticeWords } from '../../../shared/model/new-mail.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { displayName } from './people.ts'
import { say } from './say.ts'

/** One message by its sender and subject; of several their number, and who sent them. */
export function newMailWords({ count, isPart, uid, subject, senders, more }: NewMail): NoticeWords {
  const names = senders.map(displayName)
  if (uid !== null) return cut({ title: names[0] ?? '', body: shownText(subject).trim() || say('common.noSubject') })
  const named = names.join(', ')
  return cut({
    title: say(isPart ? 'newMail.titleOfPart' : 'newMail.title', { count }),
    body: more ? say('newMail.andOthers', { names: named }) : named,
  })
}

/** A sender may have any name: what is too long to be told must not go untold. */
function cut({ title, body }: NoticeWords): NoticeWords {
  return { title: title.slice(0, longestNotice), body: body.slice(0, longestNotice) }
}
