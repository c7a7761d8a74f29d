import { mkdtemp, open as openFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Draft, OutgoingState } from '../../../shared/model/outgoing.ts'
import { Attachments } from './attachments.ts'
import { Drafts } from './drafts.ts'
import { openDraftFiles, type DraftFiles } from './draft-files.ts'

let folder: string
let files: DraftFiles
const states: OutgoingState[] = []
const outgoing = new Set<string>()
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-drafts-'))
  files = openDraftFiles(folder)
  states.length = 0
  outgoing.clear()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const open = () =>
  Drafts.open({ files, isOutgoing: id => outgoing.has(id), onState: state => states.push(state), now: () => 5, log: () => undefined })
const draft = (revision: number, text = `revision ${revision}`): Draft => ({
  id: 'message-0001',
  account: 'acct1',
  to: [['Bob', 'bob@example.test']],
  cc: [['', 'carol@example.test']],
  bcc: [],
  subject: 'Hello',
  format: 'plain',
  html: '',
  text,
  answers: null,
  attachments: [],
  revision,
})

it('keeps the newest revision, also when saves overtake each other, and finds it after a restart', async () => {
  const drafts = await open()
  await Promise.all([drafts.save(draft(1)), drafts.save(draft(3)), drafts.save(draft(2))])
  expect((await drafts.open('message-0001')).text).toBe('revision 3')
  expect(states.at(-1)).toMatchObject({ state: 'draft', to: ['Bob', 'carol@example.test'], subject: 'Hello', attachments: 0, at: 5 })
  const again = await open()
  expect(again.states).toMatchObject([{ id: 'message-0001', state: 'draft' }])
  await again.save(draft(1, 'an old window'))
  expect((await again.open('message-0001')).text).toBe('revision 3')
})

it('brings back what was thrown away until the program ends, and not after', async () => {
  const drafts = await open()
  await drafts.save(draft(1))
  await drafts.discard('message-0001')
  expect(drafts.states).toEqual([])
  expect(states.at(-1)?.state).toBe('discarded')
  await expect(drafts.save(draft(2))).rejects.toMatchObject({ kind: 'gone' }) // a window that saves late
  expect(await drafts.restore('message-0001')).toBe(true)
  expect((await drafts.open('message-0001')).revision).toBe(1)
  await drafts.discard('message-0001')
  const again = await open()
  expect(await again.restore('message-0001')).toBe(false)
  expect(await readdir(folder)).toEqual([])
})

it('leaves a message alone that was sent off', async () => {
  const drafts = await open()
  await drafts.save(draft(1))
  outgoing.add('message-0001')
  await expect(drafts.save(draft(2))).rejects.toMatchObject({ kind: 'refused' })
  await expect(drafts.open('message-0001')).rejects.toMatchObject({ kind: 'refused' })
  expect(drafts.states).toEqual([])
})

it('reads the other messages where one is damaged, and keeps its file', async () => {
  await (await open()).save(draft(1))
  await (await open()).save({ ...draft(1), id: 'message-0002' })
  await writeFile(join(folder, 'message-0001', 'draft.json'), '{"format":1')
  expect((await open()).states.map(({ id }) => id)).toEqual(['message-0002'])
  expect(await readdir(join(folder, 'message-0001'))).toEqual(['draft.json'])
})

it('takes files in pieces, under clean names, and refuses a draft that names one that is not here', async () => {
  const drafts = await open()
  const attachments = new Attachments(files, () => 5)
  const id = await attachments.begin('message-0001', { filename: '../a\u202e/b.TXT', type: 'text/plain; x=y' })
  await Promise.all(['one ', 'two ', 'three'].map(text => attachments.write('message-0001', id, Buffer.from(text))))
  await expect(drafts.save({ ...draft(1), attachments: [{ id, filename: 'x', type: 'x', size: 1 }] })).rejects.toMatchObject({
    code: 'attachment.missing',
  })
  const kept = await attachments.finish('message-0001', id)
  expect(kept).toEqual({ id, filename: '_a_b.TXT', type: 'application/octet-stream', size: 13 })
  await drafts.save({ ...draft(1), attachments: [kept] })
  expect((await open()).states).toMatchObject([{ attachments: 1 }])
  await expect(attachments.write('message-0001', id, Buffer.from('more'))).rejects.toMatchObject({ kind: 'gone' })
})

it('bounds the files of a message together, and leaves nothing of one that failed', async () => {
  const attachments = new Attachments(files, () => 5, 1 << 20)
  const first = await attachments.begin('message-0001', { filename: 'a', type: 'a/b' })
  await attachments.write('message-0001', first, Buffer.alloc(600_000))
  await attachments.finish('message-0001', first)
  const failed = attachments.add('message-0001', { filename: 'b', type: 'a/b' }, write => write(Buffer.alloc(600_000)))
  await expect(failed).rejects.toMatchObject({ kind: 'limit', code: 'attachment.tooLarge', params: { megabytes: 1 } })
  expect((await readdir(join(folder, 'message-0001', 'attachments'))).sort()).toEqual([first, `${first}.json`].sort())
})

it('does not count a file the draft no longer names, and removes it at the next start', async () => {
  let now = 1000
  const attachments = new Attachments(files, () => now, 1 << 20)
  const add = () => attachments.add('message-0001', { filename: 'a', type: 'a/b' }, write => write(Buffer.alloc(600_000)))
  const drafts = await open()
  const first = await add()
  await drafts.save({ ...draft(1), attachments: [first] })
  now += 120_000
  await expect(add()).rejects.toMatchObject({ kind: 'limit' })
  await drafts.save(draft(2)) // taken out
  const second = await add()
  expect(await files.attachments('message-0001')).toHaveLength(2) // taking it out can be undone
  await drafts.save({ ...draft(3), attachments: [second] })
  await open()
  expect(await files.attachments('message-0001')).toEqual([second])
})

it('forgets files that a window left unfinished', async () => {
  let now = 1000
  const attachments = new Attachments(files, () => now)
  const left = await attachments.begin('message-0001', { filename: 'a', type: 'a/b' })
  now += 11 * 60_000
  await attachments.begin('message-0001', { filename: 'b', type: 'a/b' })
  await expect(attachments.finish('message-0001', left)).rejects.toMatchObject({ kind: 'gone' })
  await attachments.abandon()
  expect(await readdir(join(folder, 'message-0001', 'attachments'))).toEqual([])
})

it('still has a message one of whose files is damaged, and says which', async () => {
  const drafts = await open()
  const attachments = new Attachments(files, () => 5)
  const file = await attachments.add('message-0001', { filename: 'a.txt', type: 'text/plain' }, write => write(Buffer.from('a')))
  await drafts.save({ ...draft(1), attachments: [file] })
  await writeFile(join(folder, 'message-0001', 'attachments', `${file.id}.json`), '{"id": tor')
  const again = await open()
  expect(again.states).toMatchObject([{ id: 'message-0001', attachments: 1 }])
  expect((await again.open('message-0001')).text).toBe('revision 1')
  await expect(again.save({ ...draft(2), attachments: [file] })).rejects.toMatchObject({ code: 'attachment.missing', params: { file: 'a.txt' } })
})

it('sends as plain bytes what must not be encoded, or would be lost as a part with parts', async () => {
  const attachments = new Attachments(files, () => 5)
  const add = async (type: string, content: string) =>
    (await attachments.add('message-0001', { filename: 'a', type }, write => write(Buffer.from(content)))).type
  expect(await add('multipart/related', 'a saved page')).toBe('application/octet-stream')
  expect(await add('message/partial', 'x')).toBe('application/octet-stream')
  expect(await add('Message/RFC822', 'Subject: x\r\n\r\nx')).toBe('message/rfc822')
  expect(await add('message/rfc822', 'Subject: Grüße\r\n\r\nx')).toBe('application/octet-stream')
  expect(await add('message/rfc822', `Subject: x\r\n\r\n${'x'.repeat(999)}`)).toBe('application/octet-stream')
  for (const unlike of ['Subject: x\n\nx\n', 'Subject: x\r\n\r\nx\ry\r\n', 'Subject: x\r\n\r\nx\r'])
    expect(await add('message/rfc822', unlike), 'its line ends would be changed on the way').toBe('application/octet-stream')
  expect(await add('text/plain', 'Grüße')).toBe('text/plain')
  expect(await add('text/csv; charset=ISO-8859-1', 'x')).toBe('text/csv; charset=iso-8859-1')
  expect(await add('text/csv; charset=x; name="y"', 'x')).toBe('application/octet-stream')
})

it('keeps nothing of a file one piece of which could not be written', async () => {
  const attachments = new Attachments(files, () => 5)
  const id = await attachments.begin('message-0001', { filename: 'a.txt', type: 'text/plain' })
  const handle = await openFile(join(folder, 'other'), 'w')
  const write = vi.spyOn(Object.getPrototypeOf(handle) as typeof handle, 'writeFile')
  await handle.close()
  write.mockRejectedValueOnce(Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' }))
  await expect(attachments.write('message-0001', id, Buffer.from('one'))).rejects.toThrow('ENOSPC')
  write.mockRestore()
  await expect(attachments.write('message-0001', id, Buffer.from('two'))).rejects.toMatchObject({ kind: 'gone' })
  await expect(attachments.finish('message-0001', id)).rejects.toMatchObject({ kind: 'gone' })
  expect(await readdir(join(folder, 'message-0001', 'attachments'))).toEqual([])
})
