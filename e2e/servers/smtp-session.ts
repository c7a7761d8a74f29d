/** One connection of a small server for outgoing mail (RFC 5321, 4954, 3207): as much as sending messages takes, with places to answer as a test wants. */
import type { Socket } from 'node:net'

/** A message as it was handed over; `data` are bytes as a latin1 string, dots unstuffed. */
export interface HandedOver {
  from: string
  to: string[]
  data: string
}

/** What a server does; every answer is a line without its end. */
export interface Manners {
  /** Null: any. */
  user: string | null
  password: string
  /** AUTH and messages are taken without encryption too. */
  inClear?: boolean
  /** STARTTLS is not offered. */
  withoutStartTls?: boolean
  pipelining?: boolean
  /** The answer to a command other than the usual one, by its name and argument; null: the usual one. `cut`: the connection ends without an answer. */
  answer?(command: string, argument: string): string | 'cut' | null
  /** A whole message came. Answers what is said; `cut`: it was taken, and the connection ends without an answer. */
  take?(message: HandedOver): string | 'cut' | Promise<string | 'cut'>
}

export interface Connection {
  socket: Socket
  encrypted: boolean
  greets: boolean
  /** Lines that came unencrypted, except those of messages. */
  onClear(line: string): void
  upgrade(): void
}

export function serveSmtp({ socket, encrypted, greets, onClear, upgrade }: Connection, manners: Manners): void {
  let text = ''
  let envelope = { from: '', to: [] as string[] }
  let data: string[] | null = null
  let login: 'user' | 'password' | null = null
  let loginUser = ''
  let closed = false
  const mayServe = encrypted || manners.inClear === true
  const say = (...lines: string[]): void => void socket.write(lines.map(line => `${line}\r\n`).join(''))
  const check = (user: string, password: string): void => {
    const right = password === manners.password && (manners.user === null || user === manners.user)
    say(right ? '235 2.7.0 Welcome' : '535 5.7.8 Wrong password')
  }
  const decode = (base64: string): string => Buffer.from(base64, 'base64').toString()

  async function takeMessage(lines: string[]): Promise<void> {
    const message = { ...envelope, data: lines.map(line => `${line.replace(/^\./, '')}\r\n`).join('') }
    envelope = { from: '', to: [] }
    const answer = await (manners.take?.(message) ?? '250 2.0.0 Taken')
    if (answer === 'cut') return void socket.destroy()
    say(answer)
  }

  function perform(line: string): void {
    const [command = '', ...rest] = line.split(' ')
    const name = command.toUpperCase()
    const argument = rest.join(' ')
    const special = manners.answer?.(name, argument) ?? null
    if (special === 'cut') return void socket.destroy()
    if (special !== null) return say(special)
    switch (name) {
      case 'EHLO': {
        const extensions = [
          ...(manners.pipelining ? ['PIPELINING'] : []),
          ...(!encrypted && !manners.withoutStartTls ? ['STARTTLS'] : []),
          ...(mayServe ? ['AUTH PLAIN LOGIN', 'SIZE 60000000', '8BITMIME'] : []),
        ]
        return say(...['localhost', ...extensions].map((one, i) => `250${i === extensions.length ? ' ' : '-'}${one}`))
      }
      case 'STARTTLS':
        if (encrypted || manners.withoutStartTls) return say('502 5.5.1 Not known here')
        say('220 go ahead')
        closed = true
        return upgrade()
      case 'AUTH':
        if (!mayServe) return say('538 5.7.11 Encryption is required')
        if (/^plain /i.test(argument)) {
          const [, user = '', password = ''] = decode(argument.slice(6)).split('\0')
          return check(user, password)
        }
        if (!/^login\b/i.test(argument)) return say('504 5.5.4 Not known here')
        login = 'user'
        return say('334 VXNlcm5hbWU6')
      case 'MAIL':
        envelope = { from: /<(.*?)>/.exec(argument)?.[1] ?? '', to: [] }
        return say('250 2.1.0 Ok')
      case 'RCPT':
        envelope.to.push(/<(.*?)>/.exec(argument)?.[1] ?? '')
        return say('250 2.1.5 Ok')
      case 'DATA':
        if (envelope.to.length === 0) return say('554 5.5.1 No recipients')
        data = []
        return say('354 go ahead')
      case 'RSET':
      case 'NOOP':
        return say('250 2.0.0 Ok')
      case 'QUIT':
        say('221 Bye')
        return void socket.end()
      default:
        say('502 5.5.1 Not known here')
    }
  }

  function hear(line: string): void {
    if (data !== null) {
      if (line !== '.') return void data.push(line)
      const lines = data
      data = null
      return void takeMessage(lines)
    }
    if (!encrypted) onClear(line)
    if (login === 'user') {
      loginUser = decode(line)
      login = 'password'
      return say('334 UGFzc3dvcmQ6')
    }
    if (login === 'password') {
      login = null
      return check(loginUser, decode(line))
    }
    perform(line)
  }

  const onData = (chunk: Buffer): void => {
    text += chunk.toString('latin1')
    for (let end = text.indexOf('\r\n'); end >= 0 && !closed; end = text.indexOf('\r\n')) {
      const line = text.slice(0, end)
      text = text.slice(end + 2)
      hear(line)
      if (closed) socket.off('data', onData) // what follows is TLS
    }
  }
  socket.on('error', () => socket.destroy())
  socket.on('data', onData)
  if (greets) say('220 localhost ESMTP')
}
