import { describe, expect, it } from 'vitest'
import type { Part } from '../../../shared/model/message.ts'
import { decodeSection, decodeTransfer, pictureLimit, toBody } from './decode.ts'

const decoded = (text: string) => Buffer.from(decodeTransfer(Buffer.from(text, 'latin1'), 'base64')).toString('utf8')

it('reads base64 up to its padding, and what was encoded in pieces', () => {
  expect(decoded('ecO2dMOkIHZhYW4uCg== ignored\r\n')).toBe('yötä vaan.\n')
  expect(decoded('SGVs\r\nbG8=\r\n')).toBe('Hello')
  expect(decoded('SGVsbG8=\r\nIHRoZXJl\r\n')).toBe('Hello there')
  expect(decoded('SGVsbG8=IQ==')).toBe('Hello!')
  expect(decoded('SGVsbG8')).toBe('Hello') // cut in the middle
  expect(decoded('?!')).toBe('')
  expect(decoded('====')).toBe('')
})

describe('a text that was cut', () => {
  const text = 'Привет, 世界! Grüße 👋 und mehr'
  const quotedPrintable = [...Buffer.from(text)].map(byte => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')
  const soft = quotedPrintable.replace(/(.{60})/g, '$1=\r\n')
  it.each([
    ['8bit', 'utf-8', Buffer.from(text)],
    ['8bit', undefined, Buffer.from(text)],
    [
      'base64',
      'utf-8',
      Buffer.from(
        Buffer.from(text)
          .toString('base64')
          .replace(/(.{16})/g, '$1\r\n'),
      ),
    ],
    ['quoted-printable', 'utf-8', Buffer.from(soft)],
    ['8bit', 'utf-16le', Buffer.from(text, 'utf16le')],
    ['base64', 'gb18030', Buffer.from('xOO6w8rAvec=')],
  ])('in %s and %s is read up to its last whole character', (encoding, charset, bytes) => {
    const part = { part: '1', type: 'text/plain', size: bytes.length, encoding, ...(charset && { charset }) }
    const whole = decodeSection({ part, bytes })
    for (let length = 0; length < bytes.length; length++) {
      const cut = decodeSection({ part, bytes: bytes.subarray(0, length), cut: true })
      expect(whole.startsWith(cut), `${length} bytes: ${cut}`).toBe(true)
    }
    expect(decodeSection({ part, bytes: bytes.subarray(0, bytes.length - 4), cut: true })).not.toBe('')
  })

  it('is told from one that is not UTF-8, and from one that is whole', () => {
    const part = { part: '1', type: 'text/plain', size: 9, encoding: '8bit' }
    const latin = Buffer.from('Grüße, Café', 'latin1')
    expect(decodeSection({ part, bytes: latin })).toBe('Grüße, Café')
    expect(decodeSection({ part, bytes: latin, cut: true })).toBe('Grüße, Café')
    expect(decodeSection({ part: { ...part, encoding: 'quoted-printable' }, bytes: Buffer.from('a=3D=B') })).toBe('a==B')
    const body = (cut: boolean) =>
      toBody(Buffer.from(''), [{ part, bytes: Buffer.from('Grüß').subarray(0, 5), cut }], { attachments: [], inline: [] })
    expect(body(true)).toMatchObject({ sections: [{ content: 'Grü' }], truncated: true })
    expect(body(false)).toMatchObject({ truncated: false })
  })
})

describe('pictures sent along', () => {
  const picture = (part: string, contentId: string, size = 1000) => ({ part, type: 'image/jpeg', size, contentId })
  function bodyOf(html: string, ...inline: Part[]) {
    const sections = [{ part: { part: '1', type: 'text/html', size: html.length }, bytes: Buffer.from(html) }]
    return toBody(Buffer.from(''), sections, { attachments: [picture('9', 'z')], inline })
  }
  const partsOf = (parts: Part[]) => parts.map(({ part }) => part)

  it('are attachments where no section names them', () => {
    const body = bodyOf('<p>See <img src="cid:a@x">, cid:other</p>', picture('2', 'a@x'), picture('3', 'b@x'))
    expect(partsOf(body.inline)).toEqual(['2'])
    expect(partsOf(body.attachments)).toEqual(['9', '3'])
  })

  it('are known by their names however these are written', () => {
    const html = `<img src='CID:a%40x'><img src=cid:b&amp;c&#64;x><td background="cid:d@x"><i style="background:url(cid:e@x)"><img src="cid:%zz">`
    const body = bodyOf(html, picture('2', 'a@x'), picture('3', 'b&c@x'), picture('4', 'd@x'), picture('5', 'e@x'), picture('6', '%zz'))
    expect(partsOf(body.inline)).toEqual(['2', '3', '4', '5', '6'])
  })

  it('are attachments where they are too large to be shown, or another has the same name', () => {
    const body = bodyOf('<img src="cid:a"><img src="cid:b">', picture('2', 'a', pictureLimit + 1), picture('3', 'b'), picture('4', 'b'))
    expect(partsOf(body.inline)).toEqual(['3'])
    expect(partsOf(body.attachments)).toEqual(['9', '2', '4'])
  })
})
