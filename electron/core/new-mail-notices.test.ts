import { expect, it } from 'vitest'
import { MailError } from '../../shared/errors.ts'
import type { NewMail } from '../../shared/model/new-mail.ts'
import { folderRef } from '../../shared/test-support/folders.ts'
import { createNewMailNotices, type NewMailNoticesOptions } from './new-mail-notices.ts'

type Asked = ReturnType<NewMailNoticesOptions['windows']>[number]

const newMail: NewMail = {
  folder: folderRef('acct1', 'INBOX'),
  count: 1,
  isPart: false,
  uid: 7,
  subject: 'Roses',
  senders: [['Bob', 'b@example.test']],
  more: false,
}

function begin(windows: Asked[], hasDesktop = true) {
  const shown: { title: string; body: string }[] = []
  const chosen: NewMail[] = []
  let choose = (): void => undefined
  const desktop = {
    setUnread: () => undefined,
    makeMailProgram: () => false,
    notify(notice: { title: string; body: string }, onClick: () => void) {
      shown.push(notice)
      choose = onClick
    },
  }
  const show = createNewMailNotices({ desktop: hasDesktop ? desktop : null, windows: () => windows, chosen: one => void chosen.push(one) })
  return { show, shown, chosen, choose: () => choose() }
}
const wording = (title: string): Asked => ({ call: async () => ({ title, body: 'Roses' }) as never })
const stopped: Asked = { call: () => Promise.reject(new MailError('timeout', 'call.late', { call: 'window.newMail', seconds: 5 })) }

it('shows what the first window answers that can, and hands on that it was chosen', async () => {
  const { show, shown, chosen, choose } = begin([stopped, wording('Bob'), wording('Eve')])
  await show(newMail)
  expect(shown).toEqual([{ title: 'Bob', body: 'Roses' }])
  choose()
  expect(chosen).toEqual([newMail])
})

it('rejects where no window answers', async () => {
  await expect(begin([]).show(newMail)).rejects.toMatchObject({ kind: 'offline' })
  await expect(begin([stopped]).show(newMail)).rejects.toMatchObject({ kind: 'timeout' })
})

it('asks nobody where the system shows nothing', async () => {
  const { show, shown } = begin([], false)
  await show(newMail)
  expect(shown).toEqual([])
})
