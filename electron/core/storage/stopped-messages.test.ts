import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openStoppedMessages } from './stopped-messages.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-stopped-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const message = { account: 'abcd', messageIdHash: 7, size: 100, date: 1 }

it('keeps what stopped a window, each once', async () => {
  const stopped = await openStoppedMessages(folder, () => undefined)
  await Promise.all([stopped.add(message), stopped.add({ ...message, size: 101 }), stopped.add({ ...message })])
  expect(stopped.all).toEqual([{ ...message, size: 101 }, message])
  expect((await openStoppedMessages(folder, () => undefined)).all).toEqual(stopped.all)
})

it.each(['', '{', '{"v":3,"stopped":[]}', '{"v":1}'])('begins anew where the file is %j', async text => {
  await writeFile(join(folder, 'stopped-messages.json'), text)
  const log = vi.fn()
  const stopped = await openStoppedMessages(folder, log)
  expect(stopped.all).toEqual([])
  expect(log).toHaveBeenCalledOnce()
  await stopped.add(message)
  expect((await openStoppedMessages(folder, log)).all).toEqual([message])
})
