import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import { ImapFlow } from 'imapflow'
import { simpleParser } from 'mailparser'
import { buildCoreProgram, CoreProcess } from '../fixtures/core-process.ts'
import { createCertificates } from '../servers/certificates.ts'
import { startDemoServer, type DemoServer } from './imap/server.ts'
import type { Store } from './imap/store.ts'
import { createTransport } from 'nodemailer'
import { Submission } from '../servers/submission.ts'
import { alice } from './mailbox/messages.ts'
import { createMailbox, newMail } from './mailbox/mailbox.ts'
import { createPostOffice } from './smtp/smtp-server.ts'

const login = { user: 'alice', password: 'demo' }
const now = new Date('2026-11-20T10:50:00')
let store: Store
let server: DemoServer
let authority: string

test.beforeEach(async () => {
  const made = createCertificates()
  authority = made.authority
  store = createMailbox(now)
  server = await startDemoServer(store, login, made.certificate, made.key)
})
test.afterEach(() => server.dispose())

async function connect(pass = login.password): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: 'localhost',
    port: server.port,
    secure: true,
    auth: { user: login.user, pass },
    tls: { ca: authority },
    logger: false,
  })
  client.on('error', () => client.close())
  await client.connect()
  return client
}

test('imapflow sees the folders with their uses and counts', async () => {
  const client = await connect()
  const folders = await client.list({ statusQuery: { messages: true, unseen: true } })
  const shown = Object.fromEntries(folders.map(({ path, specialUse, status }) => [path, [specialUse ?? '', status?.messages, status?.unseen]]))
  expect(Object.keys(shown).sort()).toEqual([
    'Archive',
    'Clients',
    'Clients/Northwind',
    'Drafts',
    'INBOX',
    'Junk',
    'Receipts',
    'Sent',
    'Trash',
    'Travel',
  ])
  expect(shown.Sent?.[0]).toBe('\\Sent')
  const inbox = store.find('INBOX')!.messages
  expect(shown.INBOX).toEqual(['\\Inbox', inbox.length, inbox.filter(message => !message.flags.has('\\Seen')).length])
  expect(folders.reduce((sum, { status }) => sum + (status?.messages ?? 0), 0)).toBeGreaterThanOrEqual(55)
  await client.logout()
  await expect(connect('wrong')).rejects.toThrow()
})

test('every message is whole: envelope, structure and parts agree with mailparser', async () => {
  const client = await connect()
  for (const { path } of await client.list()) {
    await client.mailboxOpen(path)
    const all = await client.fetchAll('1:*', {
      uid: true,
      envelope: true,
      bodyStructure: true,
      source: true,
      size: true,
      headers: ['references', 'subject'],
    })
    for (const message of all) {
      const parsed = await simpleParser(message.source!)
      expect(message.size).toBe(message.source!.length)
      expect(message.envelope?.subject).toBe(parsed.subject)
      expect(message.envelope?.from?.[0]?.name).toBe(parsed.from?.value[0]?.name)
      expect(message.envelope?.messageId).toBe(parsed.messageId)
      expect(Number(new Date(message.envelope?.date ?? 0))).toBeLessThanOrEqual(now.getTime())
      expect(String(message.headers)).toContain('Subject:')
      const leaves: { part: string; size: number }[] = []
      const visit = (node: NonNullable<typeof message.bodyStructure>) => {
        if (node.type.startsWith('multipart/')) node.childNodes?.forEach(visit)
        else leaves.push({ part: node.part ?? '1', size: node.size ?? 0 })
      }
      visit(message.bodyStructure!)
      for (const { part, size } of leaves) {
        const fetched = await client.fetchOne(String(message.uid), { bodyParts: [{ key: part, start: 0, maxLength: 10_000_000 }] }, { uid: true })
        expect(fetched && fetched.bodyParts?.get(part)?.length, `${path} ${message.uid} part ${part}`).toBe(size)
      }
    }
  }
  await client.logout()
})

test('flags, search, copy, move, append and expunge do what they say', async () => {
  const client = await connect()
  await client.mailboxOpen('INBOX')
  const unread = await client.search({ seen: false }, { uid: true })
  expect(unread && unread.length).toBeGreaterThanOrEqual(8)
  const [uid] = unread || []
  expect(await client.messageFlagsAdd(String(uid), ['\\Seen', '\\Flagged'], { uid: true })).toBe(true)
  const fetched = await client.fetchOne(String(uid), { flags: true }, { uid: true })
  expect(fetched && [...(fetched.flags ?? [])].sort()).toEqual(['\\Flagged', '\\Seen'])
  const moved = await client.messageMove(String(uid), 'Archive', { uid: true })
  expect(moved && moved.uidMap?.size).toBe(1)
  expect(await client.search({ uid: String(uid) }, { uid: true })).toEqual([])
  const appended = await client.append('Drafts', 'Subject: x\r\n\r\ny\r\n', ['\\Draft'], new Date('2026-01-02T03:04:05Z'))
  expect(appended && appended.uid).toBe(3)
  await client.mailboxOpen('Drafts')
  const draft = await client.fetchOne('3', { internalDate: true, source: { start: 9, maxLength: 3 } }, { uid: true })
  expect(draft && [new Date(draft.internalDate!).toISOString(), String(draft.source)]).toEqual(['2026-01-02T03:04:05.000Z', 'x\r\n'.slice(0, 3)])
  expect(await client.messageDelete('3', { uid: true })).toBe(true)
  expect(store.find('Drafts')!.messages).toHaveLength(2)
  await client.logout()
})

test('messages go out: home, anywhere, back as a report, or are refused', async () => {
  const certificates = createCertificates()
  const postOffice = await Submission.create(login.password, createPostOffice(store, { ...login, owner: alice, bounceMs: 10 }), certificates)
  try {
    const { tlsPort, authority: ca } = postOffice
    const auth = { user: login.user, pass: login.password }
    const transport = createTransport({ host: 'localhost', port: tlsPort, secure: true, auth, tls: { ca } })
    const inbox = store.find('INBOX')!
    const before = inbox.messages.length
    const draft = { from: alice, subject: 'Grüße', text: 'Hello.' }
    await transport.sendMail({ ...draft, to: alice.address })
    expect(inbox.messages).toHaveLength(before + 1)
    expect((await simpleParser(Buffer.from(inbox.messages.at(-1)!.raw, 'latin1'))).subject).toBe('Grüße')
    await transport.sendMail({ ...draft, to: 'anybody@example.net' })
    expect(inbox.messages).toHaveLength(before + 1)
    await transport.sendMail({ ...draft, to: 'bounce@example.net' })
    await expect.poll(() => inbox.messages.length).toBe(before + 2)
    expect(inbox.messages.at(-1)!.raw).toContain('Final-Recipient: rfc822; bounce@example.net')
    await expect(transport.sendMail({ ...draft, to: 'nobody@example.net' })).rejects.toThrow('There is no such mailbox here')
    const wrong = createTransport({ host: 'localhost', port: tlsPort, secure: true, auth: { ...auth, pass: 'wrong' }, tls: { ca } })
    await expect(wrong.sendMail({ ...draft, to: alice.address })).rejects.toThrow('535')
  } finally {
    await postOffice.dispose()
  }
})

test('the program sends through it: the copy is in Sent, and the message to oneself in the inbox', async () => {
  await buildCoreProgram()
  const certificates = createCertificates()
  const folder = await mkdtemp(join(tmpdir(), 'pillarbox-demo-'))
  const postOffice = await Submission.create(login.password, createPostOffice(store, { ...login, owner: alice }), certificates)
  const demo = await startDemoServer(store, login, certificates.certificate, certificates.key)
  await writeFile(join(folder, 'authority.pem'), certificates.authority)
  const on = (port: number) => ({ host: 'localhost', port, security: 'tls' as const, user: login.user })
  const account = { name: alice.name, email: alice.address, password: login.password, outgoing: on(postOffice.tlsPort) }
  const incoming = { protocol: 'imap' as const, ...on(demo.port) }
  const core = new CoreProcess(join(folder, 'profile'), [{ ...account, incoming }], join(folder, 'authority.pem'))
  try {
    const [inbox, sent] = [store.find('INBOX')!, store.find('Sent')!]
    const before = [inbox.messages.length, sent.messages.length]
    await core.start()
    const { accounts } = await core.call('app.hello', { draft: null })
    const id = 'demo-0001'
    await core.call('draft.save', {
      ...{
        id,
        account: accounts[0]!.id,
        to: [['', alice.address]],
        cc: [],
        bcc: [],
        subject: 'To myself',
        format: 'plain',
        html: '',
        text: 'Hello.',
      },
      ...{ answers: null, attachments: [], revision: 1 },
    })
    await core.call('draft.send', { id, holdMs: 0 })
    await expect.poll(() => core.state(id)).toMatchObject({ state: 'sent', copy: 'filed', error: null })
    expect([inbox.messages.length, sent.messages.length]).toEqual(before.map(number => number + 1))
    expect(sent.messages.at(-1)).toMatchObject({ flags: new Set(['\\Seen']), raw: expect.stringContaining('Subject: To myself') as unknown })
  } finally {
    await core.kill()
    await postOffice.dispose()
    await demo.dispose()
    await rm(folder, { recursive: true, force: true })
  }
})

test('a new message, a flag and a removal are told during IDLE', async () => {
  const client = await connect()
  const told: string[] = []
  client.on('exists', ({ count, prevCount }) => told.push(`exists ${count - prevCount}`))
  client.on('expunge', () => told.push('expunge'))
  client.on('flags', ({ flags }) => told.push([...flags].join(' ')))
  await client.mailboxOpen('INBOX')
  const idling = client.idle()
  await new Promise(resolve => setTimeout(resolve, 300))
  const inbox = store.find('INBOX')!
  store.add(inbox, newMail(now), [], now)
  store.setFlags(
    inbox.messages.find(message => message.flags.size === 0)!,
    'add',
    ['\\Flagged'],
  )
  store.remove(inbox, new Set([inbox.messages[0]!]))
  await expect.poll(() => told).toEqual(['exists 1', '\\Flagged', 'expunge'])
  await client.noop()
  await idling
  await client.logout()
})
