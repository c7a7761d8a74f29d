/** What a window needs to know of mail that has just come, to put it in words. Pure. */
import { longestNamed, type NewMail } from '../../../shared/model/new-mail.ts'
import { type Address } from '../../../shared/model/message.ts'
import type { NewRow } from './told-records.ts'

/** Named one by one; of more only the number is told. */
const mostNamed = 3

/** `news`: newest first. `isPart`: there is more. */
export function newMailFacts(news: Pick<NewRow, 'uid' | 'header'>[], isPart: boolean): Omit<NewMail, 'folder'> {
  const [one, ...others] = news
  const alone = one !== undefined && others.length === 0 && !isPart
  const senders = [...new Map(news.map(({ header: { from } }) => [String(from[0]), from[0] ?? (['', ''] satisfies Address)])).values()]
  return {
    count: news.length,
    isPart,
    uid: alone ? one.uid : null,
    subject: alone ? one.header.subject.slice(0, longestNamed) : '',
    senders: senders.slice(0, mostNamed).map(([name, address]): Address => [name.slice(0, longestNamed), address.slice(0, longestNamed)]),
    more: senders.length > mostNamed,
  }
}
