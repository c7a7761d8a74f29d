import { flagsOf } from '../../../shared/model/flags.ts'
import { folderRef } from '../../../shared/test-support/folders.ts'
import { afterEach, expect, it } from 'vitest'
import { MailError } from '../../../shared/errors.ts'
import type { OutgoingState } from '../../../shared/model/outgoing.ts'
import { FakeServer } from '../store/test-support/fake-server.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Submitted } from '../submission/submit.ts'
import { Outbox } from './outbox.ts'
import type { OutboxRecord, OutboxMessage } from './outbox-entries.ts'

const sendable = (n: number, changes: Partial<OutboxMessage> = {}): OutboxMessage => ({
  ...{
    id: `message-000${n}`,
    account: 'acct1',
    messageId: `<${n}@example.test>`,
    from: 'alice@example.test',
    to: ['bob@example.test'],
    bcc: [],
    size: 10,
  },
  ...{ answers: null, subject: `Message ${n}`, names: ['Bob'], attachments: 0, at: 1, sendAt: 0 },
  ...changes,
})
const accepted: Submitted = { kind: 'accepted', refused: [] }
const offline: Submitted = { kind: 'later', of: 'connection', error: new MailError('offline', 'connection.none', { host: 'mail.example.test' }) }
const auth: Submitted = { kind: 'later', of: 'connection', error: new MailError('auth', 'signIn.refused', { host: 'mail.example.test' }) }
const greylisted: Submitted = {
  kind: 'later',
  of: 'message',
  error: new MailError('busy', 'server.busy', { host: 'mail.example.test' }, { serverText: '450 Greylisted' }),
}

let open: Outbox[] = []
afterEach(() => {
  for (const outbox of open) outbox.dispose()
  open = []
})

interface Stage {
  outbox: Outbox
  /** Ids in the order they were handed to the server. */
  tried: string[]
  states: OutgoingState[]
  removed: string[]
  imap: FakeServer
  journal: OutboxRecord[]
}

async function stage(
  answer: (message: OutboxMessage, attempt: number) => Submitted | Promise<Submitted>,
  {
    journal = [] as OutboxRecord[],
    session = (real: MailStore): MailStore => real,
    backOffMs = [15],
    now = () => Date.now(),
    filesItself = false,
    copyRetryMs = 5,
    enqueue = async (): Promise<void> => undefined,
  } = {},
): Promise<Stage> {
  const imap = new FakeServer({ method: 'qresync', sent: true })
  const [tried, states, removed]: [string[], OutgoingState[], string[]] = [[], [], []]
  const outbox = await Outbox.open({
    journal: {
      records: [...journal],
      damaged: 0,
      isLong: true,
      append: async entry => void journal.push(entry),
      compact: async entries => void journal.splice(0, journal.length, ...entries),
      close: async () => undefined,
    },
    files: {
      readMessage: async id => Buffer.from(`Message-ID: <${id.slice(-1)}@example.test>\r\n\r\n`),
      remove: async id => void removed.push(id),
    },
    submit: async (message, begin) => {
      tried.push(message.id)
      const result = await answer(message, tried.length)
      if (result.kind === 'accepted' || result.kind === 'unknown') await begin()
      return result
    },
    perform: async (_, work) => work(session(imap.session()), path => folderRef('acct1', path)),
    enqueue,
    filesItself: () => filesItself,
    onFiled: () => undefined,
    onState: state => states.push(state),
    log: () => undefined,
    now,
    backOffMs,
    copyRetryMs,
  })
  open.push(outbox)
  await outbox.start()
  return { outbox, tried, states, removed, imap, journal }
}
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const last = ({ states }: Stage, n: number) => states.findLast(({ id }) => id === `message-000${n}`)
const until = (check: () => unknown) => expect.poll(check, { timeout: 3000, interval: 5 }).toBe(true)
const filed = (one: Stage, n: number) => until(() => last(one, n)?.copy === 'filed')

it('sends in order once the connection is there, and says meanwhile why it waits', async () => {
  let online = false
  const one = await stage(() => (online ? accepted : offline))
  for (const n of [1, 2, 3]) await one.outbox.add(sendable(n))
  await until(() => [1, 2, 3].every(n => last(one, n)?.error?.kind === 'offline'))
  expect(one.outbox.states.map(({ state }) => state)).toEqual(['waiting', 'waiting', 'waiting'])
  online = true
  one.tried.length = 0
  await filed(one, 3)
  expect(one.tried).toEqual(['message-0001', 'message-0002', 'message-0003'])
  expect(one.imap.sent.messages).toHaveLength(3)
  expect(one.removed).toEqual(one.tried)
})

it('holds a message back, lets others pass, and keeps the time over a restart', async () => {
  const journal: OutboxRecord[] = []
  const first = await stage(() => accepted, { journal })
  const sendAt = Date.now() + 300
  expect(await first.outbox.add(sendable(1, { sendAt }))).toMatchObject({ state: 'waiting', sendAt })
  await first.outbox.add(sendable(2))
  await filed(first, 2)
  first.outbox.dispose()
  const again = await stage(() => accepted, { journal })
  expect(again.outbox.states[0]).toMatchObject({ id: 'message-0001', state: 'waiting', sendAt })
  expect(again.tried).toEqual([])
  await filed(again, 1)
  expect(Date.now()).toBeGreaterThanOrEqual(sendAt)
  expect(again.states.find(({ id }) => id === 'message-0001')).toMatchObject({ state: 'waiting', sendAt: null })
})

it('lets go what it holds back when the program ends', async () => {
  const one = await stage(() => accepted)
  await one.outbox.add(sendable(1, { sendAt: Date.now() + 60_000 }))
  await one.outbox.stop()
  expect(last(one, 1)).toMatchObject({ state: 'sent', copy: 'filed' })
})

it('recalls a message until its first byte', async () => {
  let answer: (result: Submitted) => void = () => undefined
  const one = await stage(() => new Promise(resolve => (answer = resolve)))
  await one.outbox.add(sendable(1, { sendAt: Date.now() + 60_000 }))
  expect(await one.outbox.recall('message-0001')).toBe(true)
  await one.outbox.add(sendable(2))
  await until(() => one.tried.length === 1)
  expect(await one.outbox.recall('message-0002')).toBe(true) // the server is being reached
  answer(accepted)
  await pause(20)
  expect([one.outbox.states, one.journal.some(({ t }) => t === 'sending')]).toEqual([[], false])
  await one.outbox.add(sendable(3))
  await until(() => one.tried.length === 2)
  answer(accepted)
  await filed(one, 3)
  expect(await one.outbox.recall('message-0003')).toBe(false)
})

it('tries a refused password twice and then not again by itself', async () => {
  const one = await stage(() => auth)
  await one.outbox.add(sendable(1))
  await pause(150)
  one.outbox.connected('acct1')
  one.outbox.networkChanged()
  await pause(50)
  expect(one.tried).toHaveLength(2)
  expect(last(one, 1)).toMatchObject({ state: 'waiting', error: { kind: 'auth' } })
  one.outbox.retryNow(null)
  await pause(100)
  expect(one.tried).toHaveLength(3)
})

it('holds back a message that shall come later, not those behind it', async () => {
  const one = await stage((message, attempt) => (message.id === 'message-0001' && attempt < 3 ? greylisted : accepted), { backOffMs: [60] })
  await one.outbox.add(sendable(1))
  await until(() => last(one, 1)?.error?.serverText === '450 Greylisted')
  one.tried.length = 1
  const other = sendable(2)
  await one.outbox.add(other)
  await filed(one, 2)
  await filed(one, 1)
  expect(last(one, 1)?.error).toBeNull()
})

it('tells in words what was refused, and sends it again only when asked', async () => {
  const refused: Submitted = {
    kind: 'refused',
    error: new MailError('refused', 'server.refused', { host: 'mail.example.test' }, { serverText: '550 No such user' }),
    refused: [{ address: 'bob@example.test', detail: '550 No such user' }],
  }
  const one = await stage((_, attempt) =>
    attempt === 1 ? refused : { kind: 'accepted', refused: [{ address: 'x@example.test', detail: '550 No' }] },
  )
  await one.outbox.add(sendable(1))
  await until(() => last(one, 1)?.state === 'refused')
  expect(last(one, 1)).toMatchObject({ error: { kind: 'refused' }, refused: [{ address: 'bob@example.test', detail: '550 No such user' }] })
  await pause(50)
  expect(one.tried).toHaveLength(1)
  await one.outbox.decide('message-0001', 'again')
  await filed(one, 1)
  expect(last(one, 1)).toMatchObject({ state: 'sent', refused: [{ address: 'x@example.test', detail: '550 No' }] })
})

it('asks about a message whose answer was lost, after looking into Sent', async () => {
  const one = await stage(() => ({ kind: 'unknown', error: new MailError('offline', 'connection.lost', { host: 'mail.example.test' }) }))
  await one.outbox.add(sendable(1))
  await until(() => last(one, 1)?.state === 'uncertain')
  await pause(80)
  expect(one.tried).toHaveLength(1)
  expect(await one.outbox.decide('message-0001', 'look')).toMatchObject({
    state: 'uncertain',
    error: { code: 'connection.lost', params: { looked: 1 } },
  })
  one.imap.sent.add({ flags: flagsOf(1), date: 1, size: 1, header: 'Message-ID: <1@example.test>\r\n\r\n' })
  expect(await one.outbox.decide('message-0001', 'look')).toMatchObject({ state: 'sent', copy: 'filed' })
  await expect(one.outbox.decide('message-0001', 'again')).rejects.toMatchObject({ kind: 'refused' })
  expect(one.imap.sent.messages).toHaveLength(1)
})

it('files the copy at once when the user decides on a message while it is being looked for', async () => {
  let goOn: () => void = () => undefined
  const looking = new Promise<void>(resolve => (goOn = resolve))
  const slow = (real: MailStore): MailStore => ({ ...real, list: () => looking.then(() => real.list()) })
  const one = await stage(() => ({ kind: 'unknown', error: new MailError('offline', 'connection.lost', { host: 'mail.example.test' }) }), {
    session: slow,
    copyRetryMs: 60_000,
  })
  await one.outbox.add(sendable(1))
  await until(() => last(one, 1)?.state === 'uncertain')
  await one.outbox.decide('message-0001', 'arrived')
  goOn()
  await filed(one, 1)
})

it('keeps a message whose copy cannot be filed, and tries again at the next start', async () => {
  const journal: OutboxRecord[] = []
  const full = (real: MailStore): MailStore => ({ ...real, append: () => Promise.reject(new MailError('full', 'mailbox.full')) })
  const one = await stage(() => accepted, { journal, session: full })
  await one.outbox.add(sendable(1))
  await until(() => last(one, 1)?.copy === 'failed')
  expect(last(one, 1)).toMatchObject({ state: 'sent', error: { kind: 'full' } })
  expect(one.removed).toEqual([])
  one.outbox.dispose()
  const again = await stage(() => accepted, { journal })
  await filed(again, 1)
  expect([again.tried, again.removed]).toEqual([[], ['message-0001']])
})

it('gives a server that files copies itself the time to do so, and does it at last', async () => {
  const own = (one: Stage) => one.imap.sent.add({ flags: flagsOf(1), date: 1, size: 1, header: 'Message-ID: <1@example.test>\r\n\r\n' })
  const one = await stage(() => accepted, { filesItself: true })
  await one.outbox.add(sendable(1))
  for (let n = 0; n < 20; n++) one.outbox.connected('acct1') // connections come and go meanwhile
  await until(() => last(one, 1)?.copy === 'pending')
  own(one)
  await filed(one, 1)
  expect(one.imap.sent.messages).toHaveLength(1)

  const never = await stage(() => accepted, { filesItself: true })
  await never.outbox.add(sendable(2))
  await filed(never, 2)
  expect(never.imap.sent.messages).toHaveLength(1)
})

it('remembers the newest that were sent, and condenses the rest away', async () => {
  const journal: OutboxRecord[] = []
  for (let n = 0; n < 60; n++) {
    const message = sendable(1, { id: `message-${1000 + n}` })
    journal.push({ t: 'queued', message }, { t: 'sending', id: message.id }, { t: 'sent', id: message.id, at: n, refused: [] })
    journal.push({ t: 'copied', id: message.id, copy: 'filed', error: null })
  }
  journal.push({ t: 'queued', message: sendable(2, { sendAt: Date.now() + 60_000 }) })
  const one = await stage(() => accepted, { journal })
  expect(one.outbox.states.map(({ id }) => id)).toEqual([...Array.from({ length: 20 }, (_, n) => `message-${1040 + n}`), 'message-0002'])
  expect(one.journal).toHaveLength(20 * 3 + 1)
})

it('says why messages wait while the passwords are locked, and goes on once they are not', async () => {
  let locked = true
  const one = await stage(() => {
    if (locked) throw new MailError('auth', 'passwords.locked')
    return accepted
  })
  await one.outbox.add(sendable(1))
  await one.outbox.add(sendable(2))
  await until(() => [1, 2].every(n => last(one, n)?.error?.kind === 'auth'))
  await until(() => one.tried.length >= 2)
  await pause(60)
  const tries = one.tried.length // a locked password is not asked for again and again
  await pause(60)
  expect(one.tried).toHaveLength(tries)
  locked = false
  one.outbox.retryNow(null)
  await filed(one, 2)
  expect(one.imap.sent.messages).toHaveLength(2)
})

const noSpace = (): Error => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })

it('says that the disk is full where a message cannot go for that, and goes on once it is not', async () => {
  const journal: OutboxRecord[] = []
  const one = await stage(() => accepted, { journal })
  const push = journal.push.bind(journal)
  journal.push = entry => {
    if (entry.t === 'sending') throw noSpace()
    return push(entry)
  }
  await one.outbox.add(sendable(1))
  await until(() => last(one, 1)?.error?.kind === 'full')
  expect(last(one, 1)).toMatchObject({ state: 'waiting', error: { code: 'disk.full' } })
  journal.push = push
  await filed(one, 1)
})

it('writes down what became of a message as soon as the disk has room again, and sends it no second time', async () => {
  for (const [t, end] of [
    ['sent', 'sent'],
    ['uncertain', 'uncertain'],
  ] as const) {
    const journal: OutboxRecord[] = []
    const one = await stage(
      () => (t === 'sent' ? accepted : { kind: 'unknown', error: new MailError('offline', 'connection.lost', { host: 'mail.example.test' }) }),
      {
        journal,
      },
    )
    const push = journal.push.bind(journal)
    journal.push = entry => {
      if (entry.t === t) throw noSpace()
      return push(entry)
    }
    await one.outbox.add(sendable(1))
    await until(() => last(one, 1)?.error?.kind === 'full')
    expect(last(one, 1)?.state).toBe('sending')
    expect(await one.outbox.recall('message-0001')).toBe(false)
    journal.push = push
    await until(() => last(one, 1)?.state === end)
    expect(one.tried).toEqual(['message-0001'])
    one.outbox.dispose()
  }
})

it('opens on a full disk, and still says that a message is uncertain', async () => {
  const journal: OutboxRecord[] = [
    { t: 'queued', message: sendable(1) },
    { t: 'sending', id: 'message-0001' },
  ]
  for (let n = 2; n < 300; n++) journal.push({ t: 'queued', message: sendable(2) }, { t: 'dropped', id: 'message-0002' })
  journal.push = () => {
    throw noSpace()
  }
  journal.splice = () => {
    throw noSpace()
  }
  const one = await stage(() => accepted, { journal })
  expect(one.outbox.states).toMatchObject([{ id: 'message-0001', state: 'uncertain' }])
})

it('sends nothing again that was found or decided in the same moment', async () => {
  const journal: OutboxRecord[] = [
    { t: 'queued', message: sendable(1) },
    { t: 'sending', id: 'message-0001' },
  ]
  const one = await stage(() => accepted, {
    journal,
    session: () => {
      throw new MailError('offline', 'network.none')
    },
  })
  const decided = await Promise.all([one.outbox.decide('message-0001', 'arrived'), one.outbox.decide('message-0001', 'again')])
  expect(decided.map(({ state }) => state)).toEqual(['sent', 'sent'])
  await pause(40)
  expect(one.tried).toEqual([])
})

it('begins no message whose turn comes after the program has waited for it', async () => {
  let goOn = (): void => undefined
  const connected = new Promise<void>(resolve => (goOn = resolve))
  const one = await stage(async () => {
    await connected
    return accepted
  })
  await one.outbox.add(sendable(1))
  await until(() => one.tried.length === 1)
  one.outbox.dispose()
  goOn()
  await pause(20)
  expect(one.journal.map(({ t }) => t)).toEqual(['queued'])
})

it('files the copies of other messages where one cannot be', async () => {
  const one = await stage(() => accepted, {
    session: real => ({
      ...real,
      append: (path, message, flags) =>
        Buffer.from(message).includes('<1@') ? Promise.reject(new Error('EIO: i/o error, read')) : real.append(path, message, flags),
    }),
  })
  await one.outbox.add(sendable(1))
  await one.outbox.add(sendable(2))
  await filed(one, 2)
  expect(last(one, 1)).toMatchObject({ state: 'sent', copy: 'pending' })
})

it('tries a copy that cannot be filed less and less often, and at once when a connection comes', async () => {
  let tries = 0
  let broken = true
  const session = (real: MailStore): MailStore => {
    if (!broken) return real
    tries++
    throw new MailError('offline', 'connection.lost', { host: 'mail.example.test' })
  }
  const one = await stage(() => accepted, { session, copyRetryMs: 10 })
  await one.outbox.add(sendable(1))
  await until(() => tries === 3) // after 10 and 20 ms
  await pause(100) // after 40 ms, and 80 ms later
  expect(tries).toBeLessThanOrEqual(5)
  broken = false
  one.outbox.connected('acct1')
  await filed(one, 1)
})

it('marks the message that was answered once the disk has room again', async () => {
  let isFull = true
  const operations: unknown[] = []
  const one = await stage(() => accepted, {
    enqueue: async (...args: unknown[]) => {
      if (isFull) throw noSpace()
      operations.push(args[0])
    },
  })
  const ref = {
    account: 'acct1',
    locators: [{ kind: 'uid' as const, folder: folderRef('acct1', 'INBOX'), uidValidity: 1, uid: 1 }],
    messageIdHash: 1,
    size: 1,
    date: 1,
  }
  await one.outbox.add(sendable(1, { answers: { kind: 'reply', ref, inReplyTo: null, references: [] } }))
  await until(() => last(one, 1)?.state === 'sent')
  await pause(30)
  expect(last(one, 1)?.copy).toBe('pending')
  isFull = false
  await filed(one, 1)
  expect(operations).toMatchObject([{ kind: 'setFlags' }])
  expect(one.imap.sent.messages).toHaveLength(1)
})

it('does not hold a message for ever when the clock is put back', async () => {
  let clock = Date.now()
  const one = await stage(({ id }, attempt) => (id === 'message-0002' && attempt === 1 ? greylisted : accepted), {
    now: () => clock,
    backOffMs: [1000],
  })
  await one.outbox.add(sendable(2, { at: clock }))
  await until(() => last(one, 2)?.error?.kind === 'busy')
  clock -= 24 * 3600_000
  one.outbox.networkChanged()
  await filed(one, 2)

  clock += 24 * 3600_000
  await one.outbox.add(sendable(1, { at: clock, sendAt: clock + 10_000 }))
  await pause(20)
  expect(one.tried).not.toContain('message-0001')
  clock -= 24 * 3600_000
  one.outbox.networkChanged()
  await filed(one, 1)
})

it('shows whom a message did not reach until the person has seen it', async () => {
  const refused = [{ address: 'eve@example.test', detail: '550 No such person' }]
  const { outbox, journal } = await stage(() => ({ kind: 'accepted', refused }))
  await outbox.start()
  await outbox.add(sendable(1))
  await expect.poll(() => outbox.stateOf('message-0001')).toMatchObject({ state: 'sent', refused, copy: 'filed' })
  expect(await outbox.decide('message-0001', 'arrived')).toMatchObject({ state: 'sent', refused: [] })
  await expect(outbox.decide('message-0001', 'arrived')).rejects.toMatchObject({ code: 'outbox.known' })
  const again = await stage(() => accepted, { journal })
  expect(again.outbox.stateOf('message-0001')).toMatchObject({ state: 'sent', refused: [] })
})
