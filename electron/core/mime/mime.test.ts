import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { MessageStructureObject } from 'imapflow'
import { decodeSection, toSnippet } from './decode.ts'
import { headerLimit, packHeaders, parseAddresses, parseHeaders, toHeaderRow, toPeople } from './headers.ts'
import { toReadable } from './structure.ts'

const bytes = (text: string) => Buffer.from(text, 'utf8')

describe('header rows', () => {
  it('has one sender where a name in quotes stands before the address as if it were another', () => {
    const from = (field: string) => toHeaderRow(bytes(`From: ${field}\r\n`)).row.from
    const real = [['Offers@shop.example', 'real@sender.example']]
    expect(from('"Offers@shop.example", <real@sender.example>')).toEqual(real)
    expect(from('"Offers@shop.example" ; <real@sender.example>')).toEqual(real)
    expect(from('"Offers@shop.example", Shop <real@sender.example>')).toEqual([['Offers@shop.example Shop', 'real@sender.example']])
    expect(from('"Doe, Jane" <a@x.example>, "Roe" <b@x.example>')).toHaveLength(2)
    expect(parseAddresses('"a@x.example", b@x.example')).toHaveLength(2) // nobody an answer should reach is lost
    expect(from(`${'",\\"'.repeat(4000)} <real@sender.example>`).length).toBeGreaterThan(0) // and in no long time
  })

  it('hold nothing that turns the text around or hides, but the address as it is', () => {
    const { row } = toHeaderRow(bytes('From: "B\u200ba\u202enk" <\u202emoc@x.example>\r\nSubject: Invoice \u202efdp.exe\r\n'))
    expect(row.from).toEqual([['Bank', '\u202emoc@x.example']])
    expect(row.subject).toBe('Invoice fdp.exe')
  })

  it('unfold, decode and keep what a list and a conversation need', () => {
    const { row, hash, thread } = toHeaderRow(
      bytes(
        [
          'From: =?UTF-8?Q?Am=C3=A9lie_Laurent?= <amelie@laurent.example>',
          'To: "Marten, Alice" <alice@example.org>, Friends: bob@example.org, carol@example.org;',
          'Subject: =?utf-8?B?5p2l6YCx44Gu5omT44Gh?=',
          ' =?utf-8?B?5ZCI44KP44Gb?=',
          'Date: Thu, 19 Nov 2026 10:42:00 +0100 (CET)',
          'Message-ID: <b@laurent.example>',
          'References: <root@example.org>',
          '\t<a@example.org>',
          'In-Reply-To: <a@example.org>',
          '',
          '',
        ].join('\r\n'),
      ),
    )
    expect(row).toEqual({
      from: [['Amélie Laurent', 'amelie@laurent.example']],
      to: [
        ['Marten, Alice', 'alice@example.org'],
        ['', 'bob@example.org'],
        ['', 'carol@example.org'],
      ],
      subject: '来週の打ち合わせ',
      date: Date.UTC(2026, 10, 19, 9, 42),
      messageId: '<b@laurent.example>',
      inReplyTo: '<a@example.org>',
      references: ['<root@example.org>', '<a@example.org>'],
    })
    expect(hash).not.toBe(thread)
    expect(thread).toBe(toHeaderRow(bytes('Message-ID: <root@example.org>\r\n')).hash)
  })

  it('read raw 8-bit as UTF-8, or else windows-1252', () => {
    expect(toHeaderRow(bytes('Subject: Grüße\r\n')).row.subject).toBe('Grüße')
    expect(toHeaderRow(Buffer.from('Subject: Gr\xfc\xdfe\r\n', 'latin1')).row.subject).toBe('Grüße')
  })

  it('come out of anything', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), block => void toHeaderRow(block)))
    fc.assert(
      fc.property(fc.string(), text => void toHeaderRow(bytes(`From: ${text}\r\nSubject: ${text}\r\nReferences: ${text}\r\nDate: ${text}\r\n`))),
    )
  })

  it('read addresses as the full parser does', () => {
    expect(parseAddresses('Bob Baker <bob@example.test>')).toEqual([['Bob Baker', 'bob@example.test']])
    expect(parseAddresses('"Baker, Bob" <bob@example.test>')).toEqual([['Baker, Bob', 'bob@example.test']])
    expect(parseAddresses('<bob@example.test>')).toEqual([['', 'bob@example.test']])
    expect(parseAddresses('bob@example.test (Bob)')).toEqual([['Bob', 'bob@example.test']])
    expect(parseAddresses('=?utf-8?Q?J=C3=B6rg?= <j@example.test>')).toEqual([['Jörg', 'j@example.test']])
    expect(parseAddresses('a@b.test, c@d.test')).toHaveLength(2)
  })

  const person = (i: number, name = `Person ${i}`): string => `${name} <person.${i}@department.example>`
  const toField = (count: number, name?: string, fold = ',\r\n '): Buffer =>
    bytes(`From: Nora <nora@x.example>\r\nTo: ${Array.from({ length: count }, (_, i) => person(i, name)).join(fold)}\r\nCc: last@x.example\r\n\r\n`)
  const isWhole = ([, address]: [string, string]): boolean => /^person\.\d+@department\.example$/.test(address)

  it.each([
    ['many', toField(151), 100, 51],
    ['with long names', toField(91, 'x'.repeat(300)), 61, 30],
    ['in one line with long names', toField(91, 'x'.repeat(211), ', '), 83, 8],
    ['with encoded names', toField(91, `=?utf-8?Q?${'=C3=BC'.repeat(100)}?=`), 91, 0],
  ])('keep whole addresses and say how many more there are: %s', (_, block, kept, more) => {
    const { row } = toHeaderRow(block)
    expect(row.to.every(isWhole)).toBe(true)
    expect([row.to.length, row.more?.to ?? 0, row.cc]).toEqual([kept, more, [['', 'last@x.example']]])
    const people = toPeople(block)
    expect([people.to.length, people.to.every(isWhole), people.cc.length, people.complete]).toEqual([kept + more, true, 1, true])
  })

  it('keep a name within what a message takes, and no address that nobody can have', () => {
    const { row } = toHeaderRow(bytes(`From: ${'😀'.repeat(9000)} <a@x.example>\r\nTo: <${'y'.repeat(30_000)}@x.example>, b@x.example\r\n`))
    expect([row.from[0]![0].length, row.from[0]![1]]).toEqual([1000, 'a@x.example'])
    expect(row.to.map(([, address]) => address)).toEqual(['', 'b@x.example'])
  })

  it('are named by the bytes of the header, not by what they decode to', () => {
    const sly = bytes('From: a@x.example\r\nTo: =?utf-8?Q?Eve=2C_=3Ceve=40evil=2Eexample=3E=2C?= <bob@x.example>\r\n')
    expect(toPeople(sly).to).toEqual([['Eve, <eve@evil.example>,', 'bob@x.example']])
  })

  it('are not said to be all where there is no end to them', () => {
    const many = toPeople(toField(12_000, '', ', '))
    expect([many.complete, many.to.length]).toEqual([false, 10_000])
    const cut = toPeople(toField(40_000, 'Somebody').subarray(0, headerLimit))
    expect([cut.complete, cut.to.every(isWhole)]).toEqual([false, true])
  })

  it('are cut into pages that continue the last one', () => {
    const blocks = Array.from({ length: 600 }, (_, i) => bytes(`Subject: ${i}\r\n`))
    expect(parseHeaders(packHeaders(blocks), 100).pages.map(page => (JSON.parse(page) as unknown[]).length)).toEqual([100, 250, 250])
  })
})

describe('structures', () => {
  const leaf = (part: string, type: string, rest: Partial<MessageStructureObject> = {}): MessageStructureObject => ({ part, type, size: 10, ...rest })
  it('prefer HTML, take the snippet from plain text, and tell pictures from attachments', () => {
    const readable = toReadable({
      type: 'multipart/mixed',
      childNodes: [
        {
          part: '1',
          type: 'multipart/alternative',
          childNodes: [
            leaf('1.1', 'text/plain'),
            { part: '1.2', type: 'multipart/related', childNodes: [leaf('1.2.1', 'text/html'), leaf('1.2.2', 'image/png', { id: '<logo@x>' })] },
            leaf('1.3', 'text/calendar'),
          ],
        },
        leaf('2', 'application/pdf', { disposition: 'attachment', dispositionParameters: { filename: '=?utf-8?Q?Fahrpl=C3=A4ne.pdf?=' } }),
        leaf('3', 'message/rfc822', { envelope: { subject: 'old' }, childNodes: [leaf('3.1', 'text/plain')] }),
      ],
    })
    expect(readable.sections.map(({ part }) => part)).toEqual(['1.2.1'])
    expect(readable.snippet?.part).toBe('1.1')
    expect(readable.inline.map(({ contentId }) => contentId)).toEqual(['logo@x'])
    expect(readable.attachments.map(({ part, filename }) => [part, filename])).toEqual([
      ['1.3', undefined],
      ['2', 'Fahrpläne.pdf'],
      ['3', 'old.eml'],
    ])
  })

  it('hold against nesting without end', () => {
    let node: MessageStructureObject = leaf('1', 'text/plain')
    for (let i = 0; i < 5000; i++) node = { type: 'multipart/alternative', childNodes: [node] }
    expect(() => toReadable(node)).not.toThrow()
  })
})

describe('text', () => {
  const part = (type: string, encoding: string, charset?: string) => ({ part: '1', type, size: 0, encoding, ...(charset && { charset }) })
  it('is decoded from its transfer encoding and charset', () => {
    expect(decodeSection({ part: part('text/plain', 'quoted-printable', 'iso-8859-1'), bytes: bytes('Gr=FC=DFe=\r\n aus') })).toBe('Grüße aus')
    expect(decodeSection({ part: part('text/plain', 'base64', 'iso-2022-jp'), bytes: bytes('GyRCRnxLXBsoQg==') })).toBe('日本')
    expect(decodeSection({ part: part('text/plain', '8bit', 'x-unheard-of'), bytes: bytes('äh') })).toBe('äh')
  })

  it('makes a snippet of what a person would read first', () => {
    const html = '<style>p{color:red}</style><!-- hidden --><p>Five &amp; more&nbsp;things</p><img src=x'
    expect(toSnippet({ part: part('text/html', '7bit'), bytes: bytes(html) })).toBe('Five & more things')
    expect(toSnippet({ part: part('text/plain', '7bit'), bytes: bytes('> old\r\nNew words\r\n--\r\nJonas') })).toBe('New words Jonas')
  })
})
