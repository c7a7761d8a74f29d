/** What stands in the way of sending a message: something to mend, or something to ask once. Pure. */
import { picturePlaces, type Draft } from '../../../shared/model/outgoing.ts'
import { isAddress } from '../text/addresses.ts'
import { speaksOfAttachment } from '../words/outgoing.ts'
import { say } from '../words/say.ts'

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
  if (fields.every(field => draft[field].length === 0)) return { kind: 'mend', field: 'to', index: -1, text: say('composer.nobody') }
  for (const field of fields) {
    const index = draft[field].findIndex(([, address]) => !isAddress(address))
    if (index >= 0) return { kind: 'mend', field, index, text: say('composer.wrongAddress', { address: draft[field][index]![1] }) }
  }
  const noSubject = draft.subject.trim() === ''
  const noFiles = draft.attachments.length === 0 && speaksOfAttachment(`${draft.subject}\n${ownText}`)
  const askOfFiles = (words: string): SendProblem => ({
    kind: 'ask',
    about: 'files',
    text: noSubject ? `${words} ${say('composer.noSubjectEither')}` : words,
  })
  if (missing.length > 0) {
    const names = missing.map(name => say('common.quoted', { text: name })).join(', ')
    return askOfFiles(say('composer.missingFiles', { names }))
  }
  const lost = emptyPlaces(draft)
  if (lost > 0) return askOfFiles(say('composer.missingPictures', { count: lost }))
  if (noSubject && noFiles) return { kind: 'ask', about: 'subject', text: say('composer.noSubjectNoFiles') }
  if (noSubject) return { kind: 'ask', about: 'subject', text: say('composer.noSubject') }
  if (noFiles) return { kind: 'ask', about: 'files', text: say('composer.noFiles') }
  return null
}
