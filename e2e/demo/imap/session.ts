/**
 * One connection to the demo server: IMAP4rev1 with IDLE, UIDPLUS, MOVE, SPECIAL-USE, NAMESPACE, ID, UNSELECT, CHILDREN, LITERAL+ and SASL-IR.
 *
 * Rules: the session's view of its folder changes only in `report`, which runs before a command that may tell of it ends, and at once during IDLE; so sequence
 * numbers never shift under a command. CONDSTORE is left out on purpose: then a client must compare, which is its hardest path.
 */
import type { Socket } from 'node:net'
import { fetchAnswer, fetchItems, marksSeen } from './fetch.ts'
import { searchTest } from './search.ts'
import { delimiter, type Store, type StoredFolder, type StoredMessage } from './store.ts'
import { parseDate, quote, Refusal, sequenceSet, tokenize, wordOf, wordsOf, type Token } from './syntax.ts'

const before = 'IMAP4rev1 LITERAL+ SASL-IR ID AUTH=PLAIN'
const after = 'IMAP4rev1 LITERAL+ ID NAMESPACE IDLE UIDPLUS MOVE UNSELECT CHILDREN SPECIAL-USE LIST-EXTENDED'
const mostCommandBytes = 30_000_000
const permanent = '\\Answered \\Flagged \\Deleted \\Seen \\Draft'
/** Commands that shift sequence numbers must not tell of removals (RFC 3501, 7.4.1). */
const silentOnRemovals = new Set(['FETCH', 'STORE', 'SEARCH'])

export interface Login {
  user: string
  password: string
  onLogin?(): void
  /** Each command as it came, without its tag; `path`: of the selected folder. */
  onCommand?(command: string, path: string): void
}

export class Session {
  private buffer = ''
  private state: 'greeted' | 'in' | 'out' = 'greeted'
  private selected: { folder: StoredFolder; view: StoredMessage[]; seenChange: number; readOnly: boolean } | null = null
  private idling: string | null = null
  private authenticating: string | null = null
  private readonly unwatch: () => void

  constructor(
    private readonly socket: Socket,
    private readonly store: Store,
    private readonly login: Login,
  ) {
    socket.setEncoding('latin1')
    socket.on('data', chunk => this.take(String(chunk)))
    socket.on('error', () => socket.destroy())
    socket.on('close', () => this.dispose())
    this.unwatch = store.watch(() => {
      if (this.idling !== null) this.report(true)
    })
    this.say(`* OK [CAPABILITY ${before}] Pillarbox demo server ready`)
  }

  dispose(): void {
    this.unwatch()
    this.idling = null
  }

  private say(line: string): void {
    this.socket.write(`${line}\r\n`, 'latin1')
  }

  /** Takes whole commands out of the buffer: a line, with the literals in it. */
  private take(text: string): void {
    this.buffer += text
    if (this.buffer.length > mostCommandBytes) this.socket.destroy()
    for (;;) {
      let end = 0
      let more = false
      for (;;) {
        const line = this.buffer.indexOf('\r\n', end)
        if (line < 0) return
        const literal = /\{(\d+)(\+?)\}$/.exec(this.buffer.slice(Math.max(end, line - 20), line))
        end = line + 2
        if (!literal) break
        if (!literal[2] && this.buffer.length === end) {
          if (!more) this.say('+ go on')
          return
        }
        more = true
        end += Number(literal[1])
        if (this.buffer.length < end) return
      }
      const command = this.buffer.slice(0, end - 2)
      this.buffer = this.buffer.slice(end)
      this.accept(command)
    }
  }

  private accept(line: string): void {
    if (this.idling !== null) {
      const tag = this.idling
      this.idling = null
      if (/^done$/i.test(line)) this.say(`${tag} OK IDLE ended`)
      else this.say(`${tag} BAD DONE was expected`)
      return
    }
    if (this.authenticating !== null) {
      const tag = this.authenticating
      this.authenticating = null
      this.run(tag, 'AUTHENTICATE', () => this.authenticate(line))
      return
    }
    const match = /^(\S+) (uid )?(\S+)(?: (.*))?$/is.exec(line)
    if (!match) return this.say('* BAD the command is malformed')
    const [, tag, uid, verb, rest = ''] = match
    const name = verb!.toUpperCase()
    this.login.onCommand?.(`${uid ?? ''}${verb} ${rest}`, this.selected?.folder.path ?? '')
    this.run(tag!, name, () => this.perform(tag!, name, Boolean(uid), tokenize(rest)))
  }

  private run(tag: string, name: string, perform: () => string | null): void {
    try {
      const words = perform()
      if (words === null) return
      if (this.selected) this.report(!silentOnRemovals.has(name))
      this.say(`${tag} OK ${words}`)
    } catch (error) {
      if (error instanceof Refusal) this.say(`${tag} ${error.answer} ${error.message}`)
      else this.say(`${tag} NO [SERVERBUG] ${error instanceof Error ? error.message : 'failed'}`)
    }
  }

  /** Performs a command; answers the words of its OK, or null where it goes on. */
  private perform(tag: string, name: string, uid: boolean, args: Token[]): string | null {
    switch (name) {
      case 'CAPABILITY':
        this.say(`* CAPABILITY ${this.state === 'in' ? after : before}`)
        return 'done'
      case 'NOOP':
      case 'CHECK':
        return 'done'
      case 'ID':
        this.say('* ID ("name" "Pillarbox demo server")')
        return 'done'
      case 'LOGOUT':
        this.say('* BYE until next time')
        this.say(`${tag} OK done`)
        this.socket.end()
        return null
      case 'LOGIN':
        return this.enter(wordOf(args[0]), wordOf(args[1]))
      case 'AUTHENTICATE':
        if (wordOf(args[0]).toUpperCase() !== 'PLAIN') throw new Refusal('NO', 'only PLAIN is known')
        if (args[1]) return this.authenticate(wordOf(args[1]))
        this.authenticating = tag
        this.say('+ ')
        return null
    }
    if (this.state !== 'in') throw new Refusal('BAD', 'log in first')
    switch (name) {
      case 'NAMESPACE':
        this.say(`* NAMESPACE (("" "${delimiter}")) NIL NIL`)
        return 'done'
      case 'LIST':
      case 'LSUB':
        return this.list(name, args)
      case 'STATUS':
        return this.status(wordOf(args[0]), wordsOf(args[1]))
      case 'SELECT':
      case 'EXAMINE':
        return this.select(wordOf(args[0]), name === 'EXAMINE')
      case 'CREATE':
        if (this.store.find(wordOf(args[0]))) throw new Refusal('NO', '[ALREADYEXISTS] this folder exists')
        this.store.create(wordOf(args[0]))
        return 'created'
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        this.folder(wordOf(args[0])).subscribed = name === 'SUBSCRIBE'
        return 'done'
      case 'APPEND':
        return this.append(args)
      case 'IDLE':
        this.report(true)
        this.idling = tag
        this.say('+ idling')
        return null
      default:
        return this.performSelected(name, uid, args)
    }
  }

  private performSelected(name: string, uid: boolean, args: Token[]): string {
    const open = this.selected
    if (!open) throw new Refusal('BAD', 'this command is not known here')
    switch (name) {
      case 'CLOSE':
      case 'UNSELECT':
        if (name === 'CLOSE' && !open.readOnly) this.expunge(null, false)
        this.selected = null
        return 'done'
      case 'FETCH':
        return this.fetch(uid, wordOf(args[0]), fetchItems(args[1]))
      case 'STORE':
        return this.storeFlags(uid, wordOf(args[0]), wordOf(args[1]), args.slice(2).flatMap(wordsOf))
      case 'SEARCH': {
        const keys = args[0]?.kind === 'word' && /^charset$/i.test(args[0].text) ? args.slice(2) : args
        const test = searchTest(keys, { uid: open.view.at(-1)?.uid ?? 0, sequence: open.view.length })
        const found = open.view.map((message, index) => ({ message, sequence: index + 1 })).filter(({ message, sequence }) => test(message, sequence))
        this.say(`* SEARCH${found.map(({ message, sequence }) => ` ${uid ? message.uid : sequence}`).join('')}`)
        return 'done'
      }
      case 'EXPUNGE':
        return this.expunge(uid ? wordOf(args[0]) : null, true)
      case 'COPY':
      case 'MOVE':
        return this.copy(uid, wordOf(args[0]), wordOf(args[1]), name === 'MOVE')
      default:
        throw new Refusal('BAD', 'this command is not known')
    }
  }

  private authenticate(base64: string): string {
    const [, user, password] = Buffer.from(base64, 'base64').toString('latin1').split('\0')
    return this.enter(user ?? '', password ?? '')
  }

  private enter(user: string, password: string): string {
    if (user !== this.login.user || password !== this.login.password) throw new Refusal('NO', '[AUTHENTICATIONFAILED] user name or password is wrong')
    this.state = 'in'
    this.login.onLogin?.()
    return `[CAPABILITY ${after}] welcome`
  }

  private folder(path: string): StoredFolder {
    const folder = this.store.find(path)
    if (!folder) throw new Refusal('NO', '[NONEXISTENT] there is no such folder')
    return folder
  }

  private list(name: string, args: Token[]): string {
    const selecting = args[0]?.kind === 'list' ? wordsOf(args.shift()).map(word => word.toUpperCase()) : []
    const patterns = wordsOf(args[1])
    if (patterns.includes('')) this.say(`* ${name} (\\Noselect) "${delimiter}" ""`)
    const tests = patterns.map(pattern => {
      const source = pattern
        .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/%/g, `[^${delimiter}]*`)
      return new RegExp(`^${source}$`, /^inbox$/i.test(pattern) ? 'i' : '')
    })
    for (const { path, use, subscribed } of this.store.folders.values()) {
      if (!tests.some(test => test.test(path))) continue
      if ((name === 'LSUB' || selecting.includes('SUBSCRIBED')) && !subscribed) continue
      if (selecting.includes('SPECIAL-USE') && !use) continue
      const hasChildren = [...this.store.folders.keys()].some(other => other.startsWith(path + delimiter))
      const attributes = [hasChildren ? '\\HasChildren' : '\\HasNoChildren', ...(use ? [use] : []), ...(subscribed ? ['\\Subscribed'] : [])]
      this.say(`* ${name} (${attributes.join(' ')}) "${delimiter}" ${quote(path)}`)
    }
    return 'done'
  }

  private status(path: string, items: readonly string[]): string {
    const folder = this.folder(path)
    const values: Record<string, number> = {
      MESSAGES: folder.messages.length,
      RECENT: 0,
      UNSEEN: folder.messages.filter(message => !message.flags.has('\\Seen')).length,
      UIDNEXT: folder.uidNext,
      UIDVALIDITY: folder.uidValidity,
    }
    const answers = items.map(item => item.toUpperCase()).filter(item => item in values)
    this.say(`* STATUS ${quote(folder.path)} (${answers.map(item => `${item} ${values[item]}`).join(' ')})`)
    return 'done'
  }

  private select(path: string, readOnly: boolean): string {
    this.selected = null
    const folder = this.folder(path)
    const view = [...folder.messages]
    this.selected = { folder, view, seenChange: this.store.lastChange, readOnly }
    const unseen = view.findIndex(message => !message.flags.has('\\Seen'))
    this.say(`* FLAGS (${permanent})`)
    this.say(`* OK [PERMANENTFLAGS (${readOnly ? '' : `${permanent} \\*`})] these are kept`)
    this.say(`* ${view.length} EXISTS`)
    this.say('* 0 RECENT')
    if (unseen >= 0) this.say(`* OK [UNSEEN ${unseen + 1}] the first unread one`)
    this.say(`* OK [UIDVALIDITY ${folder.uidValidity}] UIDs are valid`)
    this.say(`* OK [UIDNEXT ${folder.uidNext}] the next UID`)
    return `[${readOnly ? 'READ-ONLY' : 'READ-WRITE'}] open`
  }

  /** Tells what changed since the last report, and brings the view up to date. */
  private report(withRemovals: boolean): void {
    const open = this.selected
    if (!open) return
    const { folder } = open
    const alive = new Set(folder.messages)
    if (withRemovals) {
      for (let index = open.view.length - 1; index >= 0; index--) {
        if (alive.has(open.view[index]!)) continue
        open.view.splice(index, 1)
        this.say(`* ${index + 1} EXPUNGE`)
      }
    }
    const known = new Set(open.view)
    const added = folder.messages.filter(message => !known.has(message))
    for (const [index, message] of open.view.entries())
      if (message.change > open.seenChange) this.say(`* ${index + 1} FETCH (UID ${message.uid} ${fetchAnswer(message, 'FLAGS')})`)
    open.view.push(...added)
    if (added.length > 0) this.say(`* ${open.view.length} EXISTS`)
    open.seenChange = this.store.lastChange
  }

  private chosen(uid: boolean, set: string): { message: StoredMessage; sequence: number }[] {
    const { view } = this.selected!
    const test = sequenceSet(set, uid ? (view.at(-1)?.uid ?? 0) : view.length)
    return view.map((message, index) => ({ message, sequence: index + 1 })).filter(({ message, sequence }) => test(uid ? message.uid : sequence))
  }

  private fetch(uid: boolean, set: string, items: string[]): string {
    const wanted = uid && !items.some(item => /^uid$/i.test(item)) ? ['UID', ...items] : items
    for (const { message, sequence } of this.chosen(uid, set)) {
      if (marksSeen(items) && !this.selected!.readOnly) this.store.setFlags(message, 'add', ['\\Seen'])
      this.say(`* ${sequence} FETCH (${wanted.map(item => fetchAnswer(message, item)).join(' ')})`)
    }
    return 'done'
  }

  private storeFlags(uid: boolean, set: string, what: string, flags: string[]): string {
    const match = /^([+-]?)FLAGS(\.SILENT)?$/i.exec(what)
    if (!match) throw new Refusal('BAD', 'only FLAGS can be stored')
    if (this.selected!.readOnly) throw new Refusal('NO', 'this folder is open for reading only')
    const how = match[1] === '+' ? 'add' : match[1] === '-' ? 'remove' : 'set'
    for (const { message, sequence } of this.chosen(uid, set)) {
      this.store.setFlags(message, how, flags)
      if (!match[2]) this.say(`* ${sequence} FETCH (UID ${message.uid} ${fetchAnswer(message, 'FLAGS')})`)
    }
    return 'stored'
  }

  private expunge(set: string | null, tell: boolean): string {
    const { folder, view } = this.selected!
    const chosen = set === null ? view : this.chosen(true, set).map(({ message }) => message)
    this.store.remove(folder, new Set(chosen.filter(message => message.flags.has('\\Deleted'))))
    if (tell) this.report(true)
    return 'done'
  }

  private copy(uid: boolean, set: string, path: string, move: boolean): string {
    const target = this.store.find(path)
    if (!target) throw new Refusal('NO', '[TRYCREATE] there is no such folder')
    const chosen = this.chosen(uid, set).map(({ message }) => message)
    if (chosen.length === 0) return 'nothing to do'
    const copies = chosen.map(message => this.store.add(target, message.raw, message.flags, message.internalDate))
    const code = `[COPYUID ${target.uidValidity} ${chosen.map(message => message.uid).join(',')} ${copies.map(message => message.uid).join(',')}]`
    if (!move) return `${code} copied`
    this.say(`* OK ${code} moved`)
    this.store.remove(this.selected!.folder, new Set(chosen))
    return 'moved'
  }

  private append(args: Token[]): string {
    const folder = this.store.find(wordOf(args[0]))
    if (!folder) throw new Refusal('NO', '[TRYCREATE] there is no such folder')
    const flags = args.slice(1).find(token => token.kind === 'list')
    const words = args.slice(1).filter(token => token.kind === 'word')
    const raw = wordOf(words.at(-1))
    const date = words.length > 1 ? new Date(parseDate(wordOf(words[0]))) : new Date()
    const message = this.store.add(folder, raw, flags ? wordsOf(flags) : [], date)
    return `[APPENDUID ${folder.uidValidity} ${message.uid}] appended`
  }
}
