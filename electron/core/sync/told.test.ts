import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Flag } from '../../../shared/model/flags.ts'
import type { Cursor } from '../../../shared/model/folder.ts'
import { hashText } from '../../../shared/model/hash.ts'
import type { MessageSet } from '../../../shared/model/message.ts'
import type { OpState, Operation } from '../../../shared/operations.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import { createMemoryCache } from '../cache/memory-cache.ts'
import type { Outcome } from '../operations/entries.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Method } from '../store/test-support/fake-server.ts'
import { Died, Steps } from './test-support/steps.ts'
import { account, createWorld, inbox, startProgram, type World } from './test-support/telling.ts'
import { afterOperation, afterTelling, atSelect, type ToldFolder } from './told-records.ts'
import { openTold, Told } from './told.ts'

const noWindow = (): Promise<void> => Promise.reject(new Error('there is no window'))
const archive = folderRef(account, 'Archive')

/** Of messages a fake folder delivered. */
const refs = (uids: number[]): MessageSet =>
  uids.map(uid => ({
    account,
    locators: [{ kind: 'uid', folder: archive, uidValidity: 1, uid }],
    messageIdHash: hashText(`<${uid}.1@example.test>`),
    size: 1000 + uid,
    date: 1_700_000_000 + uid,
  }))
const set = (from: number, to: number): MessageSet => ({ folder: archive, uidValidity: 1, uids: [[from, to]] })
const toInbox = (messages: MessageSet, id = 'operation-0001', kind: 'move' | 'copy' = 'move'): Operation => ({
  ...{ kind, id, account, at: 1, messages, to: inbox },
})

/** A connection on which something happens between the effect of a MOVE and its answer. */
function afterMove(session: MailStore, happen: () => Promise<void>): MailStore {
  const move: MailStore['move'] = async (uids, to) => {
    const answer = await session.move(uids, to)
    await happen()
    return answer
  }
  return new Proxy(session, { get: (target, key: keyof MailStore) => (key === 'move' ? move : target[key]) })
}

/** A world whose Inbox, of that many messages, was synced by a program that has ended. */
async function learnt(messages: number, options: Parameters<typeof createWorld>[0] = { method: 'qresync' }): Promise<World> {
  const world = createWorld(options)
  world.server.archive.deliver(1000) // what comes to Inbox has other Message-IDs
  world.server.inbox.uidNext = 2001
  world.server.inbox.deliver(messages)
  const program = await startProgram(world)
  await program.sync()
  await program.sync('Archive')
  expect(world.shown).toEqual([])
  return world
}

describe('new mail', () => {
  it.each<Method>(['qresync', 'condstore', 'plain'])('is told once: never a first sync, or what was read (%s)', async method => {
    const world = await learnt(2300, { method })
    const program = await startProgram(world)
    world.server.inbox.deliver(2)
    world.server.inbox.setFlags([4302], Flag.seen)
    await program.sync()
    expect(world.shown).toEqual(['message 4301'])
    world.server.inbox.setFlags([2005, 4302], Flag.flagged)
    await program.sync()
    world.server.inbox.deliver(3)
    await program.sync()
    await (await startProgram(world)).sync()
    expect(world.shown).toEqual(['message 4301', '3 messages'])
  })

  it('is not old mail that is found late', async () => {
    const world = createWorld({ method: 'qresync' })
    world.server.inbox.deliver(2300)
    const program = await startProgram(world, { shouldYield: () => true })
    expect(await program.syncOnce('INBOX')).toBe(false)
    world.server.inbox.deliver(1)
    await (await startProgram(world)).sync()
    expect(world.shown).toEqual(['message 2301'])
  })

  it('is told when the first mail of an empty folder comes', async () => {
    const world = createWorld({ method: 'qresync' })
    const program = await startProgram(world)
    await program.sync()
    world.server.inbox.deliver(1)
    await program.sync()
    expect(world.shown).toEqual(['message 1'])
  })

  it('is none of what a server numbers anew, and what comes after that', async () => {
    const world = await learnt(20)
    const program = await startProgram(world)
    world.server.inbox.deliver(1)
    world.server.inbox.renumber()
    await program.sync()
    expect(world.shown).toEqual([])
    world.server.inbox.deliver(1)
    await program.sync()
    expect(world.shown).toHaveLength(1)
  })

  it('is told once also where the cache is begun anew', async () => {
    const world = await learnt(20)
    world.server.inbox.deliver(1)
    await (await startProgram(world)).sync()
    world.cache = createMemoryCache()
    await (await startProgram(world)).sync()
    expect(world.shown).toEqual(['message 2021'])
    world.server.inbox.deliver(1)
    world.cache = createMemoryCache()
    await (await startProgram(world)).sync()
    expect(world.shown).toEqual(['message 2021', 'message 2022'])
  })

  it('is told all at once where a sync has brought a part of it', async () => {
    const world = await learnt(20)
    world.server.inbox.deliver(150)
    world.cache = createMemoryCache()
    const program = await startProgram(world, { shouldYield: () => true })
    expect(await program.syncOnce('INBOX')).toBe(false)
    expect(world.shown).toEqual([])
    await (await startProgram(world)).sync()
    expect(world.shown).toEqual(['150 messages'])
  })

  it('is told from where the cache is, for a profile that has no record yet', async () => {
    const world = await learnt(20)
    world.told.length = 0
    world.server.inbox.deliver(1)
    await (await startProgram(world)).sync()
    expect(world.shown).toEqual(['message 2021'])
  })

  it('is told later where no window puts it in words, all at once, and not what was read meanwhile', async () => {
    const world = await learnt(20)
    let window = noWindow
    const program = await startProgram(world, { show: () => window() })
    world.server.inbox.deliver(2)
    await program.sync()
    await program.sync()
    expect([world.shown, program.again]).toEqual([[], []])
    world.server.inbox.setFlags([2021], Flag.seen)
    world.server.inbox.deliver(1)
    window = async () => undefined
    program.told.windowCame()
    expect(program.again).toEqual(['INBOX'])
    await program.sync()
    program.told.windowCame()
    expect([world.shown, program.again]).toEqual([['2 messages'], ['INBOX']])
  })

  it('is told after a restart where the program ended before', async () => {
    const world = await learnt(20)
    world.server.inbox.deliver(1)
    await (await startProgram(world, { show: noWindow })).sync()
    const next = await startProgram(world)
    await next.sync()
    await next.sync()
    expect(world.shown).toEqual(['message 2021'])
  })

  it('is told once in a run, and at most once more, where what was told cannot be kept', async () => {
    const world = await learnt(20)
    const program = await startProgram(world, { show: async () => void (program.journal.isFull = true) })
    world.server.inbox.deliver(1)
    await program.sync()
    await program.sync()
    expect(world.shown).toEqual(['message 2021'])
    world.server.inbox.deliver(1)
    await program.sync()
    expect(world.shown).toHaveLength(1)
    program.journal.isFull = false
    await program.sync()
    expect(world.shown).toEqual(['message 2021', 'message 2022'])
  })

  it('waits for no window that takes its time, and is told by the last look', async () => {
    const world = await learnt(20)
    let answer = (): void => undefined
    const slow = new Promise<void>(resolve => (answer = resolve))
    const { told } = await startProgram(world, { show: () => slow })
    const program = await startProgram(world)
    const looks: Promise<void>[] = []
    const cursorAt = (uidNext: number): Cursor => ({ uidValidity: 1, uidNext, modseq: null, known: [[1, uidNext - 1]], verifiedAt: 1 })
    for (const count of [1, 2, 3]) {
      world.server.inbox.deliver(1)
      await program.sync()
      world.shown.length = 0
      looks.push(told.look({ folder: { id: 1, ref: inbox, cursor: cursorAt(2021 + count) }, cache: world.cache, result: 'complete' }))
    }
    answer()
    await Promise.all(looks)
    expect(world.shown).toEqual(['message 2021', '2 messages'])
  })

  it('is followed in Inbox alone', async () => {
    const world = await learnt(1)
    const program = await startProgram(world)
    world.server.archive.deliver(1)
    await program.sync('Archive')
    expect([world.shown, world.told.filter(entry => entry.t === 'folder' && entry.folder.path !== 'INBOX')]).toEqual([[], []])
  })
})

describe('what this program puts into Inbox', () => {
  it.each([
    ['by reference', {}, refs([1, 2, 3])],
    ['by reference, without COPYUID', { uidplus: false }, refs([1, 2, 3])],
    ['by UID', {}, set(1, 900)],
    ['by UID, without COPYUID', { uidplus: false }, set(1, 900)],
  ])('is not told (%s)', async (_, lacks, messages) => {
    for (const kind of ['move', 'copy'] as const) {
      const world = await learnt(20, { method: 'qresync', ...lacks })
      world.server.inbox.deliver(1)
      await (await startProgram(world, { show: noWindow })).sync() // to be told, and not told yet
      const program = await startProgram(world, { show: noWindow })
      await program.sync()
      await program.perform(toInbox(messages, 'operation-0001', kind))
      await program.sync()
      const next = await startProgram(world)
      await next.sync()
      expect(world.shown).toEqual(['message 2021'])
      world.server.inbox.deliver(1)
      await next.sync()
      expect(world.shown).toHaveLength(2)
    }
  })

  it.each([
    ['by reference', refs([1, 2, 3])],
    ['by UID', set(1, 900)],
  ])('is not told while it is put there (%s)', async (_, messages) => {
    const world = await learnt(20, { method: 'qresync', uidplus: false })
    let answer = (): void => undefined
    const answered = new Promise<void>(resolve => (answer = resolve))
    const program = await startProgram(world, { operate: session => afterMove(session, () => answered) })
    await program.sync()
    const performing = program.perform(toInbox(messages))
    await expect.poll(() => world.server.inbox.messages.length).toBeGreaterThan(20)
    await program.sync()
    expect(world.shown).toEqual([])
    answer()
    await performing
    await program.settle()
    await program.sync()
    expect(world.shown).toEqual([])
    world.server.inbox.deliver(1)
    await program.sync()
    expect(world.shown).toHaveLength(1)
  })

  it('is not told where the answer of the server was lost', async () => {
    const world = await learnt(20, { method: 'qresync', uidplus: false })
    const program = await startProgram(world, { operate: session => afterMove(session, () => Promise.reject(new Died('after the move'))) })
    await program.sync()
    await program.perform(toInbox(set(1, 900)))
    expect(world.server.archive.messages).toHaveLength(100)
    const next = await startProgram(world)
    await next.settle()
    await next.sync()
    world.server.inbox.deliver(1)
    await next.sync()
    expect(world.shown).toEqual(['message 2921'])
  })

  it('is awaited no longer when the operation is refused, and news is asked for that had to wait', async () => {
    const world = await learnt(20)
    const program = await startProgram(world)
    await program.sync()
    const op = toInbox(set(1, 900))
    const state = { ...{ id: op.id, account, kind: 'move' as const, to: inbox, add: { bits: 0, keywords: [] }, remove: { bits: 0, keywords: [] } } }
    program.told.expect(op)
    program.told.follow({ ...state, state: 'performing', count: 900, at: 1, error: null })
    world.server.inbox.deliver(1)
    await program.sync()
    expect(world.shown).toEqual([])
    program.told.follow({ ...state, state: 'refused', count: 900, at: 1, error: null })
    expect(program.again).toEqual(['INBOX'])
    await program.sync()
    expect(world.shown).toEqual([]) // it may be what the operation put there
    world.server.inbox.deliver(1)
    await program.sync()
    expect(world.shown).toEqual(['message 2022'])
  })
})

describe('an operation whose messages nobody can tell from news', () => {
  const op = toInbox(set(1, 900))
  const flags = { bits: 0, keywords: [] }
  const performing: OpState = {
    ...{ id: op.id, account, kind: 'move', to: inbox, add: flags, remove: flags, state: 'performing', count: 900, at: 1, error: null },
  }
  const nothingTold: Outcome = { folders: [], transfers: [], expunged: [] }

  it('has put nothing there by a SELECT that was sent before', async () => {
    const world = await learnt(20)
    const { told, sync } = await startProgram(world)
    await sync()
    told.expect(op)
    told.follow(performing)
    const before = told.opening(inbox)
    await told.performed(op, nothingTold)
    const select = { path: 'INBOX', uidValidity: 1, uidNext: 2021, exists: 20, modseq: null, since: null }
    await before(select, null)
    world.server.inbox.deliver(3)
    await sync() // shows where it ends
    expect(world.shown).toEqual([])
    await told.opening(inbox)({ ...select, uidNext: 2024 }, null)
    world.server.inbox.deliver(1)
    await sync()
    expect(world.shown).toEqual(['message 2024'])
  })

  it('lets news wait until a SELECT shows where it ends', async () => {
    const world = await learnt(20)
    const { told, sync } = await startProgram(world, { show: noWindow })
    world.server.inbox.deliver(2)
    await sync()
    const next = await startProgram(world)
    next.told.expect(op)
    next.told.follow(performing)
    await next.told.performed(op, nothingTold)
    const known: Cursor = { uidValidity: 1, uidNext: 2023, modseq: null, known: [[1, 2022]], verifiedAt: 1 }
    await next.told.look({ folder: { id: 1, ref: inbox, cursor: known }, cache: world.cache, result: 'complete' })
    expect(world.shown).toEqual([])
    next.told.windowCame()
    expect(next.again).toEqual(['INBOX'])
    await told.close()
  })

  it('counts once, however often it is put into the cache', async () => {
    const world = await learnt(20)
    let window = noWindow
    const { told, sync } = await startProgram(world, { show: () => window() })
    await sync()
    told.expect(op)
    told.follow(performing)
    await told.performed(op, nothingTold)
    await sync()
    world.server.inbox.deliver(1)
    await sync()
    await told.performed(op, nothingTold)
    window = async () => undefined
    await sync()
    expect(world.shown).toEqual(['message 2021'])
  })
})

describe('the record', () => {
  const record: ToldFolder = { folder: inbox, uidValidity: 1, uidNext: 10, hashes: [5], skip: [[12, 13]], blind: null }

  it('says nothing by a server that gives no UIDNEXT', () => {
    const silent = { uidValidity: 1, uidNext: 1, exists: 7 }
    expect(atSelect(inbox, null, silent, null, true)).toBeNull()
    expect(atSelect(inbox, record, { ...silent, uidValidity: 2 }, null, true)).toBe(record)
    expect(atSelect(inbox, null, { ...silent, exists: 0 }, null, true)).toMatchObject({ uidNext: 1 })
  })

  it('passes over what may be ours up to a SELECT that was sent later', () => {
    const arrived = { uids: [], uidValidity: 0, hashes: [], blind: 15 }
    const blind = afterOperation(afterOperation(record, arrived), { ...arrived, blind: 20 })
    expect(blind.blind).toBe(15)
    const selected = { uidValidity: 1, uidNext: 30, exists: 7 }
    expect(atSelect(inbox, blind, selected, null, false)).toBe(blind)
    const seen = atSelect(inbox, blind, selected, null, true)!
    expect(seen).toEqual({
      ...record,
      skip: [
        [12, 13],
        [15, 29],
      ],
    })
    expect(afterTelling(seen, 20, [])).toEqual({ ...record, uidNext: 20, skip: [[20, 29]] })
    expect(afterOperation(record, { ...arrived, blind: 1 }).blind).toBe(10)
  })

  it('takes UIDs of its own UIDVALIDITY, and keeps the newest hashes, each once', () => {
    const arrived = { uids: [[5, 11]] as [number, number][], hashes: [], blind: null }
    expect(afterOperation(record, { ...arrived, uidValidity: 1 }).skip).toEqual([[10, 13]])
    expect(afterOperation(record, { ...arrived, uidValidity: 2 }).skip).toEqual([[12, 13]])
    const many = Array.from({ length: 1500 }, (_, i) => i)
    const { hashes } = afterTelling(record, 20, many)
    expect([hashes.length, hashes[0], hashes.at(-1)]).toEqual([1000, 500, 1499])
    expect(afterTelling(record, 20, [7, 0, 5]).hashes).toEqual([7, 5])
  })

  it('opens a damaged journal, says so, and has what can be read; an account that went stays gone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'pillarbox-told-'))
    const file = join(folder, 'told.journal')
    const options = { show: async () => undefined, again: () => undefined, log: () => undefined }
    const select = { path: 'INBOX', uidValidity: 1, uidNext: 10, exists: 3, modseq: null, since: null }
    const other = { ...inbox, account: 'acct2' }
    try {
      const first = await openTold(folder, options)
      expect(first.startupWarnings).toEqual([])
      await first.opening(inbox)(select, null)
      await first.opening(other)(select, null)
      await first.forget('acct2')
      await first.close()
      await writeFile(file, `${await readFile(file, 'utf8')}no record\n`)
      const second = await openTold(folder, options)
      expect(second.startupWarnings).toEqual([{ code: 'startup.told', params: {} }])
      await second.close()
      const third = await openTold(folder, options)
      expect(third.startupWarnings).toEqual([])
      await third.opening(inbox)({ ...select, uidNext: 12 }, null) // as it was
      await third.opening(other)({ ...select, uidNext: 12 }, null) // begun anew
      await third.close()
      expect((await readFile(file, 'utf8')).match(/"account":"acct\d"|"uidNext":\d+/g)).toEqual([
        ...['"account":"acct1"', '"uidNext":10', '"account":"acct2"', '"uidNext":10', '"account":"acct2"', '"account":"acct2"', '"uidNext":12'],
      ])
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('is condensed to one a folder', async () => {
    const written: unknown[][] = []
    const journal = {
      ...{ records: [], damaged: 0, isLong: true, append: async () => undefined, close: async () => undefined },
      compact: async (all: unknown[]) => void written.push(all),
    }
    const told = new Told({ journal, show: async () => undefined, again: () => undefined, log: () => undefined })
    const select = { path: 'INBOX', uidValidity: 1, uidNext: 10, exists: 3, modseq: null, since: null }
    await told.opening(inbox)(select, null)
    await told.opening(inbox)({ ...select, uidValidity: 2 }, null)
    expect(written.at(-1)).toMatchObject([{ t: 'folder', uidValidity: 2 }])
  })
})

it.each<Method>(['qresync', 'condstore', 'plain'])(
  'a program that dies at any step tells everything, and hardly anything twice (%s)',
  async method => {
    const build = async (): Promise<World> => {
      const world = await learnt(20, { method })
      world.server.inbox.deliver(1)
      return world
    }
    const live = async (world: World, steps: Steps): Promise<void> => {
      const program = await startProgram(world, { steps })
      await program.sync()
      if (!program.queue.operations.some(({ id }) => id === 'operation-0001') && world.operations.length === 0)
        await program.perform(toInbox(refs([1, 2, 3])))
      await program.settle()
      await program.sync()
    }
    const whole = await build()
    const steps = new Steps()
    await live(whole, steps)
    expect(whole.shown).toEqual(['message 2021'])
    for (let dieAt = 1; dieAt <= steps.count; dieAt++) {
      const world = await build()
      await live(world, new Steps(dieAt)).catch((error: unknown) => {
        if (!(error instanceof Died)) throw error
      })
      await live(world, new Steps())
      expect(['message 2021', 'message 2021,message 2021'], `died at step ${dieAt}`).toContain(String(world.shown))
      const before = world.told.length
      await live(world, new Steps())
      expect([world.told.length, world.shown.length <= 2]).toEqual([before, true])
    }
  },
  60_000,
)
