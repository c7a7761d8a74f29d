/** An IMAP server in memory behind `MailStore`: INBOX, Archive and, where asked for, Sent; any number of sessions, with or without the extensions that matter. For tests that die at every step. */
import { MailError } from '../../../../shared/errors.ts'
import { changeFlags, Flag, flagsOf, sameFlags, type Flags } from '../../../../shared/model/flags.ts'
import { type Role } from '../../../../shared/model/folder.ts'
import { contains, fromUids, pairUids, type Ranges } from '../../../../shared/ranges.ts'
import type { CopyUids, FlagRecord, HeaderRecord, MailStore, Selected } from '../mail-store.ts'

export type Method = 'qresync' | 'condstore' | 'plain'

const rolesByPath: Record<string, Role> = { INBOX: 'inbox', Archive: 'archive', Sent: 'sent' }

interface Message {
  uid: number
  flags: Flags
  modseq: number
  date: number
  size: number
  header: string
}

export class FakeFolder {
  uidValidity = 1
  uidNext = 1
  modseq = 1
  messages: Message[] = []
  #vanished: { uid: number; modseq: number }[] = []

  add(message: Pick<Message, 'flags' | 'date' | 'size' | 'header'>): number {
    const uid = this.uidNext++
    this.messages.push({ ...message, uid, modseq: ++this.modseq })
    return uid
  }

  deliver(count: number): void {
    for (let i = 0; i < count; i++) {
      const n = this.uidNext
      const header = `From: a@example.test\r\nSubject: message ${n}\r\nMessage-ID: <${n}.${this.uidValidity}@example.test>\r\n\r\n`
      this.add({ flags: flagsOf(0), date: 1_700_000_000 + n, size: 1000 + n, header })
    }
  }

  /** By bits alone, or with keywords. */
  setFlags(uids: number[], given: number | Flags): void {
    const flags = typeof given === 'number' ? flagsOf(given) : given
    for (const message of this.messages) if (uids.includes(message.uid)) this.#mark(message, flags)
  }

  #mark(message: Message, flags: Flags): void {
    if (!sameFlags(message.flags, flags)) Object.assign(message, { flags, modseq: ++this.modseq })
  }

  /** By a command: each message its own flags, changed. */
  changeFlags(uids: Ranges, add: Flags, remove: Flags): void {
    for (const message of this.among(uids)) this.#mark(message, changeFlags(message.flags, add, remove))
  }

  expunge(uids: number[]): void {
    const [there, gone] = [new Set(this.messages.map(({ uid }) => uid)), new Set(uids)]
    for (const uid of uids) if (there.has(uid)) this.#vanished.push({ uid, modseq: ++this.modseq })
    this.messages = this.messages.filter(({ uid }) => !gone.has(uid))
  }

  /** The server was restored from a backup: the same messages under new UIDs. */
  renumber(): void {
    this.uidValidity++
    this.messages.forEach((message, i) => (message.uid = i * 2 + 10))
    this.uidNext = this.messages.length * 2 + 10
    this.#vanished = []
  }

  among(uids: Ranges): Message[] {
    return this.messages.filter(({ uid }) => contains(uids, uid))
  }

  vanishedSince(modseq: number): Ranges {
    return fromUids(this.#vanished.filter(one => one.modseq > modseq).map(({ uid }) => uid))
  }

  /** Bits. */
  get flags(): [uid: number, flags: number][] {
    return this.messages.map(({ uid, flags }) => [uid, flags.bits])
  }

  /** What is in it, whatever its UIDs. */
  get subjects(): string[] {
    return this.messages.map(({ header }) => /Subject: (.*)/.exec(header)![1]!.trim()).sort()
  }
}

export interface FakeServerOptions {
  method: Method
  move?: boolean
  uidplus?: boolean
  /** There is a folder Sent. */
  sent?: boolean
}

export class FakeServer {
  readonly inbox = new FakeFolder()
  readonly archive = new FakeFolder()
  readonly #folders = new Map([
    ['INBOX', this.inbox],
    ['Archive', this.archive],
  ])
  readonly sent = new FakeFolder()
  readonly #options: FakeServerOptions
  /** Commands received that change something. */
  changes = 0
  /** Header rows sent. */
  headersSent = 0

  constructor(options: FakeServerOptions) {
    this.#options = options
    if (options.sent) this.#folders.set('Sent', this.sent)
  }

  #folder(path: string): FakeFolder {
    const folder = this.#folders.get(path)
    if (!folder) throw new MailError('gone', 'folder.gone')
    return folder
  }

  /** Another client creates a folder. */
  create(path: string): FakeFolder {
    const folder = new FakeFolder()
    this.#folders.set(path, folder)
    return folder
  }

  /** Another client renames a folder, or deletes it (null). */
  rename(path: string, to: string | null): void {
    const folder = this.#folder(path)
    this.#folders.delete(path)
    if (to !== null) this.#folders.set(to, folder)
  }

  session(): MailStore {
    const { method, move = true, uidplus = true } = this.#options
    const condstore = method !== 'plain'
    const qresync = method === 'qresync'
    let selected = this.inbox
    const record = (message: Message): FlagRecord => ({ uid: message.uid, flags: message.flags, modseq: condstore ? message.modseq : null })
    const headerRecord = (message: Message): HeaderRecord => {
      this.headersSent++
      return { ...record(message), date: message.date, size: message.size, header: Buffer.from(message.header) }
    }
    const copy = (uids: Ranges, to: string): CopyUids | null => {
      this.changes++
      const target = this.#folder(to)
      const map = new Map(selected.among(uids).map(message => [message.uid, target.add(message)]))
      return uidplus ? { uidValidity: target.uidValidity, ...pairUids(map) } : null
    }
    const listed = (path: string, role: Role) => ({
      path,
      name: path,
      parent: '',
      delimiter: '/',
      role,
      selectable: true,
      subscribed: true,
    })
    return {
      capabilities: { condstore, qresync, idle: true, move, uidplus, truncates: false, longestSet: 8000 },
      list: async () => ({ folders: [...this.#folders.keys()].map(path => listed(path, rolesByPath[path] ?? 'none')), statuses: new Map() }),
      status: async path => {
        const { messages, uidNext, uidValidity, modseq } = this.#folder(path)
        return { messages: messages.length, unseen: null, uidNext, uidValidity, modseq: condstore ? String(modseq) : null }
      },
      createFolder: async path => {
        if (!this.#folders.has(path)) this.#folders.set(path, path === 'Sent' ? this.sent : new FakeFolder())
      },
      searchMessageId: async messageId => selected.messages.filter(({ header }) => header.includes(`Message-ID: ${messageId}`)).map(({ uid }) => uid),
      append: async (path, message, flags) => {
        this.changes++
        const text = Buffer.from(message).toString()
        this.#folder(path).add({ flags, date: 1_700_000_000, size: message.length, header: text.slice(0, text.indexOf('\r\n\r\n') + 4) })
      },
      select: async (path, since): Promise<Selected> => {
        selected = this.#folder(path)
        const { uidValidity, uidNext, messages, modseq } = selected
        const told = qresync && since !== null && since.uidValidity === uidValidity
        const after = Number(since?.modseq ?? 0)
        return {
          path,
          uidValidity,
          uidNext,
          exists: messages.length,
          modseq: condstore ? String(modseq) : null,
          since: told ? { flags: messages.filter(one => one.modseq > after).map(record), vanished: selected.vanishedSince(after) } : null,
        }
      },
      fetchNewest: async count => selected.messages.slice(-count).map(headerRecord),
      fetchHeaders: async uids => selected.among(uids).map(headerRecord),
      fetchFlags: async (uids, changedSince) =>
        selected
          .among(uids)
          .filter(({ modseq }) => changedSince === undefined || modseq > Number(changedSince))
          .map(record),
      searchAll: async () => fromUids(selected.messages.map(({ uid }) => uid)),
      storeFlags: async (uids, add, remove) => {
        this.changes++
        selected.changeFlags(uids, add, remove)
      },
      copy: async (uids, to) => copy(uids, to),
      move: async (uids, to) => {
        const told = copy(uids, to)
        selected.expunge(selected.among(uids).map(({ uid }) => uid))
        return told
      },
      expunge: async uids => {
        this.changes++
        selected.changeFlags(uids, flagsOf(Flag.deleted), flagsOf(0))
        if (uidplus) selected.expunge(selected.among(uids).map(({ uid }) => uid))
      },
      fetchStructures: async () => new Map(),
      fetchParts: async () => new Map(),
      async *download() {
        throw new MailError('gone', 'message.gone')
      },
      idle: async () => undefined,
    }
  }
}
