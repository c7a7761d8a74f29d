import { expect, test } from 'vitest'
import type { Core } from '../core.ts'
import { pieceBytes, sendFile } from './file-pieces.ts'

function fakeCore() {
  const written: Uint8Array[] = []
  const calls: string[] = []
  const core = {
    closed: false,
    call: async (name: string, arg: { base64?: string }) => {
      calls.push(name)
      if (arg.base64 !== undefined) {
        expect(arg.base64.length).toBeLessThanOrEqual(1_400_000)
        written.push(Uint8Array.from(Buffer.from(arg.base64, 'base64')))
      }
      return name === 'attachment.begin' ? { id: 'abcdefgh' } : { id: 'abcdefgh', filename: 'a.bin', type: '', size: 0 }
    },
  } as unknown as Core
  return { core, calls, bytes: () => Buffer.concat(written) }
}

const bytes = Buffer.from(Array.from({ length: pieceBytes * 2 + 17 }, (_, i) => (i * 31) % 256))
const file = (content: Buffer) => ({
  name: 'a.bin',
  type: '',
  size: content.length,
  slice: (from: number, to: number) => ({ arrayBuffer: async () => Uint8Array.from(content.subarray(from, to)).buffer }),
})

test('a file arrives byte for byte, in pieces, with its progress', async () => {
  const { core, calls, bytes: arrived } = fakeCore()
  const progress: number[] = []
  await sendFile(core, 'message-0001', file(bytes), { progress: sent => progress.push(sent), signal: new AbortController().signal })
  expect(arrived().equals(bytes)).toBe(true)
  expect(calls).toEqual(['attachment.begin', 'attachment.write', 'attachment.write', 'attachment.write', 'attachment.finish'])
  expect(progress).toEqual([pieceBytes, 2 * pieceBytes, bytes.length])
})

test('an empty file is a file', async () => {
  const { core, calls } = fakeCore()
  await sendFile(core, 'message-0001', file(Buffer.alloc(0)), { progress: () => undefined, signal: new AbortController().signal })
  expect(calls).toEqual(['attachment.begin', 'attachment.finish'])
})

test('cancelled, it is never finished', async () => {
  const { core, calls } = fakeCore()
  const cancel = new AbortController()
  const sending = sendFile(core, 'message-0001', file(bytes), { progress: () => cancel.abort(), signal: cancel.signal })
  await expect(sending).rejects.toThrow()
  expect(calls).not.toContain('attachment.finish')
})
