/** The mail of the demo account, in memory. Text is kept as bytes in a latin1 string, as it goes over the wire. */

export interface StoredMessage {
  uid: number
  flags: Set<string>
  internalDate: Date
  raw: string
  /** Number of the change that touched it last: tells sessions what they have not yet reported. */
  change: number
}

export interface StoredFolder {
  /** As on the wire. */
  path: string
  /** Special use, such as \Sent; '' for none. */
  use: string
  subscribed: boolean
  uidValidity: number
  uidNext: number
  messages: StoredMessage[]
}

export const delimiter = '/'

export class Store {
  readonly folders = new Map<string, StoredFolder>()
  private changes = 0
  private readonly watchers = new Set<() => void>()

  /** Number of the newest change. */
  get lastChange(): number {
    return this.changes
  }

  create(path: string, use = ''): StoredFolder {
    const parent = path.split(delimiter).slice(0, -1).join(delimiter)
    if (parent !== '' && !this.folders.has(parent)) this.create(parent)
    const folder: StoredFolder = { path, use, subscribed: true, uidValidity: 1_700_000_000 + this.folders.size, uidNext: 1, messages: [] }
    this.folders.set(path, folder)
    return folder
  }

  /** The folder of that name; INBOX in any case. */
  find(path: string): StoredFolder | undefined {
    return this.folders.get(/^inbox$/i.test(path) ? 'INBOX' : path)
  }

  add(folder: StoredFolder, raw: string, flags: Iterable<string>, internalDate: Date): StoredMessage {
    const message: StoredMessage = { uid: folder.uidNext++, flags: new Set(flags), internalDate, raw, change: ++this.changes }
    folder.messages.push(message)
    this.tell()
    return message
  }

  setFlags(message: StoredMessage, how: 'set' | 'add' | 'remove', flags: readonly string[]): void {
    const before = [...message.flags].sort().join(' ')
    if (how === 'set') message.flags.clear()
    for (const flag of flags) {
      if (how === 'remove') message.flags.delete(flag)
      else message.flags.add(flag)
    }
    if (before === [...message.flags].sort().join(' ')) return
    message.change = ++this.changes
    this.tell()
  }

  remove(folder: StoredFolder, gone: ReadonlySet<StoredMessage>): void {
    if (gone.size === 0) return
    folder.messages = folder.messages.filter(message => !gone.has(message))
    this.changes++
    this.tell()
  }

  /** Calls `watcher` after each change; answers how to end that. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  private tell(): void {
    for (const watcher of this.watchers) watcher()
  }
}
