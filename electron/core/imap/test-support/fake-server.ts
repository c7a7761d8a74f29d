/** An IMAP server in memory behind `ImapSession`: one mailbox tree, any number of sessions, with or without CONDSTORE and QRESYNC. For tests that die at every step. */
import { MailError } from '../../../../shared/errors.ts'
import { contains, fromUids, type Ranges } from '../../../../shared/ranges.ts'
import type { FlagRecord, HeaderRecord, ImapSession, Selected } from '../session.ts'

export type Method = 'qresync' | 'condstore' | 'plain'

interface Message {
  uid: number
  flags: number
  modseq: number
  date: number
  size: number
  header: string
}

export class FakeServer {
  readonly method: Method
  uidValidity = 1
  uidNext = 1
  modseq = 1
  messages: Message[] = []
  readonly #vanished: { uid: number; modseq: number }[] = []
  /** STORE commands received. */
  stores = 0
  /** Header rows sent. */
  headersSent = 0

  constructor(method: Method) {
    this.method = method
  }

  deliver(count: number): void {
    for (let i = 0; i < count; i++) {
      const uid = this.uidNext++
      const header = `From: a@example.test\r\nSubject: message ${uid}\r\nMessage-ID: <${uid}.${this.uidValidity}@example.test>\r\n\r\n`
      this.messages.push({ uid, flags: 0, modseq: ++this.modseq, date: 1_700_000_000 + uid, size: 1000 + uid, header })
    }
  }

  setFlags(uids: number[], flags: number): void {
    for (const message of this.messages)
      if (uids.includes(message.uid) && message.flags !== flags) Object.assign(message, { flags, modseq: ++this.modseq })
  }

  expunge(uids: number[]): void {
    for (const uid of uids) if (this.messages.some(message => message.uid === uid)) this.#vanished.push({ uid, modseq: ++this.modseq })
    this.messages = this.messages.filter(({ uid }) => !uids.includes(uid))
  }

  /** The server was restored from a backup: the same messages under new UIDs. */
  renumber(): void {
    this.uidValidity++
    this.messages.forEach((message, i) => (message.uid = i * 2 + 10))
    this.uidNext = this.messages.length * 2 + 10
    this.#vanished.length = 0
  }

  get flags(): [uid: number, flags: number][] {
    return this.messages.map(({ uid, flags }) => [uid, flags])
  }

  session(): ImapSession {
    const condstore = this.method !== 'plain'
    const qresync = this.method === 'qresync'
    const record = (message: Message): FlagRecord => ({ uid: message.uid, flags: message.flags, modseq: condstore ? message.modseq : null })
    const headerRecord = (message: Message): HeaderRecord => {
      this.headersSent++
      return { ...record(message), date: message.date, size: message.size, header: Buffer.from(message.header) }
    }
    const among = (uids: Ranges): Message[] => this.messages.filter(({ uid }) => contains(uids, uid))
    return {
      capabilities: { condstore, qresync, idle: true, truncates: false, longestSet: 8000 },
      list: async () => ({
        folders: [{ path: 'INBOX', name: 'Inbox', parent: '', delimiter: '/', role: 'inbox', selectable: true, subscribed: true }],
        statuses: new Map(),
      }),
      select: async (path, since): Promise<Selected> => {
        if (path !== 'INBOX') throw new MailError('gone', 'no such folder')
        const told = qresync && since !== null && since.uidValidity === this.uidValidity
        const after = Number(since?.modseq ?? 0)
        return {
          path,
          uidValidity: this.uidValidity,
          uidNext: this.uidNext,
          exists: this.messages.length,
          modseq: condstore ? String(this.modseq) : null,
          since: told
            ? {
                flags: this.messages.filter(({ modseq }) => modseq > after).map(record),
                vanished: fromUids(this.#vanished.filter(({ modseq }) => modseq > after).map(({ uid }) => uid)),
              }
            : null,
        }
      },
      fetchNewest: async count => this.messages.slice(-count).map(headerRecord),
      fetchHeaders: async uids => among(uids).map(headerRecord),
      fetchFlags: async (uids, changedSince) =>
        among(uids)
          .filter(({ modseq }) => changedSince === undefined || modseq > Number(changedSince))
          .map(record),
      searchAll: async () => fromUids(this.messages.map(({ uid }) => uid)),
      storeFlags: async (uids, add, remove) => {
        this.stores++
        for (const message of among(uids)) {
          const flags = (message.flags | add) & ~remove
          if (flags !== message.flags) Object.assign(message, { flags, modseq: ++this.modseq })
        }
      },
      fetchStructures: async () => new Map(),
      fetchParts: async () => new Map(),
      async *download() {
        throw new MailError('gone', 'this server keeps no bodies')
      },
      idle: async () => undefined,
    }
  }
}
