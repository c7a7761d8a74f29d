import { expect, test } from 'vitest'
import { picturePlace, type Draft } from '../../../shared/model/outgoing.ts'
import { checkDraft } from './send-check.ts'

const good: Draft = {
  id: 'message-0001',
  account: 'abcd',
  to: [['Jonas', 'jonas@weber.example']],
  cc: [],
  bcc: [],
  subject: 'Tickets',
  format: 'plain',
  html: '',
  text: '',
  answers: null,
  attachments: [],
  revision: 1,
}

test('a good message goes', () => {
  expect(checkDraft(good, 'Hello')).toBeNull()
})
test('somebody must get it', () => {
  expect(checkDraft({ ...good, to: [] }, '')).toMatchObject({ kind: 'mend', field: 'to', index: -1 })
  expect(checkDraft({ ...good, to: [], bcc: good.to }, '')).toBeNull()
})
test('what is no address is named', () => {
  const problem = checkDraft(
    {
      ...good,
      cc: [
        ['', 'ravi@x.example'],
        ['', 'ravi'],
      ],
    },
    '',
  )
  expect(problem).toMatchObject({ kind: 'mend', field: 'cc', index: 1, text: '“ravi” is not an e-mail address. Mend or remove it.' })
})
test('what may have been forgotten is asked', () => {
  expect(checkDraft({ ...good, subject: ' ' }, '')).toMatchObject({ kind: 'ask', about: 'subject' })
  expect(checkDraft(good, 'The plans are attached.')).toMatchObject({ kind: 'ask', about: 'files' })
  const attachments = [{ id: 'abcdefgh', filename: 'a', type: 'a/b', size: 1 }]
  expect(checkDraft({ ...good, attachments }, 'The plans are attached.')).toBeNull()
})

test('a picture whose place is in the text and whose file is not there is asked about', () => {
  const picture = '0f8fad5b-d9cb-469f-a165-70867728950e'
  const html = `<p><img alt="a" src="${picturePlace(picture, 'a.bmp')}"></p>`
  expect(checkDraft({ ...good, html }, '')?.text).toBe('A picture of the text is not here and would not go along.')
  const attachments = [{ id: 'abcdefgh', filename: 'a.bmp', type: 'image/bmp', size: 1, picture }]
  expect(checkDraft({ ...good, html, attachments }, '')).toBeNull()
})

test('a file that could not be attached is asked about, before anything else that may have been forgotten', () => {
  expect(checkDraft(good, 'Hello', ['plan.pdf'])).toMatchObject({
    kind: 'ask',
    about: 'files',
    text: '“plan.pdf” could not be attached and would not go along.',
  })
  expect(checkDraft({ ...good, subject: '' }, '', ['a', 'b'])?.text).toMatch(/^“a”, “b” .* There is no subject either\.$/)
})
