/** What stands in the way of sending a message: something to mend, or something to ask once. Pure. */
import { picturePlaces, type Draft } from '../../../shared/model/outgoing.ts'
import { isAddress } from '../text/addresses.ts'
import { speaksOfAttachment } from '../words/outgoing.ts'

export type SendProblem =
  /** It cannot go out. `index` is that of the recipient. */
  | { kind: 'mend'; field: 'to' | 'cc' | 'bcc'; index: number; text: string }
  /** It can; the person may have forgotten something. */
  | { kind: 'ask'; about: 'subject' | 'files'; text: string }

const fields = ['to', 'cc', 'bcc'] as const

/** Places in the text for pictures whose file is not there: taken out, or the message was put away before it came. */
function emptyPlaces({ html, attachments }: Draft): number {
  const here = new Set(attachments.map(({ picture }) => picture))
  return new Set([...html.matchAll(picturePlaces)].map(([, , , key]) => key).filter(key => !here.has(key))).size
}

/** `ownText` is the text without what is quoted; `missing` are the files that could not be attached. */
export function checkDraft(draft: Draft, ownText: string, missing: readonly string[] = []): SendProblem | null {
  if (fields.every(field => draft[field].length === 0))
    return { kind: 'mend', field: 'to', index: -1, text: 'Nobody is to get this message yet. Add a recipient.' }
  for (const field of fields) {
    const index = draft[field].findIndex(([, address]) => !isAddress(address))
    if (index >= 0) return { kind: 'mend', field, index, text: `“${draft[field][index]![1]}” is not an e-mail address. Mend or remove it.` }
  }
  const noSubject = draft.subject.trim() === ''
  const noFiles = draft.attachments.length === 0 && speaksOfAttachment(`${draft.subject}\n${ownText}`)
  if (missing.length > 0) {
    const names = missing.map(name => `“${name}”`).join(', ')
    const text = `${names} could not be attached and would not go along.${noSubject ? ' There is no subject either.' : ''}`
    return { kind: 'ask', about: 'files', text }
  }
  const lost = emptyPlaces(draft)
  if (lost > 0) {
    const words = lost === 1 ? 'A picture of the text is' : `${lost} pictures of the text are`
    return { kind: 'ask', about: 'files', text: `${words} not here and would not go along.${noSubject ? ' There is no subject either.' : ''}` }
  }
  if (noSubject && noFiles)
    return { kind: 'ask', about: 'subject', text: 'There is no subject, and you write of an attachment but nothing is attached.' }
  if (noSubject) return { kind: 'ask', about: 'subject', text: 'The message has no subject.' }
  if (noFiles) return { kind: 'ask', about: 'files', text: 'You write of an attachment, but nothing is attached.' }
  return null
}
