import { expect, it } from 'vitest'
import { NoticeWords, type NewMail } from '../../../shared/model/new-mail.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import { newMailWords } from './new-mail.ts'

const told = (changes: Partial<NewMail>): NewMail => ({
  ...{ folder: folderRef('acct1', 'INBOX'), count: 1, isPart: false, uid: 7, subject: 'Roses', senders: [['Bob', 'bob@example.test']], more: false },
  ...changes,
})

it('names one message by its sender and subject, and counts several', () => {
  expect(newMailWords(told({}))).toEqual({ title: 'Bob', body: 'Roses' })
  expect(newMailWords(told({ subject: ' ', senders: [['', '']] }))).toEqual({ title: 'Unknown sender', body: '(no subject)' })
  const two: NewMail['senders'] = [
    ['Bob', 'bob@example.test'],
    ['', 'eve@example.test'],
  ]
  expect(newMailWords(told({ count: 3, uid: null, senders: two }))).toEqual({ title: '3 new messages', body: 'Bob, eve@example.test' })
  expect(newMailWords(told({ count: 1000, isPart: true, uid: null, senders: two })).title).toBe('More than 1,000 new messages')
  expect(newMailWords(told({ count: 4, uid: null, senders: two, more: true })).body).toBe('Bob, eve@example.test and others')
})

it('tells what is too long to be told whole', () => {
  const long = 'x'.repeat(5000)
  expect(NoticeWords.parse(newMailWords(told({ subject: long, senders: [[long, '']] })))).toMatchObject({ title: expect.stringMatching(/^x+$/) })
})
