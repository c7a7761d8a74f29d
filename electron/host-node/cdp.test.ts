import { PassThrough } from 'node:stream'
import { expect, test } from 'vitest'
import { Cdp, type CdpEvent } from './cdp.ts'

function createPipe() {
  const from = new PassThrough()
  const to = new PassThrough()
  const sent: { id: number; method: string; sessionId?: string }[] = []
  to.on('data', (chunk: Buffer) =>
    sent.push(
      ...chunk
        .toString()
        .split('\0')
        .filter(Boolean)
        .map(text => JSON.parse(text) as (typeof sent)[number]),
    ),
  )
  return { cdp: new Cdp(from, to), from, sent, tick: () => new Promise(resolve => setImmediate(resolve)) }
}

test('answers reach their calls in any order, refusals carry the words of Chromium', async () => {
  const { cdp, from, sent, tick } = createPipe()
  const version = cdp.call('Browser.getVersion', {})
  const refused = cdp.call('Page.navigate', { url: 'x' }, 's1')
  await tick()
  expect(sent.map(({ method, sessionId }) => [method, sessionId])).toEqual([
    ['Browser.getVersion', undefined],
    ['Page.navigate', 's1'],
  ])
  from.write('{"id":2,"error":{"message":"no such session"}}\0{"id":1,"result":{"product":"Chromium/1"}}\0')
  await expect(refused).rejects.toThrow('Page.navigate: no such session')
  expect(await version).toEqual({ product: 'Chromium/1' })
})

test('messages arrive whole, however they are cut, also inside a character', async () => {
  const { cdp, from, tick } = createPipe()
  const events: CdpEvent[] = []
  cdp.onEvent(event => events.push(event))
  const bytes = Buffer.from('{"method":"Page.javascriptDialogOpening","params":{"type":"é漢"}}\0'.repeat(3))
  for (const byte of bytes) from.write(Buffer.of(byte))
  await tick()
  expect(events.map(event => event.params)).toEqual([{ type: 'é漢' }, { type: 'é漢' }, { type: 'é漢' }])
})

test('a call has a deadline, and a late answer is ignored', async () => {
  const { cdp, from, tick } = createPipe()
  await expect(cdp.call('Page.enable', {}, 's', 20)).rejects.toThrow('Page.enable was not answered within 0.02 s')
  from.write('{"id":1,"result":{}}\0')
  await tick()
})

test('all open calls fail when the pipe ends, and later ones at once', async () => {
  const { cdp, from } = createPipe()
  let ends = 0
  cdp.onEnd(() => ends++)
  const open = cdp.call('Browser.getVersion', {})
  from.destroy()
  await expect(open).rejects.toThrow('Chromium has ended')
  await expect(cdp.call('Browser.getVersion', {})).rejects.toThrow('Chromium has ended')
  expect(ends).toBe(1)
})
