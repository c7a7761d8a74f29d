import { readFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { expect, test } from '@playwright/test'
import { createTransport } from 'nodemailer'
import { Dovecot, password } from './dovecot.ts'
import { bouncingAddress, Postfix, refusedAddress, whyNoPostfix } from './postfix.ts'

test.skip(whyNoPostfix() !== null, whyNoPostfix() ?? '')

test('delivers to mailboxes, refuses, bounces, and takes nothing in the clear', async () => {
  const dovecot = await Dovecot.create({ delivery: true })
  try {
    const postfix = await Postfix.create(dovecot)
    try {
      const ca = await readFile(dovecot.authorityFile, 'utf8')
      const transport = createTransport({
        host: 'localhost',
        port: postfix.port,
        requireTLS: true,
        auth: { user: 'alice', pass: password },
        tls: { ca },
      })
      const message = { from: 'alice@example.test', subject: 'Hello', text: 'Hello.' }
      await transport.sendMail({ ...message, to: 'bob@example.test' })
      await transport.sendMail({ ...message, to: bouncingAddress })
      await expect(transport.sendMail({ ...message, to: refusedAddress })).rejects.toThrow('There is no such mailbox')
      await expect.poll(() => dovecot.flags('bob', 'INBOX')).toHaveLength(1)
      await expect.poll(() => dovecot.flags('alice', 'INBOX')).toHaveLength(1)
      expect(await dovecot.doveadm(['fetch', '-u', 'alice', 'hdr.subject', 'mailbox', 'INBOX', 'all'])).toContain(
        'Undelivered Mail Returned to Sender',
      )

      const clear = await new Promise<string>(resolve => {
        let said = ''
        const socket = connect(postfix.port, '127.0.0.1', () =>
          socket.write('EHLO x\r\nAUTH PLAIN AGFsaWNlAHNlY3JldA==\r\nMAIL FROM:<alice@example.test>\r\nQUIT\r\n'),
        )
        socket.on('data', chunk => (said += String(chunk))).once('close', () => resolve(said))
      })
      expect(clear).not.toContain('AUTH')
      expect(clear.match(/530 .*Must issue a STARTTLS command first/g)).toHaveLength(2)

      await postfix.stop()
      await expect(transport.sendMail({ ...message, to: 'bob@example.test' })).rejects.toThrow()
      await postfix.start()
      await transport.sendMail({ ...message, to: 'bob@example.test' })
      await expect.poll(() => dovecot.flags('bob', 'INBOX')).toHaveLength(2)
    } finally {
      await postfix.stop()
    }
  } finally {
    await dovecot.dispose()
  }
})
