import { readFile } from 'node:fs/promises'
import { expect, test } from '@playwright/test'
import { ImapFlow } from 'imapflow'
import { Dovecot, password, whyNoDovecot } from './dovecot.ts'

test.skip(whyNoDovecot() !== null, whyNoDovecot() ?? '')

const message = 'From: Bob <bob@example.test>\nTo: alice@example.test\nSubject: Hello\nMessage-ID: <1@example.test>\n\nHello.\n'

async function connect(server: Dovecot, starttls = false): Promise<ImapFlow> {
  const client = new ImapFlow({
    host: 'localhost',
    port: starttls ? server.imapPort : server.imapsPort,
    secure: !starttls,
    doSTARTTLS: starttls,
    auth: { user: 'alice', pass: password },
    tls: { ca: await readFile(server.authorityFile, 'utf8') },
    logger: false,
  })
  client.on('error', () => client.close())
  await client.connect()
  return client
}

test('folders, delivery, flags and a restart on the same ports, over TLS and STARTTLS', async () => {
  const server = await Dovecot.create()
  try {
    await server.deliver('alice', 'INBOX', message)
    await server.deliver('alice', 'Clients/Northwind', message)
    await server.seed('alice', 'Archive', [
      { raw: message, flags: 'S', date: new Date('2026-01-02T03:04:05Z') },
      { raw: message, flags: 'FS' },
    ])
    const client = await connect(server)
    const folders = await client.list()
    expect(folders.map(folder => `${folder.path} ${folder.specialUse ?? ''}`.trim()).sort()).toEqual([
      'Archive \\Archive',
      'Clients',
      'Clients/Northwind',
      'Drafts \\Drafts',
      'INBOX \\Inbox',
      'Junk \\Junk',
      'Sent \\Sent',
      'Trash \\Trash',
    ])
    await client.mailboxOpen('Archive')
    const first = await client.fetchOne('1', { internalDate: true, flags: true })
    expect(first && [new Date(first.internalDate ?? 0).toISOString(), first.flags?.has('\\Seen')]).toEqual(['2026-01-02T03:04:05.000Z', true])
    await client.logout()
    await server.setFlag('alice', 'INBOX', 1, 'add', '\\Flagged')
    expect(await server.flags('alice', 'INBOX')).toEqual([{ uid: 1, flags: ['\\Flagged'] }])
    await server.stop()
    await expect(connect(server)).rejects.toThrow()
    await server.start()
    const again = await connect(server, true)
    expect(await again.status('INBOX', { messages: true })).toMatchObject({ messages: 1 })
    await again.logout()
  } finally {
    await server.dispose()
  }
})

test('capabilities can be switched off', async () => {
  const server = await Dovecot.create({ without: ['CONDSTORE', 'QRESYNC', 'MOVE'] })
  try {
    const client = await connect(server)
    expect(['CONDSTORE', 'QRESYNC', 'MOVE', 'UIDPLUS', 'IDLE'].map(name => client.capabilities.has(name))).toEqual([false, false, false, true, true])
    await client.logout()
  } finally {
    await server.dispose()
  }
})
