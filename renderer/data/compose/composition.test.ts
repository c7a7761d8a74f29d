import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Draft } from '../../../shared/model/outgoing.ts'
import { Composition } from './composition.ts'
import type { Core } from '../core.ts'
import type { FileLike } from './file-pieces.ts'

const blank: Draft = {
  id: 'message-0001',
  account: 'abcd',
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  format: 'rich',
  html: '',
  text: '',
  answers: null,
  attachments: [],
  revision: 0,
}

function begin(change: Partial<Draft> = {}, quote: { html: string; text: string } | null = null) {
  const calls: string[] = []
  const saved: Draft[] = []
  const answers: Record<string, () => unknown> = {
    'attachment.begin': () => ({ id: 'abcdefgh' }),
    'attachment.finish': () => ({ id: 'abcdefgh', filename: 'a.bin', type: 'a/b', size: 3 }),
  }
  const core = {
    closed: false,
    call: async (name: string, arg: unknown) => {
      calls.push(name)
      if (name === 'draft.save') saved.push(arg as Draft)
      return answers[name]?.() ?? null
    },
  } as unknown as Core
  let keys = 0
  const released = vi.fn()
  const needs = { core, now: () => 1, newId: () => `key-${++keys}`, release: released }
  const composition = new Composition(needs, { draft: { ...blank, ...change }, quote, kept: false }, 'to')
  return { composition, calls, saved, answers, released, state: () => composition.store.getState() }
}

const file = (name: string, size = 3): FileLike => ({ name, type: 'a/b', size, slice: () => ({ arrayBuffer: async () => new ArrayBuffer(3) }) })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('what is typed and no chip yet is saved as a recipient', async () => {
  const { composition, saved, state } = begin()
  composition.type('to', 'Ann <a@x.example>, half')
  await composition.flush()
  expect(saved.at(-1)!.to).toEqual([
    ['Ann', 'a@x.example'],
    ['', 'half'],
  ])
  expect(state().draft.to).toEqual([])
  composition.acceptTyped('to')
  expect(state().draft.to).toHaveLength(2)
  expect(state().typed.to).toBe('')
})

test('recipients are moved, edited and removed, and stand nowhere twice', () => {
  const { composition, state } = begin({
    to: [
      ['A', 'a@x'],
      ['B', 'b@x'],
    ],
    cc: [['', 'B@x']],
  })
  composition.moveRecipient('to', 1, 'cc')
  expect(state().draft.cc).toEqual([['', 'B@x']])
  composition.moveRecipient('to', 0, 'bcc')
  expect(state().draft).toMatchObject({ to: [], bcc: [['A', 'a@x']] })
  composition.editRecipient('bcc', 0)
  expect(state().typed.bcc).toBe('A <a@x>')
  expect(state().draft.bcc).toEqual([])
  composition.addRecipient('bcc', ['A', 'a@x'])
  composition.removeRecipient('bcc', 0)
  expect(state().draft.bcc).toEqual([])
})

test('a folded quotation goes along, below the text', () => {
  const { composition } = begin({ html: '<div>Yes</div>', text: 'Yes\n' }, { html: '<p>old</p>', text: '> old' })
  expect(composition.whole()).toMatchObject({ html: '<div>Yes</div><div class="pb-quote"><p>old</p></div>', text: 'Yes\n\n> old' })
  composition.replaceBody({ html: '', text: 'Yes' }, { format: 'plain' })
  expect(composition.whole()).toMatchObject({ html: '', text: 'Yes\n\n> old' })
})

test('the text of an editor that goes stays', () => {
  const { composition } = begin()
  composition.bindBody(() => ({ html: '<b>x</b>', text: 'x' }))
  expect(composition.whole().text).toBe('x')
  composition.bindBody(null)
  expect(composition.whole()).toMatchObject({ html: '<b>x</b>', text: 'x' })
})

test('files are attached once the message is kept', async () => {
  const { composition, calls, saved, state } = begin()
  expect(await composition.attach([file('a.bin')])).toBeNull()
  expect(calls.slice(0, 2)).toEqual(['draft.save', 'attachment.begin'])
  await composition.flush()
  expect(saved.at(-1)!.attachments).toHaveLength(1)
  composition.removeFile('abcdefgh')
  expect(state().draft.attachments).toEqual([])
})

test('what does not fit is said, and the rest goes along', async () => {
  const { composition, state } = begin()
  const refused = await composition.attach([file('film.mov', 30_000_000), file('a.bin')])
  expect(refused).toBe('Most mail servers refuse messages over 25 MB, so “film.mov” (30 MB) was not attached.')
  expect(state().draft.attachments).toHaveLength(1)
})

test('a file that fails stays there with its reason, until it is taken out', async () => {
  const { composition, answers, state } = begin()
  answers['attachment.finish'] = () => {
    throw new Error('the disk is full')
  }
  await composition.attach([file('a.bin')])
  expect(state().uploads).toMatchObject([{ filename: 'a.bin', failed: 'the disk is full' }])
  composition.removeFile(state().uploads[0]!.key)
  expect(state().uploads).toEqual([])
})

test('a part that could not be fetched is fetched once more, and one that does not fit is not', async () => {
  const { composition, answers, state } = begin()
  answers['attachment.copy'] = () => {
    throw new Error('offline')
  }
  const ref = { account: 'abcd', locators: [], messageIdHash: 1, size: 1, date: 1 }
  const part = (filename: string, size: number) => ({ part: { part: '2', type: 'image/bmp', size }, filename, size })
  await composition.copy(ref, [part('a.bmp', 3), part('film.mov', 26_000_000)])
  const tooLarge = 'most mail servers refuse messages over 25 MB'
  expect(state().uploads.map(({ filename, failed }) => [filename, failed])).toEqual([
    ['a.bmp', 'offline'],
    ['film.mov', tooLarge],
  ])
  answers['attachment.copy'] = () => ({ id: 'abcdefgh', filename: 'a.bmp', type: 'image/bmp', size: 3 })
  await composition.copyAgain()
  expect(state().uploads.map(({ filename, failed }) => [filename, failed])).toEqual([['film.mov', tooLarge]])
  expect(state().draft.attachments).toMatchObject([{ filename: 'a.bmp' }])
})

test('ending lets go of the message', async () => {
  const { composition, released } = begin()
  await composition.dispose()
  expect(released).toHaveBeenCalledOnce()
})
