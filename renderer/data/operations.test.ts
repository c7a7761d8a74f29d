import { folderRef } from '../../shared/test-support/folders.ts'
import { expect, test } from 'vitest'
import { MailError } from '../../shared/errors.ts'
import { Flag, flagsOf } from '../../shared/model/flags.ts'
import { type MessageRef } from '../../shared/model/message.ts'
import type { Operation, PendingChange } from '../../shared/operations.ts'
import { createActions, type ActionsContext } from './operations.ts'
import type { Resolved } from './list/list-protocol.ts'

const ref = (uid: number): MessageRef => ({
  account: 'alice',
  locators: [{ kind: 'uid', folder: folderRef('alice', 'INBOX'), uidValidity: 1, uid }],
  messageIdHash: 1,
  size: 1,
  date: 1,
})

function setUp(flags: number[], refuse = false) {
  const ops: Operation[] = []
  const saving: PendingChange[] = []
  const dropped: string[] = []
  const refused: string[] = []
  let id = 0
  const ids = flags.map((_, i) => i + 1)
  const ones = flags.map(() => 1)
  const resolved: Resolved = { folder: folderRef('alice', 'INBOX'), uidValidity: 1, ids, uids: ids, hashes: ones, sizes: ones, dates: ones, flags }
  const context = {
    core: {
      closed: false,
      call: (name: string, op: Operation) => {
        if (name === 'ops.withdraw') return Promise.resolve(false) // performed already
        ops.push(op)
        return refuse ? Promise.reject(new MailError('full', 'disk.full')) : Promise.resolve({ id: op.id })
      },
    },
    folderId: ({ path }: { path: string }) => (path === 'INBOX' ? 1 : null),
    list: {
      call: () => Promise.resolve(resolved),
      saving: (operation: PendingChange) => saving.push(operation),
      dropped: (operation: string) => dropped.push(operation),
    },
    now: () => 1000,
    newId: () => `operation-${++id}-0000`,
    refused: (message: string) => refused.push(message),
    changed: () => undefined,
  }
  return { actions: createActions(context as unknown as ActionsContext), ops, saving, dropped, refused }
}

test('only messages that change are named, and undo gives each its own flags back', async () => {
  const { actions, ops, saving } = setUp([0, Flag.seen, Flag.flagged])
  expect(await actions.setFlags(1, [1, 2, 3], { add: Flag.seen, remove: 0 }, count => `Marked ${count} as read`)).toMatchObject({
    count: 2,
  })
  expect(ops[0]).toMatchObject({ add: flagsOf(Flag.seen), remove: flagsOf(0), messages: [ref(1), ref(3)] })
  expect(saving[0]).toMatchObject({ messages: [1, 3] })
  expect((await actions.undo())?.label).toBe('Marked 2 as read')
  expect(ops[1]).toMatchObject({ add: flagsOf(0), remove: flagsOf(Flag.seen), messages: [ref(1), ref(3)] })
  expect(ops[1]!.at).toBeGreaterThan(ops[0]!.at)
  expect(await actions.undo()).toBeNull()
})

test('a refused operation is taken back and told, and cannot be undone', async () => {
  const { actions, saving, dropped, refused } = setUp([0], true)
  expect(await actions.setFlags(1, [1], { add: Flag.seen, remove: 0 }, () => 'Marked')).toMatchObject({ count: 0 })
  expect(dropped).toEqual([saving[0]!.id])
  expect(refused).toEqual(['There is no space left on this computer. Make some, then try again.'])
  expect(await actions.undo()).toBeNull()
})

test('nothing to change is no operation', async () => {
  const { actions, ops } = setUp([Flag.seen])
  expect(await actions.setFlags(1, [1], { add: Flag.seen, remove: 0 }, () => 'Marked')).toMatchObject({ count: 0 })
  expect(ops).toEqual([])
})

test('an operation is taken back by itself, whatever was asked for since, and once', async () => {
  const { actions, ops } = setUp([0])
  const { takeBack } = await actions.setFlags(1, [1], { add: Flag.seen, remove: 0 }, () => 'Marked as read')
  await actions.setFlags(1, [1], { add: Flag.flagged, remove: 0 }, () => 'Flagged')
  expect((await takeBack!())?.label).toBe('Marked as read')
  expect(ops.at(-1)).toMatchObject({ add: flagsOf(0), remove: flagsOf(Flag.seen) })
  expect(await takeBack!()).toBeNull()
  expect((await actions.undo())?.label).toBe('Flagged')
  expect(await actions.undo()).toBeNull()
})

test('what was moved into a folder that did not exist is moved back by its identity', async () => {
  const { actions, ops } = setUp([0])
  const folders = { from: folderRef('alice', 'INBOX'), to: folderRef('alice', 'Archive') }
  await actions.transfer('move', 1, [1], folders, () => '1 archived')
  await actions.undo()
  expect(ops.at(-1)).toMatchObject({
    kind: 'move',
    to: folderRef('alice', 'INBOX'),
    messages: [{ ...ref(1), locators: [{ folder: folderRef('alice', 'Archive'), uid: 0 }] }],
  })
})

test('very many are one operation, and name their messages by UID', async () => {
  const { actions, ops } = setUp(Array.from({ length: 100_000 }, (_, i) => (i % 10 === 0 ? Flag.seen : 0)))
  const { count, takeBack } = await actions.setFlags(1, [], { add: Flag.seen, remove: 0 }, () => 'Marked')
  expect(count).toBe(90_000)
  expect(ops).toHaveLength(1)
  expect(ops[0]!.messages).toMatchObject({ folder: folderRef('alice', 'INBOX'), uidValidity: 1 })
  expect(JSON.stringify(ops[0]).length).toBeLessThan(200_000)
  await takeBack!()
  expect(ops[1]!.messages).toEqual(ops[0]!.messages)
})
