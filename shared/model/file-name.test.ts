import { expect, it } from 'vitest'
import { cleanName } from './file-name.ts'

const part = (filename?: string, type = 'application/pdf') => ({ part: '2', type, size: 3, ...(filename !== undefined && { filename }) })

it.each([
  ['report.pdf', 'report.pdf'],
  ['../../etc/passwd', '_.._etc_passwd'],
  ['C:\\Windows\\a.exe', 'C_Windows_a.exe'],
  ['.bashrc', 'bashrc'],
  ['CON.txt', '_CON.txt'],
  ['invoice\u202efdp.exe', 'invoice_fdp.exe'],
  ['a\u200b\u2060\ufeff.pdf\u200d.', 'a.pdf'],
  ['\u200b', 'part-2.pdf'],
  ['گزارش\u200cها 👩\u200d🚀.pdf', 'گزارش\u200cها 👩\u200d🚀.pdf'],
  ['Grüße 日本.pdf', 'Grüße 日本.pdf'],
  ['...', 'part-2.pdf'],
  [undefined, 'part-2.pdf'],
])('%j is saved as %j', (given, clean) => expect(cleanName(part(given))).toBe(clean))

it('keeps the ending of a name that is far too long', () => {
  const name = cleanName(part(`${'日'.repeat(400)}.pdf`))
  expect(name.endsWith('.pdf')).toBe(true)
  expect(Buffer.byteLength(name)).toBeLessThan(255)
})
