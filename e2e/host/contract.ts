/** What every Host must do, run against each of them with two tiny pages instead of the program's. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Host, Page } from '../../electron/core/host.ts'
import type { Transport, Wire } from '../../shared/rpc.ts'

export interface Harness {
  host: Host
  /** Of the host's pages. It never changes: mail is cached under it. */
  origin: string
  reloadWindow(): Promise<void>
  closeWindow(): Promise<void>
  crash(kind: Page['kind']): Promise<void>
  stop(): Promise<void>
}

const pageScript = `
const transport = window.pillarbox.connect()
const send = (name, payload) => transport.send({ t: 'event', name, payload })
transport.onMessage(({ name, payload }) => {
  if (name === 'echo') send('echoed', payload)
  if (name === 'flood') for (let n = 0; n < payload; n++) send('drop', n)
  if (name === 'address') send('addressed', location.href)
  if (name === 'close') window.close()
  if (name === 'hang') for (;;);
  if (name === 'litter') window.litter = new WeakRef(new Array(1000).fill(0).map(() => ({})))
  if (name === 'look') send('looked', window.litter.deref() === undefined)
  if (name === 'size') send('sized', payload.length)
  if (name === 'theme') send('themed', matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light')
  if (name === 'frame') {
    const frame = document.createElement('iframe')
    frame.srcdoc = '<p>inside</p>'
    frame.onload = () => send('framed', [typeof frame.contentWindow.pillarbox, Object.keys(frame.contentWindow).filter(key => key.includes('illarbox'))])
    document.body.append(frame)
  }
})
send('hello', { secure: isSecureContext, origin: location.origin })
`

/** Writes the tiny pages into `folder`. */
export async function writeTinyPages(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const name of ['index', 'cache'])
    await writeFile(
      join(folder, `${name}.html`),
      `<!doctype html><meta charset=utf-8><title>${name}</title><body>${name}<script src="page.js"></script>`,
    )
  await writeFile(join(folder, 'page.js'), pageScript)
}

interface Talk {
  kind: Page['kind']
  transport: Transport
  restart(): boolean
  closed: boolean
  events: { name: string; payload: unknown }[]
  send(name: string, payload?: unknown): void
  /** The next event of this name that was not yet waited for. */
  heard(name: string): Promise<unknown>
}

function talkTo({ kind, transport, restart }: Page): Talk {
  const talk: Talk = {
    kind,
    transport,
    restart,
    closed: false,
    events: [],
    send: (name, payload = null) => transport.send({ t: 'event', name, payload } satisfies Wire),
    async heard(name) {
      await expect.poll(() => talk.events.some(event => event.name === name), { intervals: [20] }).toBe(true)
      const [event] = talk.events.splice(
        talk.events.findIndex(candidate => candidate.name === name),
        1,
      )
      return event!.payload
    },
  }
  transport.onMessage(message => talk.events.push(message as { name: string; payload: unknown }))
  transport.onClose(() => (talk.closed = true))
  return talk
}

export function describeHost(name: string, start: () => Promise<Harness>): void {
  test.describe(`${name} host`, () => {
    let harness: Harness
    let talks: Talk[] = []
    let lastWindowClosed = 0

    test.beforeEach(async () => {
      talks = []
      lastWindowClosed = 0
      harness = await start()
      harness.host.onPage(page => talks.push(talkTo(page)))
      harness.host.onLastWindowClosed(() => lastWindowClosed++)
      await harness.host.openWindow({ theme: 'dark' })
    })
    test.afterEach(() => harness.stop())

    /** The open transport of a page; with `index` 1 the one after the first. */
    const talk = async (kind: Page['kind'], index = 0): Promise<Talk> => {
      const found = () => talks.filter(candidate => candidate.kind === kind)[index]
      await expect.poll(found, { intervals: [20], timeout: 10_000 }).toBeTruthy()
      return found()!
    }

    test('window and cache page connect, in a secure context of one origin', async () => {
      for (const kind of ['window', 'cache'] as const) {
        const page = await talk(kind)
        expect(await page.heard('hello')).toEqual({ secure: true, origin: harness.origin })
        page.send('echo', { text: 'é漢\u0000\u2028"' })
        expect(await page.heard('echoed')).toEqual({ text: 'é漢\u0000\u2028"' })
      }
    })

    test('what is sent at once when a page connects is not lost', async () => {
      await (await talk('window')).heard('hello')
      harness.host.onPage(page => {
        page.transport.send({ t: 'event', name: 'echo', payload: 'at once' })
        talks.push(talkTo(page))
      })
      await harness.reloadWindow()
      expect(await (await talk('window', 1)).heard('echoed')).toBe('at once')
    })

    test('5 MB pass both ways', async () => {
      const page = await talk('cache')
      const large = 'é'.repeat(2_500_000) + 'x'.repeat(2_500_000)
      page.send('size', large)
      expect(await page.heard('sized')).toBe(large.length)
      page.send('echo', large)
      expect((await page.heard('echoed')) === large).toBe(true)
    })

    test('garbage is collected in all pages, also twice', async () => {
      for (let i = 0; i < 2; i++) {
        for (const kind of ['window', 'cache'] as const) (await talk(kind)).send('litter')
        for (const kind of ['window', 'cache'] as const) {
          const page = await talk(kind)
          page.send('echo', i)
          await page.heard('echoed') // the litter is there
        }
        await harness.host.collectGarbage()
        for (const kind of ['window', 'cache'] as const) {
          const page = await talk(kind)
          page.send('look')
          expect(await page.heard('looked')).toBe(true)
        }
      }
    })

    test('there is a key store that gives back what it keeps, or none', async () => {
      const store = await harness.host.keyStore()
      if (!store) return
      const token = await store.keep('é漢 a secret')
      expect(token).not.toContain('secret')
      expect(await store.reveal(token)).toBe('é漢 a secret')
      await store.forget(token)
    })

    test('messages keep their order', async () => {
      const page = await talk('window')
      page.send('flood', 2000)
      for (let n = 0; n < 2000; n++) page.send('echo', n)
      await expect.poll(() => page.events.filter(event => event.name !== 'hello').length).toBe(4000)
      const numbers = Array.from({ length: 2000 }, (_, n) => n)
      expect(page.events.filter(event => event.name === 'drop').map(event => event.payload)).toEqual(numbers)
      expect(page.events.filter(event => event.name === 'echoed').map(event => event.payload)).toEqual(numbers)
    })

    test('the theme asked for is the one the page sees', async () => {
      const page = await talk('window')
      page.send('theme')
      expect(await page.heard('themed')).toBe('dark')
    })

    test('a frame in the page has no way to the host', async () => {
      const page = await talk('window')
      page.send('frame')
      expect(await page.heard('framed')).toEqual(['undefined', []])
    })

    test('a reload closes the transport and gives a new one', async () => {
      const before = await talk('window')
      await before.heard('hello')
      await harness.reloadWindow()
      const after = await talk('window', 1)
      await after.heard('hello')
      expect(before.closed).toBe(true)
      before.send('echo', 'to nobody')
      after.send('echo', 'to the new page')
      expect(await after.heard('echoed')).toBe('to the new page')
      expect(after.events).toEqual([])
    })

    test('the cache page comes back after a crash, and after a second', async () => {
      for (const index of [0, 1]) {
        const before = await talk('cache', index)
        await before.heard('hello')
        await harness.crash('cache')
        const after = await talk('cache', index + 1)
        expect(before.closed).toBe(true)
        after.send('echo', index)
        expect(await after.heard('echoed')).toBe(index)
      }
      expect(lastWindowClosed).toBe(0)
    })

    test('a crashed window is replaced', async () => {
      const before = await talk('window')
      await before.heard('hello')
      await harness.crash('window')
      await (await talk('window', 1)).heard('hello')
      expect(before.closed).toBe(true)
    })

    test('a window that hangs is restarted, and so is the one in its place', async () => {
      for (const index of [0, 1]) {
        const before = await talk('window', index)
        if (index === 0) await before.heard('hello')
        before.send('hang')
        await new Promise(resolve => setTimeout(resolve, 500)) // it hangs by then
        expect(before.restart()).toBe(true)
        const after = await talk('window', index + 1)
        await after.heard('hello')
        expect(before.closed).toBe(true)
      }
      const cache = await talk('cache')
      cache.send('echo', 'alive')
      expect(await cache.heard('echoed')).toBe('alive')
      expect(lastWindowClosed).toBe(0)
    })

    test('the cache page outlives the last window, and serves the next', async () => {
      const cache = await talk('cache')
      await cache.heard('hello')
      await harness.closeWindow()
      await expect.poll(() => lastWindowClosed).toBe(1)
      expect((await talk('window')).closed).toBe(true)
      cache.send('echo', 'alive')
      expect(await cache.heard('echoed')).toBe('alive')
      await harness.host.openWindow({ theme: 'light' })
      const window = await talk('window', 1)
      await window.heard('hello')
      expect(talks.filter(({ kind }) => kind === 'cache')).toHaveLength(1)
    })

    test('a draft has a window of its own, and closing that is not closing the last', async () => {
      await (await talk('window')).heard('hello')
      await harness.host.openWindow({ theme: 'dark', draft: 'message-0001' })
      const draft = await talk('window', 1)
      await draft.heard('hello')
      draft.send('address')
      expect(await draft.heard('addressed')).toBe(`${harness.origin}/index.html?draft=message-0001`)
      await harness.host.openWindow({ theme: 'dark', draft: 'message-0001' }) // it is open
      draft.send('close')
      await expect.poll(() => draft.closed).toBe(true)
      expect(talks.filter(({ kind }) => kind === 'window')).toHaveLength(2)
      expect(lastWindowClosed).toBe(0)
      await harness.closeWindow()
      await expect.poll(() => lastWindowClosed).toBe(1)
    })

    test('the picture is a PNG', async () => {
      await (await talk('window')).heard('hello')
      expect(Buffer.from((await harness.host.screenshot()).subarray(0, 8)).toString('latin1')).toBe('\x89PNG\r\n\x1a\n')
    })

    test('only http, https and mailto are opened outside', async () => {
      await expect(harness.host.openUrl('file:///etc/passwd')).rejects.toThrow('Only http, https and mailto are')
    })
  })
}
