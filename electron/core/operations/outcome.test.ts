/** What operations on very many messages leave: in the journal, and on its way to the cache. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Batch, Transfer } from '../../../shared/batch.ts'
import { Flag, flagsOf, readFlagList } from '../../../shared/model/flags.ts'
import type { UidSet } from '../../../shared/model/message.ts'
import type { Operation } from '../../../shared/operations.ts'
import { countOf, fromUids, inPieces, pairUids, toRuns, uidsOf, type Ranges } from '../../../shared/ranges.ts'
import { eachRun } from '../../../shared/runs.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import type { CachePort } from '../cache/port.ts'
import { openJournal } from '../storage/journal.ts'
import type { CopyUids, FlagRecord, MailStore, Selected } from '../store/mail-store.ts'
import { FakeServer } from '../store/test-support/fake-server.ts'
import { entryFormat, type Outcome } from './entries.ts'
import { flagsNow } from './flags-now.ts'
import { eachFolder } from './locate.ts'
import { applyOutcome } from './outcome.ts'
import { OpQueue } from './queue.ts'
import type { PerformContext } from './performer.ts'

const account = 'acct1'
const inbox = folderRef(account, 'INBOX')
const archive = folderRef(account, 'Archive')
const million = 1_000_000

/** A folder with a message a UID, each with a MODSEQ of its own; what a command changes gets one. Nothing is kept of a message. */
function largeStore(count: number, { gaps = 0 } = {}): MailStore {
  const uidOf = (n: number): number => n + (gaps > 0 ? Math.floor(n / gaps) : 0)
  const modseq = count + 1
  const all = toRuns((function* () { for (let n = 1; n <= count; n++) yield uidOf(n) })()) // prettier-ignore
  const transfer = (uids: Ranges): CopyUids => ({ uidValidity: 1, from: uids, to: [[1, countOf(uids)]] })
  const selected: Selected = { path: 'INBOX', uidValidity: 1, uidNext: uidOf(count) + 1, exists: count, modseq: String(modseq), since: null }
  return {
    capabilities: { condstore: true, qresync: true, idle: true, move: true, uidplus: true, truncates: false, longestSet: 8000 },
    select: async () => selected,
    status: async () => ({ messages: 0, unseen: null, uidNext: 1, uidValidity: 1, modseq: '1' }),
    storeFlags: async () => undefined,
    /** Every tenth was read before, and is as old as it is. */
    fetchFlags: async uids => [...uidsOf(uids)].map((uid): FlagRecord => ({ uid, flags: flagsOf(Flag.seen), modseq: uid % 10 === 0 ? uid : modseq })),
    move: async uids => transfer(uids),
    copy: async uids => transfer(uids),
    expunge: async () => undefined,
    searchAll: async () => all,
  } satisfies Partial<MailStore> as unknown as MailStore
}

const setOf = (uids: Ranges): UidSet => ({ folder: inbox, uidValidity: 1, uids })
const operation = (kind: Operation['kind'], messages: UidSet): Operation => {
  const common = { id: `${kind}-0001`, account, at: 1, messages }
  if (kind === 'setFlags') return { ...common, kind, add: flagsOf(Flag.seen), remove: flagsOf(0) }
  if (kind === 'expunge') return { ...common, kind }
  return { ...common, kind, to: archive }
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-outcome-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const contextOf = (session: MailStore): PerformContext => ({
  session,
  refOf: path => folderRef(account, path),
  eachFolder: (messages, run) => eachFolder({ session, resolve: async () => [], numbersOf: async () => null, isKnown: () => true }, messages, run),
  renumber: async (_, messages) => messages,
  performedOn: () => undefined,
})

/** A whole life of an operation, through the journal. Answers how long the file is. */
async function perform(session: MailStore, op: Operation): Promise<{ bytes: number; outcome: Outcome }> {
  const file = join(folder, 'operations.journal')
  const journal = await openJournal(file, entryFormat)
  let outcome: Outcome | null = null
  const done = new Promise<void>((resolve, reject) => {
    const queue = new OpQueue({
      journal,
      perform: (_, work) => work(contextOf(session)),
      applyOutcome: async (_, found) => void (outcome = found),
      announce: () => undefined,
      onState: ({ state }) => (state === 'done' ? resolve() : state === 'refused' ? reject(new Error('refused')) : undefined),
      log: (_, error) => void (error && reject(error as Error)),
    })
    queue.enqueue(op).catch(reject)
  })
  await done
  await journal.close()
  const again = await openJournal(file, entryFormat)
  expect(again.records.map(({ t }) => t)).toEqual(['queued', 'performing', 'performed', 'done'])
  expect(again.records[2]).toEqual({ t: 'performed', id: op.id, outcome })
  await again.close()
  return { bytes: (await stat(file)).size, outcome: outcome! }
}

describe('the journal of one operation on a million messages', () => {
  it.each(['setFlags', 'move', 'copy', 'expunge'] as const)(
    'is a few lines: %s',
    async kind => {
      const { bytes, outcome } = await perform(largeStore(million), operation(kind, setOf([[1, million]])))
      expect(bytes).toBeLessThan(10_000)
      const [named] = kind === 'setFlags' ? outcome.folders : kind === 'expunge' ? outcome.expunged : outcome.transfers
      expect(countOf(named!.uids)).toBe(million)
    },
    30_000,
  )

  it.each(['setFlags', 'move', 'expunge'] as const)(
    'is under 1 MB where every 50th UID is missing: %s',
    async kind => {
      const store = largeStore(million, { gaps: 49 })
      expect((await perform(store, operation(kind, setOf(await store.searchAll())))).bytes).toBeLessThan(1_000_000)
    },
    30_000,
  )
})

const uidList = fc.uniqueArray(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 300 })

it('what a server told of new UIDs is kept whatever their order', () => {
  const targets = fc.uniqueArray(fc.integer({ min: 1, max: 0xffffffff }), { minLength: 300, maxLength: 300 })
  fc.assert(
    fc.property(uidList, targets, fc.boolean(), (uids, to, isInOrder) => {
      const given = uids.map((uid, i): [number, number] => [uid, isInOrder ? uid + 7 : to[i]!])
      const paired = pairUids(new Map(given))
      const kept = entryFormat.schema.parse({
        ...{ t: 'performed', id: 'move-0001' },
        outcome: {
          folders: [],
          transfers: [{ folder: inbox, uidValidity: 1, uids: paired.from, moves: true, to: archive, toUidValidity: 1, toUids: paired.to }],
        },
      }) as { outcome: Outcome }
      const [transfer] = (JSON.parse(JSON.stringify(kept)) as { outcome: Outcome }).outcome.transfers
      const targetsAgain = [...uidsOf(transfer!.toUids!)]
      expect([...uidsOf(transfer!.uids)].map((uid, i) => [uid, targetsAgain[i]])).toEqual([...given].sort((a, b) => a[0] - b[0]))
      if (isInOrder) expect(transfer!.toUids).toHaveLength(transfer!.uids.length)
    }),
  )
})

it('pieces of a set are the set', () => {
  fc.assert(
    fc.property(uidList, fc.integer({ min: 1, max: 40 }), (uids, size) => {
      for (const runs of [fromUids(uids), toRuns(uids)]) {
        const pieces = [...inPieces(runs, size)]
        expect(pieces.flatMap(piece => [...uidsOf(piece)])).toEqual([...uidsOf(runs)])
        expect(pieces.slice(0, -1).every(piece => countOf(piece) === size)).toBe(true)
      }
    }),
  )
})

it('an outcome that does not say as much of each message as of all is none', () => {
  const one = { folder: inbox, uidValidity: 1, uids: [[1, 3]], flags: [[3, 1, []]], modseqs: null }
  const read = (change: object) =>
    entryFormat.schema.safeParse({ t: 'performed', id: 'mark-0001', outcome: { folders: [{ ...one, ...change }] } }).success
  expect([read({}), read({ flags: [[2, 1, []]] }), read({ modseqs: [[4, 1]] })]).toEqual([true, false, false])
})

describe('flags as the server has them', () => {
  it('are of the messages asked for, each once, whatever else the server tells', async () => {
    const session = new FakeServer({ method: 'condstore' }).session()
    session.fetchFlags = async () => [
      { uid: 5, flags: flagsOf(1), modseq: 8 },
      { uid: 2, flags: flagsOf(0), modseq: 7 },
      { uid: 9, flags: flagsOf(4), modseq: 9 },
      { uid: 2, flags: { bits: 1, keywords: ['Work'] }, modseq: 9 },
    ]
    expect(await flagsNow(session, { folder: inbox, uidValidity: 1, uids: [[1, 6]], refs: null })).toEqual({
      ...{ folder: inbox, uidValidity: 1 },
      uids: [[2, 2], [5, 5]], // prettier-ignore
      flags: [[1, 1, ['Work']], [1, 1, []]], // prettier-ignore
      modseqs: [[1, 9], [1, 8]], // prettier-ignore
    })
  })

  it('of very many are as new as the folder was when they were asked for, and newer where they changed since', async () => {
    const server = new FakeServer({ method: 'condstore' })
    server.inbox.deliver(3000)
    const session = server.session()
    const { fetchFlags } = session
    session.fetchFlags = async uids => {
      server.inbox.setFlags([7], Flag.flagged) // another client
      return fetchFlags(uids)
    }
    const now = await flagsNow(session, { folder: inbox, uidValidity: 1, uids: [[1, 3000]], refs: null })
    expect(now).toMatchObject({ uids: [[1, 3000]], modseqs: [[6, 3001], [1, 3002], [2993, 3001]] }) // prettier-ignore
  })

  it('are not told of a folder that was renumbered while they were asked for', async () => {
    const server = new FakeServer({ method: 'condstore' })
    server.inbox.deliver(3000)
    server.inbox.renumber()
    const asked = flagsNow(server.session(), { folder: inbox, uidValidity: 1, uids: [[1, 3000]], refs: null })
    await expect(asked).rejects.toMatchObject({ kind: 'busy', code: 'folder.renumbered' })
  })
})

describe('on its way to the cache', () => {
  const op = operation('move', setOf([[1, 5000]]))

  /** What the cache was told, call by call. `failAt`: the call that fails. */
  async function applied(outcome: Outcome, failAt = Infinity): Promise<{ batches: Batch[]; transfers: Transfer[]; dropped: string[] }> {
    const told = { batches: [] as Batch[], transfers: [] as Transfer[], dropped: [] as string[] }
    let calls = 0
    const after = { rev: 1, slots: 1, messages: 1, awaiting: 0 }
    const count = (): void => {
      if (++calls === failAt) throw new Error('the page has gone')
    }
    const port = {
      apply: async (batch: Batch) => (count(), told.batches.push(batch), after),
      transfer: async (transfer: Transfer) => (count(), told.transfers.push(transfer), { from: after, to: after }),
      overlay: async ({ drop }: { drop: string[] }) => (told.dropped.push(...drop), null),
    } as unknown as CachePort
    const cursor = { uidValidity: 1, uidNext: 1, modseq: null, known: [], verifiedAt: null }
    const folders = [inbox, archive].map((ref, i) => ({ id: i + 1, ref, cursor, slots: 0, messages: 0, awaiting: 0 }))
    await applyOutcome(
      { port, folder: ref => folders.find(one => one.ref.path === ref.path), asOf: () => 3, markDirty: () => undefined },
      op,
      outcome,
    ).catch(() => undefined)
    return told
  }

  it('it goes in pieces that say the same as the whole, and the last one ends the operation', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 3000, size: 'max' }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 900 }), fc.integer({ min: 0, max: 3 })), { minLength: 1 }),
        async (list, given) => {
          const uids = fromUids(list)
          const total = countOf(uids)
          const bits = Array.from({ length: total }, (_, i) => given[i % given.length]![1])
          const place = { folder: inbox, uidValidity: 1, uids }
          const map = new Map(list.map((uid, i) => [uid, i + 1])) // in no order
          const { batches, transfers, dropped } = await applied({
            folders: [{ ...place, flags: bits.map(one => [1, one, []]), modseqs: bits.map((_, i) => [1, i + 1]) }],
            transfers: [{ ...place, moves: true, to: archive, toUidValidity: 1, toUids: pairUids(map).to }],
            expunged: [place],
          })
          const ascending = [...uidsOf(uids)]
          expect(batches.flatMap(({ flags }) => flags?.uids ?? [])).toEqual(ascending)
          expect(batches.flatMap(({ flags }) => flags?.flags.bits ?? [])).toEqual(bits)
          expect(batches.flatMap(({ flags }) => flags?.modseqs ?? [])).toEqual(bits.map((_, i) => i + 1))
          expect(batches.flatMap(({ gone }) => [...uidsOf(gone ?? [])])).toEqual(ascending)
          expect(transfers.flatMap(one => one.uids.map((uid, i) => [uid, one.toUids![i]]))).toEqual(ascending.map(uid => [uid, map.get(uid)]))
          expect(Math.max(...batches.map(({ flags, gone }) => flags?.uids.length ?? countOf(gone!)))).toBeLessThanOrEqual(1000)
          expect(batches.every(({ more, finished }) => more === true && finished === undefined)).toBe(true)
          expect(transfers.map(({ finished }) => finished)).toEqual(transfers.map((_, i) => (i === transfers.length - 1 ? op.id : null)))
          expect(dropped).toEqual([])
        },
      ),
      { numRuns: 30 },
    )
  })

  it('nothing ends the operation where a piece fails, nor where there is none', async () => {
    const expunged = [{ folder: inbox, uidValidity: 1, uids: [[1, 5000]] as Ranges }]
    const { batches } = await applied({ folders: [], transfers: [], expunged }, 3)
    expect(batches.map(({ finished }) => finished)).toEqual([undefined, undefined])
    expect((await applied({ folders: [], transfers: [], expunged })).batches.at(-1)).toMatchObject({ finished: [op.id], gone: [[4001, 5000]] })
    const renumbered = [{ folder: inbox, uidValidity: 2, uids: [[1, 5000]] as Ranges }]
    expect(await applied({ folders: [], transfers: [], expunged: renumbered })).toEqual({ batches: [], transfers: [], dropped: [op.id] })
  })
})

describe('what version 2 wrote', () => {
  const op = { kind: 'setFlags', id: 'change-0001', account, at: 1, messages: { folder: inbox, uidValidity: 1, uids: [[1, 9]] } }
  const queued = { v: 2, t: 'queued', op: { ...op, add: flagsOf(1), remove: flagsOf(0) } }
  const performed = (outcome: unknown) => ({ v: 2, t: 'performed', id: 'change-0001', outcome })

  async function read(...records: unknown[]) {
    const lines = records.map(record => {
      const json = JSON.stringify(record)
      return `${createHash('sha256').update(json).digest('hex').slice(0, 16)} ${json}\n`
    })
    await writeFile(join(folder, 'operations.journal'), lines.join(''))
    const journal = await openJournal(join(folder, 'operations.journal'), entryFormat)
    await journal.close()
    return journal
  }

  it('is read: lists of UIDs in any order, of one a message', async () => {
    const place = { folder: inbox, uidValidity: 1 }
    const { records, damaged } = await read(
      queued,
      performed({
        folders: [
          { ...place, uids: [4, 2, 3], flags: { bits: [1, 1, 5], keywords: [[1, ['Work']]] }, modseqs: [9, 9, 8] },
          { ...place, uids: [7], flags: { bits: [1], keywords: [] }, modseqs: null },
        ],
        transfers: [
          { ...place, uids: [3, 1, 2], moves: true, to: archive, toUidValidity: 7, toUids: [12, 10, 20] },
          { ...place, uids: [5, 4], moves: false, to: archive, toUidValidity: null, toUids: null },
        ],
        expunged: [{ ...place, uids: [9, 8, 1] }],
      }),
    )
    expect(damaged).toBe(0)
    expect(records[1]).toEqual({
      t: 'performed',
      id: 'change-0001',
      outcome: {
        folders: [
          { ...place, uids: [[2, 4]], flags: [[1, 1, ['Work']], [1, 5, []], [1, 1, []]], modseqs: [[1, 9], [1, 8], [1, 9]] }, // prettier-ignore
          { ...place, uids: [[7, 7]], flags: [[1, 1, []]], modseqs: null },
        ],
        transfers: [
          { ...place, uids: [[1, 3]], moves: true, to: archive, toUidValidity: 7, toUids: [[10, 10], [20, 20], [12, 12]] }, // prettier-ignore
          { ...place, uids: [[4, 5]], moves: false, to: archive, toUidValidity: null, toUids: null },
        ],
        expunged: [{ ...place, uids: [[1, 1], [8, 9]] }], // prettier-ignore
      },
    })
  })

  it('is read where it says nothing, or is without what came later', async () => {
    const { records, damaged } = await read(queued, performed({ folders: [] }))
    expect([damaged, records[1]]).toEqual([0, { t: 'performed', id: 'change-0001', outcome: { folders: [], transfers: [], expunged: [] } }])
  })

  it('is not guessed at where its lists do not agree', async () => {
    const place = { folder: inbox, uidValidity: 1, uids: [1, 2] }
    for (const outcome of [
      { folders: [{ ...place, flags: { bits: [1], keywords: [] }, modseqs: null }] },
      { folders: [{ ...place, flags: { bits: [1, 1], keywords: [] }, modseqs: [1] }] },
      { folders: [], transfers: [{ ...place, moves: true, to: archive, toUidValidity: 1, toUids: [1] }] },
      { folders: [], expunged: [{ ...place, uids: [-1] }] },
    ])
      expect((await read(queued, performed(outcome))).records[1]).toEqual({ t: 'unread', id: 'change-0001' })
  })

  it('any outcome of it says the same in this version', async () => {
    const record = fc.record({ uid: fc.integer({ min: 1, max: 50 }), bits: fc.integer({ min: 0, max: 3 }), modseq: fc.integer({ min: 1, max: 3 }) })
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(record, { selector: ({ uid }) => uid, minLength: 1 }), async list => {
        const uids = list.map(({ uid }) => uid)
        const flags = { bits: list.map(({ bits }) => bits), keywords: [] }
        const { records } = await read(
          queued,
          performed({ folders: [{ folder: inbox, uidValidity: 1, uids, flags, modseqs: list.map(one => one.modseq) }] }),
        )
        const [one] = (records[1] as { outcome: Outcome }).outcome.folders
        const [flagsAgain, modseqs] = [[...eachRun(one!.flags)], [...eachRun(one!.modseqs!)]]
        const flagsAt = readFlagList(flags)
        expect([...uidsOf(one!.uids)].map((uid, i) => [uid, flagsAgain[i]![1], modseqs[i]![1]])).toEqual(
          list.map(({ uid, modseq }, i) => [uid, flagsAt(i).bits, modseq]).sort((a, b) => a[0]! - b[0]!),
        )
      }),
      { numRuns: 30 },
    )
  })
})
