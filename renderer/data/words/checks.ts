/** What a test of a connection found, in words. */
import type { Check } from '../../../shared/model/account-setup.ts'
import { factWords } from './errors.ts'

/** One line of it; what would do instead, or what the server wants to be told, follows. */
export function checkWords({ told, hint, serverText }: Check): string {
  const sentence = factWords(told, serverText)
  return hint ? `${sentence} ${factWords(hint)}` : sentence
}

/** The server's own words, where the line does not have them. */
export function checkQuote(check: Check): string | null {
  const { serverText } = check
  return serverText !== null && !checkWords(check).includes(serverText) ? serverText : null
}
