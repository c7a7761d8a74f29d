/**
 * Law 5: a program that dies at any step of sending a message sends it at most once, never loses it, and says what became of it. Outgoing go to a real SMTP
 * connection and real files; the copy goes to an IMAP server in memory.
 */
import { folderRef } from '../../../shared/test-support/folders.ts'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { HandedOver } from '../../../e2e/servers/smtp-session.ts'
import { Submission } from '../../../e2e/servers/submission.ts'
import type { Draft, OutgoingState } from '../../../shared/model/outgoing.ts'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { Account } from '../accounts/accounts.ts'
import { FakeServer } from '../store/test-support/fake-server.ts'
import { submit } from '../submission/submit.ts'
import { Died, Steps } from '../sync/test-support/steps.ts'
import type { Journal } from '../storage/journal.ts'
import { createOutgoing, type Outgoing } from './outgoing.ts'
import { openDraftFiles } from './draft-files.ts'
import type { OutboxRecord } from './outbox-entries.ts'

const id = 'message-0001'
const ref = {
  account: 'acct1',
  locators: [{ kind: 'uid' as const, folder: folderRef('acct1', 'INBOX'), uidValidity: 1, uid: 1 }],
  messageIdHash: 1,
  size: 1,
  date: 1,
}
const draft: Draft = {
  ...{
    id,
    account: 'acct1',
    to: [['Bob', 'bob@example.test']],
    cc: [],
    bcc: [['', 'carol@example.test']],
    subject: 'Hello',
    format: 'plain',
    html: '',
  },
  ...{
    text: 'Hello.\n',
    answers: { kind: 'reply', ref, inReplyTo: '<1@example.test>', references: ['<1@example.test>'] },
    attachments: [],
    revision: 1,
  },
}

interface Scenario {
  name: string
  /** Sent exists. */
  sent: boolean
  /** The server puts a copy there itself. */
  filesItself?: boolean
  /** The server takes the message and the connection goes before its answer. */
  swallows?: boolean
}
const scenarios: Scenario[] = [
  { name: 'send, with the copy to file', sent: true },
  { name: 'send, with Sent to be created', sent: false },
  { name: 'send, the server files the copy', sent: true, filesItself: true },
  { name: 'send, the answer is swallowed', sent: true, swallows: true },
  { name: 'send, the answer is swallowed and the server files the copy', sent: true, swallows: true, filesItself: true },
]

/** What outlives the program. */
interface World {
  folder: string
  journal: OutboxRecord[]
  imap: FakeServer
  smtp: Submission
  delivered: HandedOver[]
  operations: Operation[]
}

let folder: string
const worlds: World[] = []
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-send-'))))
afterEach(async () => {
  for (const { smtp } of worlds.splice(0)) await smtp.dispose()
  await rm(folder, { recursive: true, force: true })
})

async function build({ sent, filesItself, swallows }: Scenario): Promise<World> {
  const imap = new FakeServer({ method: 'qresync', sent })
  const delivered: HandedOver[] = []
  const smtp = await Submission.create('secret', {
    inClear: true,
    take: message => {
      delivered.push(message)
      if (filesItself)
        imap.sent.add({ flags: flagsOf(Flag.seen), date: 1, size: 1, header: message.data.slice(0, message.data.indexOf('\r\n\r\n') + 4) })
      return swallows ? 'cut' : '250 2.0.0 Taken'
    },
  })
  const world = { folder: await mkdtemp(join(folder, 'world-')), journal: [], imap, smtp, delivered, operations: [] }
  worlds.push(world)
  return world
}

const isAtRest = (state: OutgoingState | undefined): boolean => state?.state === 'refused' || (state?.state === 'sent' && state.copy === 'filed')

/** One life of the program; `user` is what is done in it. Resolves with what the message came to; throws `Died`. */
async function live(world: World, steps: Steps, user: (messages: Outgoing) => Promise<unknown>): Promise<OutgoingState | undefined> {
  const real = openDraftFiles(world.folder)
  const files = { ...steps.through(real), attachmentPath: real.attachmentPath, messagePath: real.messagePath }
  const journal: Journal<OutboxRecord> = {
    records: structuredClone(world.journal),
    damaged: 0,
    isLong: false,
    append: async entry => {
      steps.tick()
      world.journal.push(structuredClone(entry))
      steps.tick()
    },
    compact: async entries => void world.journal.splice(0, world.journal.length, ...entries),
    close: async () => undefined,
  }
  const server = { host: 'localhost', port: world.smtp.startTlsPort, security: 'none' as const, user: 'alice', allowPlaintext: true }
  const account: Account = {
    id: 'acct1',
    name: 'Alice',
    email: 'alice@example.test',
    incoming: { protocol: 'imap', ...server },
    outgoing: server,
    generation: 1,
  }
  const states = new Map<string, OutgoingState>()
  const messages = await createOutgoing({
    trust: { optionsFor: () => ({}), verified: () => Promise.resolve() },
    files,
    journal,
    submit: steps.through({ submit }).submit,
    account: () => account,
    password: async () => 'secret',
    perform: (_, work) => work(steps.through(world.imap.session()), path => folderRef('acct1', path)),
    enqueue: async op => {
      steps.tick()
      if (!world.operations.some(operation => operation.id === op.id)) world.operations.push(op)
      steps.tick()
    },
    onFiled: () => undefined,
    download: async () => undefined,
    onState: state => states.set(state.id, state),
    log: () => undefined,
    now: () => Date.now(),
    backOffMs: [5],
    copyRetryMs: 1,
  })
  try {
    for (const state of messages.states) states.set(state.id, state)
    await messages.start()
    await user(messages)
    const isOver = async (): Promise<boolean> => isAtRest(states.get(id)) && (await readdir(world.folder)).length === 0
    for (let uncertain = 0; !steps.dead && states.size > 0 && !(await isOver()); uncertain++) {
      // Sent is looked into a few times before the user is asked
      if (states.get(id)?.state === 'uncertain' && uncertain > 30) break
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    if (steps.dead) throw new Died('died')
    return states.get(id)
  } finally {
    messages.dispose()
  }
}

/** Writes the message and sends it, as far as that has not been done. */
async function write(messages: Outgoing): Promise<void> {
  const known = messages.states.find(state => state.id === id)
  if (known && known.state !== 'draft') return
  if (!known) {
    const file = await messages.beginFile(id, { filename: 'a.txt', type: 'text/plain' })
    await messages.writeFile(id, file, Buffer.from('attached'))
    await messages.save({ ...draft, attachments: [await messages.finishFile(id, file)] })
  }
  await messages.send(id, 0)
}

const nothing = async (): Promise<void> => undefined
const copies = ({ imap }: World) => imap.sent.messages.map(({ header, flags }) => [/^Message-ID: (.*)$/m.exec(header)?.[1], flags.bits])

async function expectArrived(world: World, when: string): Promise<void> {
  expect(world.delivered, when).toHaveLength(1)
  const [{ from, to, data }] = world.delivered as [HandedOver]
  expect([from, to], when).toEqual(['alice@example.test', ['bob@example.test', 'carol@example.test']])
  expect(data, when).not.toContain('carol')
  expect(copies(world), when).toEqual([[/^Message-ID: (.*)$/m.exec(data)![1], Flag.seen]])
  expect(
    world.operations.map(({ kind, messages }) => [kind, messages]),
    when,
  ).toEqual([['setFlags', [ref]]])
  expect(await readdir(world.folder), when).toEqual([])
}

describe('a program that dies at any step', () => {
  it.each(scenarios)(
    '$name',
    async scenario => {
      const whole = await build(scenario)
      const steps = new Steps()
      const end = await live(whole, steps, write)
      expect(steps.count).toBeGreaterThan(30)
      if (scenario.swallows && !scenario.filesItself) expect(end).toMatchObject({ state: 'uncertain' })
      else {
        expect(end).toMatchObject({ state: 'sent', copy: 'filed', error: null })
        await expectArrived(whole, 'nobody died')
      }

      let uncertain = 0
      for (let dieAt = 1; dieAt <= steps.count; dieAt++) {
        const when = `died at step ${dieAt}`
        const world = await build(scenario)
        const death = await live(world, new Steps(dieAt), write).then(
          () => null,
          (error: unknown) => error,
        )
        if (death !== null && !(death instanceof Died)) throw death
        expect(world.delivered.length, when).toBeLessThanOrEqual(1)

        let state = await live(world, new Steps(), write)
        expect(world.delivered.length, when).toBeLessThanOrEqual(1)
        if (state?.state === 'uncertain') {
          uncertain++
          expect(await readdir(join(world.folder, id)), when).toContain('message.eml')
          const how = world.delivered.length === 1 ? 'arrived' : 'again' // the user asks the recipient
          state = await live(world, new Steps(), messages => messages.decide(id, how))
          if (state?.state === 'uncertain')
            // swallowed once more
            state = await live(world, new Steps(), messages => messages.decide(id, 'arrived'))
        }
        expect(state, when).toMatchObject({ state: 'sent', copy: 'filed', error: null })
        await expectArrived(world, when)

        const before = [world.delivered.length, world.imap.changes, world.journal.length, world.operations.length]
        await live(world, new Steps(), nothing)
        expect([world.delivered.length, world.imap.changes, world.journal.length, world.operations.length], `${when}: nothing is left to do`).toEqual(
          before,
        )
        await world.smtp.dispose()
      }
      expect(uncertain).toBeGreaterThan(0) // died after `sending` was on the disk, before the answer
    },
    120_000,
  )
})
