import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { HandedOver, Manners } from '../../../e2e/servers/smtp-session.ts'
import { Submission } from '../../../e2e/servers/submission.ts'
import type { Outgoing } from '../../../shared/model/account-setup.ts'
import { submit, type SubmitDeadlines } from './submit.ts'

let folder: string
let server: Submission | null = null
const taken: HandedOver[] = []
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-submit-'))
  taken.length = 0
})
afterEach(async () => {
  await server?.dispose()
  server = null
  await rm(folder, { recursive: true, force: true })
})

const message = 'Subject: Hello\r\n\r\n.a line with a dot\r\n'
const to = ['bob@example.test', 'carol@example.test']

async function send(
  manners: Partial<Manners> = {},
  more: { begin?: () => Promise<void>; password?: string; deadlines?: SubmitDeadlines } = {},
  security: Outgoing['security'] = 'none',
) {
  server = await Submission.create('secret', {
    inClear: true,
    take: message => {
      taken.push(message)
      return '250 2.0.0 Taken'
    },
    ...manners,
  })
  const file = join(folder, 'message.eml')
  await writeFile(file, message)
  const outgoing: Outgoing = { host: 'localhost', port: server.startTlsPort, security, user: 'alice', allowPlaintext: true }
  const { begin = () => Promise.resolve(), password = 'secret', deadlines } = more
  return submit({ tls: {}, server: outgoing, password, from: 'alice@example.test', to, file, size: message.length, begin }, deadlines)
}
const answers = (by: Record<string, string>): Partial<Manners> => ({
  answer: (command, argument) => by[`${command} ${argument}`] ?? by[command] ?? null,
})
const rcpt = (address: string): string => `RCPT TO:<${address}>`

it.each([true, false])('hands a message over, and begins just before its first byte (pipelining: %s)', async pipelining => {
  let before: string[] = []
  const result = await send({ pipelining }, { begin: async () => void (before = [...server!.clear]) })
  expect(result).toEqual({ kind: 'accepted', refused: [] })
  expect(taken).toEqual([{ from: 'alice@example.test', to, data: message }])
  expect(before.at(-1)).toBe('DATA') // answered with 354, and nothing of the message is out
})

it.each([true, false])('begins nothing where DATA is refused (pipelining: %s)', async pipelining => {
  let begun = 0
  const result = await send({ pipelining, ...answers({ DATA: '554 5.3.0 No' }) }, { begin: async () => void begun++ })
  expect(result).toMatchObject({ kind: 'refused', error: { kind: 'refused', serverText: '554 5.3.0 No' } })
  expect(begun).toBe(0)
})

it('sends no byte where the beginning cannot be recorded', async () => {
  await expect(send({}, { begin: () => Promise.reject(new Error('the disk is full')) })).rejects.toThrow('the disk is full')
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(taken).toEqual([])
})

it.each([true, false])('names the recipients that were refused (pipelining: %s)', async pipelining => {
  const some = await send({ pipelining, ...answers({ [rcpt(to[1]!)]: '550 5.1.1 No such user' }) })
  expect(some).toEqual({ kind: 'accepted', refused: [{ address: to[1], detail: '550 5.1.1 No such user' }] })
  expect(taken).toMatchObject([{ to: [to[0]] }])
  await server!.dispose()
  const all = await send({ pipelining, ...answers({ RCPT: '550 5.1.1 No such user' }) })
  expect(all).toMatchObject({ kind: 'refused', refused: to.map(address => ({ address, detail: '550 5.1.1 No such user' })) })
  expect(taken).toHaveLength(1)
})

it.each([
  ['MAIL', '550 5.7.1 Not you', { kind: 'refused' }],
  ['MAIL', '451 4.3.0 Later', { kind: 'later', of: 'message' }],
  ['RCPT', '450 4.2.0 Greylisted', { kind: 'later', of: 'message' }],
  ['DATA', '451 4.3.0 Later', { kind: 'later', of: 'message' }],
  ['MAIL', '421 4.3.2 Going down', { kind: 'later', of: 'connection' }],
  ['AUTH', '454 4.7.0 Later', { kind: 'later', of: 'connection', error: { kind: 'busy' } }],
  ['MAIL', 'cut', { kind: 'later', of: 'connection', error: { kind: 'offline' } }],
])('%s answered with "%s"', async (command, words, expected) => {
  let begun = 0
  expect(await send(answers({ [command]: words }), { begin: async () => void begun++ })).toMatchObject(expected)
  expect([begun, taken.length]).toEqual([0, 0])
})

it.each([
  ['552 5.3.4 Too large', { kind: 'refused', error: { kind: 'refused', serverText: '552 5.3.4 Too large' } }],
  ['451 4.3.0 Try again', { kind: 'later', of: 'message', error: { kind: 'busy' } }],
  ['421 4.3.2 Going down', { kind: 'later', of: 'connection' }],
  ['cut', { kind: 'unknown', error: { kind: 'offline' } }],
])('the message itself answered with "%s"', async (words, expected) => {
  expect(await send({ take: () => words })).toMatchObject(expected)
})

it('does not know what became of a message whose answer never comes', async () => {
  const result = await send({ take: () => new Promise(() => undefined) }, { deadlines: { beforeDataMs: 5000, recipientMs: 0, silenceMs: 300 } })
  expect(result).toMatchObject({ kind: 'unknown' })
})

it('gives up on a server that falls silent before', async () => {
  const result = await send(answers({ RCPT: '250-not ended' }), { deadlines: { beforeDataMs: 300, recipientMs: 0, silenceMs: 5000 } })
  expect(result).toMatchObject({ kind: 'later', of: 'connection', error: { kind: 'timeout' } })
})

it('says that the password is wrong', async () => {
  expect(await send({}, { password: 'wrong' })).toMatchObject({ kind: 'later', of: 'connection', error: { kind: 'auth' } })
})

it('sends nothing in the clear where STARTTLS was taken away', async () => {
  const result = await send({ withoutStartTls: true }, {}, 'starttls')
  expect(result).toMatchObject({ kind: 'later', of: 'connection', error: { kind: 'insecure' } })
  expect(result.kind === 'later' && result.error.code).toBe('starttls.missing')
  expect(server!.clear.filter(line => !/^(EHLO|STARTTLS|QUIT)/.test(line))).toEqual([])
  expect(taken).toEqual([])
})

it('answers only after what it began has been recorded, and sends no byte of what it gave up', async () => {
  const order: string[] = []
  const begin = async (): Promise<void> => {
    await new Promise(resolve => setTimeout(resolve, 400))
    order.push('recorded')
  }
  const result = await send({}, { begin, deadlines: { beforeDataMs: 200, recipientMs: 0, silenceMs: 5000 } })
  order.push('answered')
  expect(result).toMatchObject({ kind: 'later', of: 'connection', error: { kind: 'timeout' } })
  expect(order).toEqual(['recorded', 'answered'])
  await new Promise(resolve => setTimeout(resolve, 50))
  expect(taken).toEqual([])
})

it('gives time for each recipient', async () => {
  const begin = (): Promise<void> => new Promise(resolve => setTimeout(resolve, 400))
  expect(await send({}, { begin, deadlines: { beforeDataMs: 200, recipientMs: 400, silenceMs: 5000 } })).toMatchObject({ kind: 'accepted' })
})

it('does not wait for ever for an answer that keeps beginning', async () => {
  const answers: [RegExp, string][] = [
    [/^(MAIL|RCPT)/, '250 ok'],
    [/^DATA/, '354 go'],
    [/^EHLO/, '250 localhost'],
  ]
  const timers: NodeJS.Timeout[] = []
  const slow = createServer(socket => {
    socket.on('error', () => undefined).write('220 ready\r\n')
    socket.setEncoding('latin1').on('data', (text: string) => {
      if (/(^|\r\n)\.\r\n$/.test(text)) timers.push(setInterval(() => socket.write('250-wait\r\n'), 30))
      for (const [line, answer] of answers) if (line.test(text)) socket.write(`${answer}\r\n`)
    })
  })
  await new Promise<void>(resolve => slow.listen(0, '127.0.0.1', resolve))
  try {
    const file = join(folder, 'message.eml')
    await writeFile(file, message)
    const { port } = slow.address() as AddressInfo
    const endpoint: Outgoing = { host: '127.0.0.1', port, security: 'none', user: 'alice', allowPlaintext: true }
    const submission = {
      server: endpoint,
      tls: {},
      password: 'secret',
      from: 'alice@example.test',
      to,
      file,
      size: message.length,
      begin: async () => undefined,
    }
    expect(await submit(submission, { beforeDataMs: 5000, recipientMs: 0, silenceMs: 400 })).toMatchObject({ kind: 'unknown' })
  } finally {
    for (const timer of timers) clearInterval(timer)
    slow.close()
  }
})
