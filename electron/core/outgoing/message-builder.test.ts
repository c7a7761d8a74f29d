import { folderRef } from '../../../shared/test-support/folders.ts'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, userInfo } from 'node:os'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { simpleParser } from 'mailparser'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { picturePlace, type Draft } from '../../../shared/model/outgoing.ts'
import { composeMessage, newMessageId, withBlindRecipients } from './message-builder.ts'
import { toFlowed } from './flowed.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'pillarbox-compose-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

const draft: Draft = {
  id: 'message-0001',
  account: 'acct1',
  to: [['Jürgen, "der" Große', 'juergen@example.test']],
  cc: [['', 'carol@example.test']],
  bcc: [['', 'secret@example.test']],
  subject: 'Grüße\r\nBcc: evil@example.test',
  format: 'plain',
  html: '',
  text: 'Hello,\n\nGrüße 漢字\n.dot\n',
  answers: null,
  attachments: [],
  revision: 1,
}

async function compose(changes: Partial<Draft> = {}): Promise<Buffer> {
  const chunks: Buffer[] = []
  const message = composeMessage({
    draft: { ...draft, ...changes },
    from: { name: 'Alice Ångström', address: 'alice@exämple.test' },
    messageId: newMessageId('alice@xn--exmple-cua.test'),
    date: new Date('2026-11-20T10:00:00Z'),
    path: id => join(folder, id),
  })
  for await (const chunk of message) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

it('writes a plain message that says nothing of blind recipients or of this computer', async () => {
  const raw = await compose()
  const text = raw.toString()
  const parsed = await simpleParser(raw)
  expect(parsed.subject).toContain('Grüße')
  expect(parsed.from?.value).toEqual([{ name: 'Alice Ångström', address: 'alice@exämple.test' }])
  expect(text).toContain('<alice@xn--exmple-cua.test>')
  expect(parsed.to).toMatchObject({ value: [{ name: 'Jürgen, "der" Große', address: 'juergen@example.test' }] })
  expect(parsed.messageId).toMatch(/^<[0-9a-f-]{36}@xn--exmple-cua\.test>$/)
  expect(parsed.text?.trimEnd()).toBe('Hello,\n\nGrüße 漢字\n.dot')
  expect(text).toContain('Content-Type: text/plain; charset=utf-8; format=flowed')
  expect(text).toContain('Date: Fri, 20 Nov 2026 10:00:00 +0000')
  expect(text.split('\r\n').some(line => /^(bcc|x-mailer|user-agent|received|x-originating-ip):/i.test(line))).toBe(false)
  expect(text).not.toContain('secret@example.test')
  expect(/[^\r]\n/.test(text)).toBe(false)
  for (const mine of [hostname(), userInfo().homedir, folder]) expect(text).not.toContain(mine)
})

it('writes a rich message as alternatives, with pictures as parts of their own, and files', async () => {
  await writeFile(join(folder, 'file0001'), 'the file')
  const picture = 'data:image/png;base64,iVBORw0KGgo='
  const raw = await compose({
    format: 'rich',
    html: `<p>Grüße <img alt="a > b" src="${picture}"> <img src='${picture}'> <img src="https://example.test/x.png"></p>`,
    attachments: [{ id: 'file0001', filename: 'Übersicht (1).txt', type: 'text/plain', size: 8 }],
  })
  const parsed = await simpleParser(raw, { skipImageLinks: true })
  const [embedded, file] = [parsed.attachments.find(one => one.related), parsed.attachments.find(one => !one.related)]
  expect(parsed.attachments).toHaveLength(2)
  expect(embedded).toMatchObject({ contentType: 'image/png', contentDisposition: 'inline' })
  expect(parsed.html).toBe(
    `<p>Grüße <img alt="a > b" src="cid:${embedded!.cid}"> <img src='cid:${embedded!.cid}'> <img src="https://example.test/x.png"></p>`,
  )
  expect(file).toMatchObject({ filename: 'Übersicht (1).txt', contentDisposition: 'attachment' })
  expect(file!.content.toString()).toBe('the file')
  expect(raw.toString().match(/multipart\/\w+/g)).toEqual(['multipart/mixed', 'multipart/alternative', 'multipart/related'])
})

it('puts pictures that are files where the text has their places, and attaches the others', async () => {
  const keys = ['a', 'b', 'c'].map(digit => `${digit.repeat(8)}-0000-4000-8000-000000000000`)
  const named = ['bmp', 'tiff', 'png'].map((ending, i) => ({
    id: `file000${i}`,
    filename: `p${i}.${ending}`,
    type: `image/${ending}`,
    size: 3,
    picture: keys[i]!,
  }))
  for (const { id } of named) await writeFile(join(folder, id), id)
  const unknown = `<img src="${picturePlace('dddddddd-0000-4000-8000-000000000000', 'of nobody')}">`
  const html = `<p><img alt="one > 'two' <" src="${picturePlace(keys[0]!, `a'b"<c>&.bmp`)}"><img src="${picturePlace(keys[1]!, 'p1')}"> ${unknown}<img src="${picturePlace(keys[0]!, 'again')}"></p>`
  const parsed = await simpleParser(await compose({ format: 'rich', html, attachments: named }), { skipImageLinks: true })
  const cids = keys.slice(0, 2).map(key => `${key}@xn--exmple-cua.test`)
  expect(parsed.html).toBe(`<p><img alt="one > 'two' <" src="cid:${cids[0]}"><img src="cid:${cids[1]}"> ${unknown}<img src="cid:${cids[0]}"></p>`)
  expect(parsed.attachments.map(({ filename, related, cid, content }) => [filename, related ?? false, cid, content.toString()]).sort()).toEqual([
    ['p0.bmp', true, cids[0], 'file0000'],
    ['p1.tiff', true, cids[1], 'file0001'],
    ['p2.png', false, undefined, 'file0002'],
  ])
  const plain = await simpleParser(await compose({ attachments: named }))
  expect(plain.attachments.map(({ filename, contentDisposition }) => [filename, contentDisposition])).toEqual([
    ['p0.bmp', 'attachment'],
    ['p1.tiff', 'attachment'],
    ['p2.png', 'attachment'],
  ])
})

it('says what it answers, and leaves out what is no Message-ID', async () => {
  const ref = {
    account: 'acct1',
    locators: [{ kind: 'uid' as const, folder: folderRef('acct1', 'INBOX'), uidValidity: 1, uid: 1 }],
    messageIdHash: 1,
    size: 1,
    date: 1,
  }
  const raw = await compose({
    answers: { kind: 'reply', ref, inReplyTo: '<2@example.test>', references: ['<1@example.test>', 'x\r\nBcc: e@x', '<2@example.test>'] },
  })
  const parsed = await simpleParser(raw)
  expect([parsed.inReplyTo, parsed.references]).toEqual(['<2@example.test>', ['<1@example.test>', '<2@example.test>']])
})

it('tells the copy for Sent of the blind recipients', async () => {
  const parsed = await simpleParser(withBlindRecipients(await compose(), ['a@example.test', 'b@example.test']))
  expect(parsed.bcc).toMatchObject({ value: [{ address: 'a@example.test' }, { address: 'b@example.test' }] })
})

it('flows long lines, and guards what would be misread', () => {
  const long = 'word '.repeat(30).trim()
  const flowed = toFlowed(`${long}\nFrom me\n> quoted\n indented\n-- \nme   `)
  const lines = flowed.split('\r\n')
  expect(lines.slice(-5)).toEqual([' From me', '> quoted', '  indented', '-- ', 'me'])
  const wrapped = lines.slice(0, -5)
  expect(Math.max(...wrapped.map(line => line.length))).toBeLessThanOrEqual(78)
  expect(wrapped.slice(0, -1).every(line => line.endsWith(' '))).toBe(true)
  expect(wrapped.join('')).toBe(long)
})

it('lets no hostile name or reference make lines that servers refuse, or headers of its own', async () => {
  const many = Array.from({ length: 80 }, (_, i) => `<${'z'.repeat(300)}${i}@example.test>`)
  const references = ['<first@example.test>', '<ä@example.test>', `<${'r'.repeat(995)}>`, '<a\0b@example.test>', ...many]
  const ref = {
    account: 'acct1',
    locators: [{ kind: 'uid' as const, folder: folderRef('acct1', 'INBOX'), uidValidity: 1, uid: 1 }],
    messageIdHash: 1,
    size: 1,
    date: 1,
  }
  const message = await compose({
    to: [
      ['Bob\r\nBcc: evil@example.test\r\n\r\nbody', 'bob@example.test'],
      ['x'.repeat(1000), 'carol@example.test'],
      ['漢'.repeat(1000), 'dan@example.test'],
    ],
    answers: { kind: 'reply', ref, inReplyTo: `<${'i'.repeat(994)}@x>`, references },
  })
  const lines = message.toString('latin1').split('\r\n')
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(998)
  expect(lines.some(line => [...line].some(character => character > '~'))).toBe(false)
  const { headers, references: parsed, to } = await simpleParser(message)
  expect([headers.has('bcc'), headers.has('in-reply-to')]).toEqual([false, false])
  expect((to as { value: { name: string }[] }).value[0]!.name).toBe('Bob Bcc: evil@example.test body')
  expect(parsed!.at(0)).toBe('<first@example.test>')
  expect(parsed!.at(-1)).toBe(many.at(-1))
  expect(String(parsed).length).toBeLessThan(8100)
})
