import { expect, it } from 'vitest'
import type { Address } from '../../../shared/model/message.ts'
import { newMailFacts } from './new-mail.ts'

const from = (name: string, subject: string) => ({ uid: 7, header: { from: [[name, `${name}@example.test`]] satisfies Address[], subject } })

it('tells of one message by its sender and subject, and counts several', () => {
  const bob: Address = ['Bob', 'Bob@example.test']
  expect(newMailFacts([from('Bob', 'Roses')], false)).toEqual({ count: 1, isPart: false, uid: 7, subject: 'Roses', senders: [bob], more: false })
  expect(newMailFacts([{ uid: 7, header: { from: [], subject: '' } }], false)).toMatchObject({ subject: '', senders: [['', '']] })
  const several = newMailFacts([from('Bob', 'a'), from('Eve', 'b'), from('Bob', 'c')], false)
  expect(several).toEqual({ count: 3, isPart: false, uid: null, subject: '', senders: [bob, ['Eve', 'Eve@example.test']], more: false })
  expect(
    newMailFacts(
      ['A', 'B', 'C', 'D'].map(name => from(name, 'x')),
      true,
    ),
  ).toMatchObject({ count: 4, isPart: true, senders: { length: 3 }, more: true })
})

it('hands on no more of a name or a subject than anybody shows', () => {
  const { subject, senders } = newMailFacts([from('B'.repeat(10_000), 'x'.repeat(10_000))], false)
  expect([subject.length, ...senders[0]!.map(text => text.length)]).toEqual([500, 500, 500])
})
