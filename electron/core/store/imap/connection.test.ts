/** The connection against scripted servers that misbehave: what it sends, what it says, and that it comes back. */
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { Flag, flagsOf } from '../../../../shared/model/flags.ts'
import { toSequenceSet } from '../../../../shared/ranges.ts'
import type { Incoming } from '../../../../shared/model/account-setup.ts'
import { ImapConnection, type ConnectionState } from './connection.ts'

const cleanups: (() => void)[] = []
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup()
})

type Script = (line: string, socket: Socket) => void

/** `greeting` is sent at once; then each line of the client goes to `script`. Answers what was received. */
async function scripted(greeting: string | null, script: Script): Promise<{ port: number; lines: string[]; connections(): number }> {
  const lines: string[] = []
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    connections++
    sockets.add(socket)
    socket.on('error', () => socket.destroy())
    if (greeting !== null) socket.write(`${greeting}\r\n`)
    socket.setEncoding('latin1').on('data', (chunk: string) => {
      for (const line of chunk.split('\r\n').filter(Boolean)) {
        lines.push(line)
        script(line, socket)
      }
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, lines, connections: () => connections }
}

function open(
  port: number,
  security: Incoming['security'],
  more: { connectMs?: number; onNews?(path: string): void } = {},
): { connection: ImapConnection; states: ConnectionState[]; until(kind: ConnectionState['kind']): Promise<ConnectionState> } {
  const states: ConnectionState[] = []
  const waiting: { kind: string; resolve(state: ConnectionState): void }[] = []
  const connection = new ImapConnection({
    server: { protocol: 'imap', host: '127.0.0.1', port, security, user: 'alice', allowPlaintext: true },
    password: async () => 'Marker-Password',
    trust: { optionsFor: () => ({}), verified: () => Promise.resolve() },
    onState: state => {
      states.push(state)
      for (const one of waiting) if (one.kind === state.kind) one.resolve(state)
    },
    onNews: () => undefined,
    watch: () => null,
    ...more,
  })
  cleanups.push(() => connection.dispose())
  const until = (kind: ConnectionState['kind']): Promise<ConnectionState> => {
    const there = states.find(state => state.kind === kind)
    return there ? Promise.resolve(there) : new Promise(resolve => waiting.push({ kind, resolve }))
  }
  connection.start()
  return { connection, states, until }
}

/** Answers as a small server does that has no TLS at all. */
const plain =
  (capabilities: string, login: string): Script =>
  (line, socket) => {
    const [tag, command] = line.split(' ')
    if (command === 'CAPABILITY') socket.write(`* CAPABILITY ${capabilities}\r\n${tag} OK done\r\n`)
    else if (command === 'LOGIN' || command === 'AUTHENTICATE') socket.write(`${tag} ${login}\r\n`)
    else socket.write(`${tag} OK done\r\n`)
  }
const marker = [/Marker-Password/, new RegExp(Buffer.from('Marker-Password').toString('base64').slice(2, 16))]
const leaks = (lines: string[]): boolean => lines.some(line => marker.some(mark => mark.test(line)) || /LOGIN|AUTHENTICATE/.test(line))

it.each([
  ['does not offer STARTTLS', '* OK ready', 'IMAP4rev1'],
  ['says it is authenticated already', '* PREAUTH welcome', 'IMAP4rev1'],
  ['offers STARTTLS and refuses it', '* OK ready', 'IMAP4rev1 STARTTLS'],
])('sends no password where STARTTLS is required and the server %s', async (_, greeting, capabilities) => {
  const server = await scripted(greeting, (line, socket) => {
    if (/ STARTTLS/.test(line)) socket.write(`${line.split(' ')[0]} NO not today\r\n`)
    else plain(capabilities, 'OK in')(line, socket)
  })
  const state = await open(server.port, 'starttls').until('waiting')
  expect(leaks(server.lines)).toBe(false)
  expect(state).toMatchObject({ error: { kind: expect.stringMatching(/insecure|refused|offline/) as string } })
})

it('sends no password to a server that speaks plain text where TLS is expected', async () => {
  const server = await scripted('* OK ready', plain('IMAP4rev1', 'OK in'))
  const state = await open(server.port, 'tls').until('waiting')
  expect(leaks(server.lines)).toBe(false)
  expect(state).toMatchObject({ error: { kind: 'insecure' } })
})

it('stops after a password was refused twice, and tries again when asked', async () => {
  const server = await scripted('* OK ready', plain('IMAP4rev1', 'NO [AUTHENTICATIONFAILED] no'))
  const { connection, until, states } = open(server.port, 'none')
  expect(await until('refused')).toMatchObject({ error: { kind: 'auth' } })
  expect(server.connections()).toBe(2)
  states.length = 0
  connection.retryNow()
  await until('refused')
  expect(server.connections()).toBe(4)
})

const signIns = (lines: string[]): number => lines.filter(line => /LOGIN|AUTHENTICATE/.test(line)).length

it('leaves a refused password alone however often the network changes', async () => {
  const server = await scripted('* OK ready', plain('IMAP4rev1', 'NO [AUTHENTICATIONFAILED] no'))
  const { connection, until, states } = open(server.port, 'none')
  await until('refused')
  expect(signIns(server.lines)).toBe(2)
  states.length = 0
  for (let i = 0; i < 3; i++) connection.reset()
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(states).toEqual([])
  expect(signIns(server.lines)).toBe(2)
})

it('counts refusals on while the network changes during the attempts', async () => {
  const server = await scripted('* OK ready', (line, socket) => {
    if (/LOGIN|AUTHENTICATE/.test(line)) reset() // while connecting
    plain('IMAP4rev1', 'NO [AUTHENTICATIONFAILED] no')(line, socket)
  })
  const { connection, until } = open(server.port, 'none')
  const reset = (): void => connection.reset()
  await until('waiting')
  reset() // in the back-off
  await until('refused')
  await new Promise(resolve => setTimeout(resolve, 300))
  expect(signIns(server.lines)).toBe(2)
})

it('waits after the server said BYE, and comes back', async () => {
  const busy = await scripted('* BYE too many connections', () => undefined)
  const { until } = open(busy.port, 'none')
  expect(await until('waiting')).toMatchObject({ error: { kind: expect.stringMatching(/busy|offline/) as string } })
  await expect.poll(busy.connections, { timeout: 5000 }).toBeGreaterThan(1)
})

it('does not sit out its back-off once the server is known to answer again, nor tries again and again for that', async () => {
  const busy = await scripted('* BYE too many connections', () => undefined)
  const { connection, until } = open(busy.port, 'none')
  connection.start()
  await until('waiting')
  await expect.poll(busy.connections, { timeout: 8000 }).toBe(3) // after 1 and 2 s; now it waits for 5
  await expect.poll(() => connection.state.kind).toBe('waiting')
  for (let i = 0; i < 5; i++) {
    connection.serverAnswers()
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  expect(busy.connections()).toBe(4)
})

it('fails waiting work with the reason when the connection is refused', async () => {
  await expect(open(1, 'none').connection.run(async () => 1)).rejects.toMatchObject({ kind: 'offline' })
})

/** Never lets anyone in, and never falls silent. */
const stalling: Script = (line, socket) => {
  if (/CAPABILITY/.test(line)) return plain('IMAP4rev1', 'OK in')(line, socket)
  const timer = setInterval(() => socket.write('* OK still here\r\n'), 20)
  socket.once('close', () => clearInterval(timer))
}

it('does not wait for ever for a server that keeps saying it is still there', async () => {
  const { port } = await scripted('* OK ready', stalling)
  const { until } = open(port, 'none', { connectMs: 300 })
  expect(await until('waiting')).toMatchObject({ error: { kind: 'timeout', code: 'server.mute', params: { host: '127.0.0.1' } } })
})

it('ends an attempt that is under way with the account', async () => {
  let closed = false
  const { port, lines } = await scripted('* OK ready', (line, socket) => {
    socket.once('close', () => (closed = true))
    stalling(line, socket)
  })
  const { connection, states } = open(port, 'none')
  await expect.poll(() => lines.some(line => /LOGIN|AUTH/.test(line))).toBe(true)
  connection.dispose()
  await expect.poll(() => closed).toBe(true)
  expect(states.map(({ kind }) => kind)).toEqual(['connecting'])
})

/** A server with one folder; `answers` are untagged lines to SELECT, UID FETCH and UID SEARCH. */
const withFolder =
  (capabilities: string, answers: { fetch?: string[]; search?: string[] }): Script =>
  (line, socket) => {
    const [tag, command, uidCommand] = line.split(' ')
    const tell = (lines: string[] = []): void => void socket.write([...lines, `${tag} OK done`, ''].join('\r\n'))
    if (command === 'SELECT') tell(['* 3 EXISTS', '* OK [UIDVALIDITY 7] x', '* OK [UIDNEXT 10] x', '* FLAGS ()'])
    else if (command === 'UID') tell(uidCommand === 'FETCH' ? answers.fetch : answers.search)
    else plain(capabilities, 'OK in')(line, socket)
  }

const header = 'Subject: Tides\r\n\r\n'
const row = (items: string): string => `* 1 FETCH (${items} BODY[HEADER.FIELDS (SUBJECT)] {${header.length}}\r\n${header})`

it('takes rows however the server words them, and tells flags of other messages from rows', async () => {
  const server = await scripted(
    '* OK ready',
    withFolder('IMAP4rev1', {
      fetch: [
        row('UID 4 FLAGS (\\Seen) INTERNALDATE " 1-Feb-2026 10:00:00 +0100" RFC822.SIZE 100'),
        '* 2 FETCH (UID 4 FLAGS (\\Seen \\Flagged \\Recent Work WORK))', // another client, meanwhile
        '* 3 FETCH (FLAGS (\\Deleted))',
        '* 3 FETCH (UID 9 FLAGS (\\Deleted))',
        '* 2 FETCH (body[header.fields (subject)] "Subject: Short" rfc822.size 99999999999 internaldate "never" flags () uid 5)',
        '* 2 FETCH (UID 6 FLAGS NIL INTERNALDATE NIL RFC822.SIZE NIL BODY[HEADER.FIELDS (SUBJECT)] NIL)',
        '* 2 FETCH (UID 7 FLAGS () RFC822.SIZE 5)', // it cannot read this one
        '* 2 FETCH (UID 8 FLAGS (\\Seen))', // asked for, and nothing of it comes
        row('UID 0 FLAGS ()'),
        row('UID 4294967296 FLAGS ()'),
      ],
    }),
  )
  let news = 0
  const { connection } = open(server.port, 'none', { onNews: () => news++ })
  const rows = await connection.run(async session => {
    await session.select('INBOX', null)
    return session.fetchHeaders([[1, 8]])
  })
  expect(rows.map(one => ({ ...one, header: Buffer.from(one.header).toString() }))).toEqual([
    { uid: 4, flags: { bits: Flag.seen | Flag.flagged, keywords: ['Work'] }, modseq: null, date: Date.UTC(2026, 1, 1, 9) / 1000, size: 100, header },
    { uid: 5, flags: flagsOf(0), modseq: null, date: 0, size: 0xffffffff, header: 'Subject: Short' },
    { uid: 6, flags: flagsOf(0), modseq: null, date: 0, size: 0, header: '' },
    { uid: 7, flags: flagsOf(0), modseq: null, date: 0, size: 5, header: '' },
  ])
  expect(news).toBe(2) // of number 3 and UID 9; of what was asked for there is none, or it would be asked for without end
})

it.each([
  ['whole', ['* ESEARCH (TAG "x") UID COUNT 3 ALL 2,4:5'], '2,4:5'],
  ['empty', ['* ESEARCH (TAG "x") UID COUNT 0'], ''],
  ['shorter than it says', ['* ESEARCH (TAG "x") UID COUNT 3 ALL 2,4'], null],
  ['no set of UIDs', ['* ESEARCH (TAG "x") UID COUNT 2 ALL 2,*'], null],
  ['not there', [], null],
])('a compact listing that is %s is taken, or else the plain one', async (_, compact, taken) => {
  const server = await scripted('* OK ready', (line, socket) =>
    withFolder('IMAP4rev1 ESEARCH', { search: line.includes('RETURN') ? compact : ['* SEARCH 7 8'] })(line, socket),
  )
  const { connection } = open(server.port, 'none')
  const listed = await connection.run(async session => {
    await session.select('INBOX', null)
    return session.searchAll()
  })
  expect(toSequenceSet(listed)).toBe(taken ?? '7:8')
})

const text = 'The tide comes in, a little at a time.'

/** Answers FETCH a few bytes at a time: `bytes` of the text, and the end of the answer only with the last. */
const dripping =
  (bytes: number, everyMs: number): Script =>
  (line, socket) => {
    if (!line.includes('UID FETCH')) return withFolder('IMAP4rev1', {})(line, socket)
    const whole = `* 1 FETCH (UID 4 BODY[1] {${text.length}}\r\n${text})\r\n${line.split(' ')[0]} OK done\r\n`
    const until = bytes < text.length ? whole.indexOf(text) + bytes : whole.length
    let at = 0
    const timer = setInterval(() => {
      if (at >= until) return clearInterval(timer)
      socket.write(whole.slice(at, Math.min(at + 4, until)))
      at += 4
    }, everyMs)
    socket.once('close', () => clearInterval(timer))
  }

async function fetchSlowly(port: number, silence: { silenceMs: number; longestMs?: number }) {
  const { connection, states } = open(port, 'none')
  await connection.run(session => session.select('INBOX', null)) // connected
  const began = Date.now()
  const fetched = connection.run(async session => (await session.fetchParts([[4, 4]], [{ part: '1' }])).get(4)?.get('1'), silence)
  const outcome = await fetched.then(
    bytes => Buffer.from(bytes!).toString(),
    (error: unknown) => error,
  )
  return { outcome, tookMs: Date.now() - began, lost: states.at(-1)?.kind !== 'ready' }
}

it('waits for an answer as long as some of it comes', async () => {
  const { port } = await scripted('* OK ready', dripping(Infinity, 50))
  const { outcome, tookMs } = await fetchSlowly(port, { silenceMs: 300 })
  expect(outcome).toBe(text)
  expect(tookMs).toBeGreaterThan(600)
})

it('ends work when the server falls silent in the middle of an answer', async () => {
  const { port } = await scripted('* OK ready', dripping(10, 20))
  const { outcome, tookMs, lost } = await fetchSlowly(port, { silenceMs: 300 })
  expect(outcome).toMatchObject({ kind: 'timeout', code: 'server.silent', params: { host: '127.0.0.1' } })
  expect(tookMs).toBeGreaterThan(300)
  expect(tookMs).toBeLessThan(2000)
  expect(lost).toBe(true)
})

it('does not wait for ever for an answer that comes without end', async () => {
  const { port } = await scripted('* OK ready', (line, socket) => {
    if (!line.includes('UID FETCH')) return withFolder('IMAP4rev1', {})(line, socket)
    const timer = setInterval(() => socket.write('* OK still here\r\n'), 20)
    socket.once('close', () => clearInterval(timer))
  })
  const { outcome, tookMs } = await fetchSlowly(port, { silenceMs: 200, longestMs: 700 })
  expect(outcome).toMatchObject({ kind: 'timeout', code: 'server.endless', params: { host: '127.0.0.1' } })
  expect(tookMs).toBeGreaterThan(600)
})
