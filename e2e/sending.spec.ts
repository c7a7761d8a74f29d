/** Messages on their way from the core through a real Postfix into a real Dovecot, over networks that fail and programs that are killed (law 5). */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { folderRef } from '../shared/test-support/folders.ts'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { simpleParser } from 'mailparser'
import type { Draft, OutgoingState } from '../shared/model/outgoing.ts'
import { hashText } from '../shared/model/hash.ts'
import { type MessageRef } from '../shared/model/message.ts'
import { buildCoreProgram, CoreProcess } from './fixtures/core-process.ts'
import { Dovecot, password } from './servers/dovecot.ts'
import { FaultProxy } from './servers/fault-proxy.ts'
import { bouncingAddress, Postfix, refusedAddress, whyNoPostfix } from './servers/postfix.ts'

test.skip(whyNoPostfix() !== null, whyNoPostfix() ?? '')
test.setTimeout(90_000)

let dovecot: Dovecot
let postfix: Postfix
let imap: FaultProxy
let smtp: FaultProxy
let folder: string
let core: CoreProcess

test.beforeAll(async () => {
  await buildCoreProgram()
  dovecot = await Dovecot.create({ delivery: true })
  postfix = await Postfix.create(dovecot)
})
test.afterAll(async () => {
  await postfix?.stop()
  await dovecot?.dispose()
})

/** A test's own people: mailboxes are empty at its start. */
let alice: string
let bob: string
let count = 0
test.beforeEach(async () => {
  count++
  alice = `alice${count}`
  bob = `bob${count}`
  imap = new FaultProxy({ host: '127.0.0.1', port: dovecot.imapsPort })
  smtp = new FaultProxy({ host: '127.0.0.1', port: postfix.port })
  await imap.start()
  await smtp.start()
  folder = await mkdtemp(join(tmpdir(), 'pillarbox-sending-'))
  const account = {
    ...{ name: 'Alice', email: `${alice}@example.test`, password },
    incoming: { protocol: 'imap' as const, host: 'localhost', port: imap.port, security: 'tls' as const, user: alice },
    outgoing: { host: 'localhost', port: smtp.port, security: 'starttls' as const, user: alice },
  }
  core = new CoreProcess(join(folder, 'profile'), [account], dovecot.authorityFile)
  await core.start()
})
test.afterEach(async () => {
  const log = await core.log()
  await core.kill()
  await imap.dispose()
  await smtp.dispose()
  await rm(folder, { recursive: true, force: true })
  for (const secret of [password, '@example.test', 'Hello']) expect(log, 'the log tells no secrets').not.toContain(secret)
})

async function accountId(): Promise<string> {
  return (await core.call('app.hello', { draft: null })).accounts[0]!.id
}

async function save(id: string, changes: Partial<Draft> = {}): Promise<void> {
  await core.call('draft.save', {
    ...{ id, account: await accountId(), to: [['Bob', `${bob}@example.test`]], cc: [], bcc: [], subject: `Hello ${id}` },
    ...{ format: 'plain', html: '', text: 'Hello.\n', answers: null, attachments: [], revision: 1 },
    ...changes,
  })
}

async function send(id: string, changes: Partial<Draft> = {}, holdMs = 0): Promise<OutgoingState> {
  await save(id, changes)
  return core.call('draft.send', { id, holdMs })
}

const until = (id: string, state: Partial<OutgoingState>, timeout = 30_000) => expect.poll(() => core.state(id), { timeout }).toMatchObject(state)
const filed = { state: 'sent', copy: 'filed', error: null } as const

/** Messages of a folder, oldest first. */
async function read(user: string, mailbox: string): Promise<string[]> {
  const uids = (await dovecot.flags(user, mailbox)).map(({ uid }) => uid)
  return Promise.all(
    uids.map(async uid => (await dovecot.doveadm(['fetch', '-u', user, 'text', 'mailbox', mailbox, 'uid', `${uid}`])).replace(/^text:\n/, '')),
  )
}
const countIn = async (user: string, mailbox: string) => (await dovecot.flags(user, mailbox)).length

/** The only message of the inbox. */
async function refOf(messageId: string): Promise<MessageRef> {
  const uidValidity = Number(/\d+/.exec(await dovecot.doveadm(['mailbox', 'status', '-u', alice, 'uidvalidity', 'INBOX']))![0])
  return {
    ...{ account: await accountId(), messageIdHash: hashText(messageId), size: 100, date: 1 },
    locators: [{ kind: 'uid', folder: folderRef(await accountId(), 'INBOX'), uidValidity, uid: 1 }],
  }
}

test('a rich answer arrives whole; Sent has it once, and the message is marked as answered', async () => {
  const messageId = '<first@example.test>'
  await dovecot.deliver(alice, 'INBOX', `From: ${bob}@example.test\nTo: ${alice}@example.test\nSubject: Hi\nMessage-ID: ${messageId}\n\nHi.\n`)
  const ref = await refOf(messageId)
  const id = 'rich-0001'
  const file = await core.call('attachment.begin', { draft: id, filename: 'Übersicht.txt', type: 'text/plain' })
  await core.call('attachment.write', { draft: id, id: file.id, base64: Buffer.from('the file').toString('base64') })
  const attachments = [await core.call('attachment.finish', { draft: id, id: file.id })]
  await send(id, {
    ...{ bcc: [['', `carol${count}@example.test`]], subject: 'Re: Grüße', format: 'rich', text: 'Grüße\n', attachments },
    html: '<p>Grüße <img alt="dot" src="data:image/png;base64,iVBORw0KGgo="></p>',
    answers: { kind: 'reply', ref, inReplyTo: messageId, references: [messageId] },
  })
  await until(id, filed)
  await expect.poll(() => countIn(bob, 'INBOX')).toBe(1)
  await expect.poll(() => countIn(`carol${count}`, 'INBOX')).toBe(1)
  const parsed = await simpleParser((await read(bob, 'INBOX'))[0]!, { skipImageLinks: true })
  expect([parsed.subject, parsed.inReplyTo, parsed.text?.trim()]).toEqual(['Re: Grüße', messageId, 'Grüße'])
  expect(parsed.html).toMatch(/^<p>Grüße <img alt="dot" src="cid:[^"]+"><\/p>/)
  expect(parsed.attachments.map(({ filename, related }) => [filename, related ?? false]).sort()).toEqual([
    ['image-1.png', true],
    ['Übersicht.txt', false],
  ])
  expect(parsed.bcc).toBeUndefined()
  const sent = await read(alice, 'Sent')
  expect(sent).toHaveLength(1)
  const copy = await simpleParser(sent[0]!)
  expect([copy.messageId, copy.bcc]).toMatchObject([parsed.messageId!, { text: `carol${count}@example.test` }])
  expect((await dovecot.flags(alice, 'Sent'))[0]!.flags).toEqual(['\\Seen'])
  await expect.poll(async () => (await dovecot.flags(alice, 'INBOX'))[0]!.flags).toContain('\\Answered')
  expect(await core.kept()).toEqual([])
})

test('a forwarded file goes along from the server, and the message is marked as forwarded', async () => {
  const base64 = Buffer.from('Grüße aus der Datei').toString('base64')
  const message = [
    `From: ${bob}@example.test\nTo: ${alice}@example.test\nSubject: Hi\nMessage-ID: <with-file@example.test>\nMIME-Version: 1.0`,
    'Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nHi.\n--b',
    `Content-Type: application/pdf; name="a.pdf"\nContent-Disposition: attachment\nContent-Transfer-Encoding: base64\n\n${base64}\n--b--\n`,
  ]
  await dovecot.deliver(alice, 'INBOX', message.join('\n'))
  const ref = await refOf('<with-file@example.test>')
  const id = 'forward-1'
  const part = { part: '2', type: 'application/pdf', filename: '../a.pdf', size: base64.length }
  const attachment = await core.call('attachment.copy', { draft: id, ref, part })
  expect(attachment).toMatchObject({ filename: '_a.pdf', type: 'application/pdf', size: 21 })
  await send(id, { subject: 'Fwd: Hi', attachments: [attachment], answers: { kind: 'forward', ref, inReplyTo: null, references: [] } })
  await until(id, filed)
  await expect.poll(() => countIn(bob, 'INBOX')).toBe(1)
  const parsed = await simpleParser((await read(bob, 'INBOX'))[0]!)
  expect(parsed.attachments.map(({ filename, content }) => [filename, content.toString()])).toEqual([['_a.pdf', 'Grüße aus der Datei']])
  await expect.poll(async () => (await dovecot.flags(alice, 'INBOX'))[0]!.flags).toContain('$Forwarded')
  await expect(core.call('attachment.copy', { draft: id, ref, part })).rejects.toMatchObject({ kind: 'refused' }) // it is sent
})

/** Bytes of any kind as they travel, by their encoding (RFC 2045, 6); those that cannot travel bare are made so that they can. */
const encodings: Record<string, (bytes: Buffer) => { sent: Buffer; wire: Buffer }> = {
  base64: bytes => ({ sent: bytes, wire: Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n')) }),
  'quoted-printable': bytes => ({
    sent: bytes,
    wire: Buffer.from([...bytes].map((byte, i) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}${i % 20 === 19 ? '=\r\n' : ''}`).join('')),
  }),
  '8bit': bytes => bare(bytes, 0xff),
  '7bit': bytes => bare(bytes, 0x7e),
  'x-unheard-of': bytes => bare(bytes, 0xff),
}

function bare(bytes: Buffer, most: number): { sent: Buffer; wire: Buffer } {
  const lines = [...bytes].map((byte, i) => (i % 40 === 39 ? '\r\n' : String.fromCharCode(Math.min(Math.max(byte, 0x20), most))))
  const sent = Buffer.from(lines.join(''), 'latin1')
  return { sent, wire: sent }
}

const textTypes = [
  'text/plain; charset=iso-8859-1; name="a.txt"',
  'text/plain; charset=iso-2022-jp; name="a.txt"',
  'text/plain; charset=us-ascii; format=flowed; delsp=yes; name="a.txt"',
  'text/html; charset=windows-1252; name="a.html"',
  'text/csv; charset=utf-16; name="a.csv"',
  'text/x-patch; name="a.patch"',
]

test('text files keep every byte, saved and forwarded, whatever their type, charset and encoding', async () => {
  const names = Object.keys(encodings)
  const files = textTypes.flatMap((type, t) =>
    names.map((encoding, e) => {
      const random = Buffer.concat([Buffer.from('caf\xe9 \r\n> x  \r\n-- \r\n', 'latin1'), randomBytes(300 + 7 * t + e)])
      return { type, encoding, ...encodings[encoding]!(random) }
    }),
  )
  const inner = Buffer.from('Subject: inner\r\nMIME-Version: 1.0\r\n\r\nFrom here  \r\n.\r\n\r\n')
  const head = (type: string, encoding: string): Buffer =>
    Buffer.from(`\r\n--b\r\nContent-Type: ${type}\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n`)
  const message = Buffer.concat([
    Buffer.from(`From: ${bob}@example.test\r\nTo: ${alice}@example.test\r\nSubject: Hi\r\nMessage-ID: <texts@example.test>\r\nMIME-Version: 1.0\r\n`),
    Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi.'),
    ...files.flatMap(({ type, encoding, wire }) => [head(type, encoding), wire]),
    ...[head('message/rfc822', '7bit'), inner, Buffer.from('\r\n--b--\r\n')],
  ])
  await dovecot.deliver(alice, 'INBOX', message)
  const ref = await refOf('<texts@example.test>')
  const wanted = [...files.map(({ sent }) => sent), inner]
  const parts = [...files.map(({ type, encoding }) => `${type} in ${encoding}`), 'message/rfc822'].map((what, i) => {
    const [type, charset] = [/^[^; ]+/.exec(what)![0], /charset=([^;]+)/.exec(what)?.[1]]
    return { what, part: { part: `${i + 2}`, type, size: 1, filename: `file-${i}`, ...(charset && { charset }) } }
  })
  const attachments: Draft['attachments'] = []
  for (const [i, { what, part }] of parts.entries()) {
    const { path } = await core.call('part.save', { ref, part })
    expect((await readFile(path)).toString('latin1'), `saved: ${what}`).toBe(wanted[i]!.toString('latin1'))
    attachments.push(await core.call('attachment.copy', { draft: 'texts-001', ref, part }))
  }
  await send('texts-001', { attachments })
  await until('texts-001', filed)
  await expect.poll(() => countIn(bob, 'INBOX')).toBe(1)
  const received = await readRaw(bob)
  for (const [i, { what }] of parts.entries()) expect(received[i]!.toString('latin1'), `forwarded: ${what}`).toBe(wanted[i]!.toString('latin1'))
})

/** The files of the only message of an inbox, each as its bytes; a message as its source. */
async function readRaw(user: string): Promise<Buffer[]> {
  const raw = (await read(user, 'INBOX'))[0]!.replace(/\r?\n/g, '\r\n')
  const boundary = /boundary="([^"]+)"/.exec(raw)![1]!
  return raw
    .split(`\r\n--${boundary}`)
    .slice(2, -1)
    .map(part => {
      const body = part.slice(part.indexOf('\r\n\r\n') + 4)
      return /^Content-Transfer-Encoding: base64/im.test(part.slice(0, part.indexOf('\r\n\r\n'))) ? Buffer.from(body, 'base64') : Buffer.from(body)
    })
}

test('what the server refuses is told in its words; some refused, others accepted; a message that was refused is a draft again', async () => {
  await send('refused-1', { to: [['', refusedAddress]] })
  await until('refused-1', {
    state: 'refused',
    refused: [{ address: refusedAddress, detail: expect.stringContaining('There is no such mailbox') as unknown as string }],
  })
  expect(await core.call('outbox.recall', { id: 'refused-1' })).toBe(true)
  await send('refused-1', { to: [['', refusedAddress]], cc: [['', `${bob}@example.test`]], revision: 2 })
  await until('refused-1', { ...filed, refused: [{ address: refusedAddress, detail: expect.stringContaining('550') as unknown as string }] })
  await expect.poll(() => countIn(bob, 'INBOX')).toBe(1)
})

test('a message nobody can deliver comes back as a bounce', async () => {
  await send('bounce-01', { to: [['', bouncingAddress]] })
  await until('bounce-01', filed)
  await expect.poll(() => countIn(alice, 'INBOX'), { timeout: 30_000 }).toBe(1)
  expect((await read(alice, 'INBOX'))[0]).toContain('Undelivered Mail Returned to Sender')
})

test('written offline, sent in order when the network is back', async () => {
  await smtp.refuse()
  for (const n of [1, 2, 3]) await send(`offline-${n}`)
  for (const n of [1, 2, 3])
    await until(`offline-${n}`, { state: 'waiting', error: expect.objectContaining({ kind: 'offline' }) as OutgoingState['error'] })
  await core.stop() // and over a restart
  await core.start()
  expect(core.state('offline-3')).toMatchObject({ state: 'waiting' })
  await smtp.resume()
  await core.call('sync.now', { account: null })
  for (const n of [1, 2, 3]) await until(`offline-${n}`, filed)
  await expect.poll(() => countIn(bob, 'INBOX')).toBe(3)
  const sent = (await read(alice, 'Sent')).map(message => /^Subject: (.*)$/m.exec(message)![1]!.trim())
  expect(sent).toEqual([1, 2, 3].map(n => `Hello offline-${n}`))
})

test('encryption taken away: nothing goes, and it is said', async () => {
  await core.call('draft.save', {
    ...{ id: 'clear-001', account: await accountId(), to: [['', `${bob}@example.test`]], cc: [], bcc: [], subject: 'Hello', format: 'plain' },
    ...{ html: '', text: 'Hello.', answers: null, attachments: [], revision: 1 },
  })
  await smtp.dispose()
  const { createServer } = await import('node:net')
  const heard: string[] = []
  const stripped = createServer(socket => {
    socket.write('220 mail ESMTP\r\n')
    socket.on('error', () => socket.destroy())
    socket.on('data', chunk => {
      heard.push(String(chunk).trim())
      socket.write(/^EHLO/i.test(String(chunk)) ? '250-mail\r\n250 AUTH PLAIN\r\n' : '502 5.5.1 Not known here\r\n')
    })
  })
  await new Promise<void>(resolve => stripped.listen(smtp.port, '127.0.0.1', resolve))
  await core.call('draft.send', { id: 'clear-001', holdMs: 0 })
  await until('clear-001', { state: 'waiting', error: expect.objectContaining({ kind: 'insecure' }) as OutgoingState['error'] })
  expect(core.state('clear-001')!.error).toMatchObject({ code: 'starttls.missing', params: { host: 'localhost' } })
  expect(heard.map(line => line.split(' ')[0]).filter(command => command !== 'EHLO' && command !== 'STARTTLS' && command !== 'QUIT')).toEqual([])
  stripped.close()
})

/** Large enough that a network can fail in the middle of it. */
const long = { text: 'A line of a long message.\n'.repeat(16_000) }
const middle = 150_000

test.describe('killed with -9', () => {
  const restart = async (): Promise<void> => {
    await core.kill()
    for (const proxy of [imap, smtp]) {
      proxy.cut() // what is on its way is lost
      await proxy.resume()
    }
    await core.start()
  }
  const expectOnce = async (id: string): Promise<void> => {
    await until(id, filed)
    await expect.poll(() => countIn(bob, 'INBOX')).toBe(1)
    expect(await countIn(alice, 'Sent')).toBe(1)
    await expect.poll(() => core.kept()).toEqual([])
    await core.kill() // once more, and nothing happens
    await core.start()
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect([await countIn(bob, 'INBOX'), await countIn(alice, 'Sent')]).toEqual([1, 1])
  }

  test('while it is held back', async () => {
    const { sendAt } = await send('held-0001', {}, 3000)
    await restart()
    expect(core.state('held-0001')).toMatchObject({ state: 'waiting', sendAt })
    expect(await countIn(bob, 'INBOX')).toBe(0)
    await expectOnce('held-0001')
  })

  test('while the server is being reached', async () => {
    smtp.stall()
    await send('reach-001')
    await expect.poll(() => smtp.counts.connections).toBe(1)
    await restart()
    await expectOnce('reach-001')
  })

  test('in the middle of the message: nothing arrived, it is asked about, and sent again when the user says so', async () => {
    smtp.afterSent(middle, () => smtp.stall())
    await send('middle-01', long)
    await expect.poll(() => smtp.counts.sent).toBeGreaterThanOrEqual(middle)
    expect(core.state('middle-01')).toMatchObject({ state: 'sending' })
    await restart()
    expect(core.state('middle-01')).toMatchObject({ state: 'uncertain' })
    await new Promise(resolve => setTimeout(resolve, 2000))
    expect(await countIn(bob, 'INBOX')).toBe(0)
    expect(await core.kept()).toEqual(['middle-01'])
    expect(await core.call('outbox.decide', { id: 'middle-01', how: 'look' })).toMatchObject({ state: 'uncertain' })
    await core.call('outbox.decide', { id: 'middle-01', how: 'again' })
    await expectOnce('middle-01')
  })

  test('after the message was taken and before the answer: it is asked about, never sent twice', async () => {
    smtp.afterSent(middle, () => smtp.mute())
    await send('answer-01', long)
    await expect.poll(() => countIn(bob, 'INBOX'), { timeout: 30_000 }).toBe(1)
    await restart()
    expect(core.state('answer-01')).toMatchObject({ state: 'uncertain' })
    await core.call('outbox.decide', { id: 'answer-01', how: 'arrived' })
    await expectOnce('answer-01')
  })

  test('before the copy is filed', async () => {
    imap.stall()
    await send('copy-0001')
    await until('copy-0001', { state: 'sent', copy: 'pending' })
    await restart()
    await expectOnce('copy-0001')
  })

  test('after the server took the copy and before its answer', async () => {
    await new Promise(resolve => setTimeout(resolve, 1000)) // the account has been read
    imap.afterSent(middle, () => imap.mute())
    await send('copy-0002', long)
    await expect.poll(() => countIn(alice, 'Sent'), { timeout: 30_000 }).toBe(1)
    expect(core.state('copy-0002')).toMatchObject({ state: 'sent', copy: 'pending' })
    await restart()
    await expectOnce('copy-0002')
  })
})

test('the answer is lost: uncertain, and found where the server files what it sends', async () => {
  smtp.afterSent(middle, () => smtp.mute())
  await send('lost-0001', long)
  await expect.poll(() => countIn(bob, 'INBOX'), { timeout: 30_000 }).toBe(1)
  smtp.cut()
  await until('lost-0001', { state: 'uncertain' })
  expect(await core.call('outbox.decide', { id: 'lost-0001', how: 'look' })).toMatchObject({ state: 'uncertain' })
  await smtp.resume()
  await dovecot.deliver(alice, 'Sent', (await read(bob, 'INBOX'))[0]!)
  expect(await core.call('outbox.decide', { id: 'lost-0001', how: 'look' })).toMatchObject(filed)
  await new Promise(resolve => setTimeout(resolve, 1000))
  expect([await countIn(bob, 'INBOX'), await countIn(alice, 'Sent')]).toEqual([1, 1])
})
