/**
 * `MailStore` over imapflow. What imapflow answers by `false` is an error here; what it would drop silently (CHANGEDSINCE without CONDSTORE) is never asked.
 */
import { ImapFlow, type CopyResponseObject, type ESearchResult, type FetchMessageObject, type FetchQueryObject, type ListResponse } from 'imapflow'
import type { Code } from '../../../../shared/codes.ts'
import { MailError } from '../../../../shared/errors.ts'
import { flagsOf as noFlags, isEmptyFlags, toFlagNames, toFlags } from '../../../../shared/model/flags.ts'
import { type Role, type ListedFolder } from '../../../../shared/model/folder.ts'
import { contains, countOf, fromSequenceSet, fromUids, pairUids, splitByLength, toSequenceSet, type Ranges } from '../../../../shared/ranges.ts'
import { toMailError } from '../../net/errors.ts'
import { fetchRows } from './fetch-rows.ts'
import type { Capabilities, CopyUids, FlagRecord, FolderStatus, HeaderRecord, MailStore, PartRequest, Selected } from '../mail-store.ts'

const roles: Record<string, Role> = {
  '\\Inbox': 'inbox',
  '\\Drafts': 'drafts',
  '\\Sent': 'sent',
  '\\Archive': 'archive',
  '\\Junk': 'junk',
  '\\Trash': 'trash',
  '\\All': 'all',
  '\\Flagged': 'flagged',
}
const downloadChunk = 1 << 20

export function readCapabilities(client: ImapFlow, host: string): Capabilities {
  const yahoo = /\.(yahoo|aol)\./.test(`.${host}.`)
  const broken = /(^|\.)(mail\.me\.com|imap\.qq\.com|exmail\.qq\.com)$/.test(host) // QRESYNC does not hold there (PROTOCOL-NOTES)
  return {
    condstore: client.enabled.has('CONDSTORE') || client.enabled.has('QRESYNC'),
    qresync: client.enabled.has('QRESYNC') && !broken,
    idle: client.capabilities.has('IDLE'),
    move: client.capabilities.has('MOVE'),
    uidplus: client.capabilities.has('UIDPLUS'),
    truncates: yahoo,
    longestSet: yahoo ? 1000 : /outlook|office365/.test(host) ? 4000 : 8000,
  }
}

function toFolder(listed: ListResponse): ListedFolder {
  const isInbox = listed.path.toUpperCase() === 'INBOX'
  return {
    path: listed.path,
    name: isInbox ? 'Inbox' : listed.name,
    parent: listed.parentPath ?? '',
    delimiter: listed.delimiter || '/',
    role: isInbox ? 'inbox' : (roles[listed.specialUse ?? ''] ?? 'none'),
    selectable: !listed.flags.has('\\Noselect') && !listed.flags.has('\\NonExistent'),
    subscribed: Boolean(listed.subscribed), // absent for a parent that only its children are listed for
  }
}

function toStatus(status: NonNullable<ListResponse['status']>): FolderStatus {
  return {
    messages: status.messages ?? 0,
    unseen: status.unseen ?? null,
    uidNext: status.uidNext ?? null,
    uidValidity: status.uidValidity === undefined ? null : Number(status.uidValidity),
    modseq: status.highestModseq ? status.highestModseq.toString() : null,
  }
}

function toFlagRecord({ uid, flags, modseq }: Pick<FetchMessageObject, 'uid' | 'flags' | 'modseq'>): FlagRecord {
  return { uid, flags: toFlags(flags ?? []), modseq: modseq === undefined ? null : Number(modseq) }
}

/** The UIDs of an ESEARCH answer (RFC 4731); null where it is not as long as it says. */
function fromListing(answer: Awaited<ReturnType<ImapFlow['search']>> | ESearchResult): Ranges | null {
  if (!answer || Array.isArray(answer)) return null
  const { all, count } = answer
  const listed = all === undefined ? [] : fromSequenceSet(all)
  return listed && countOf(listed) === count ? listed : null
}

/** `onNews`: the selected folder changed on the server, by whatever it told unasked. What a SELECT of ours reports is no news. */
export function createFlowSession(client: ImapFlow, host: string, onNews: (path: string) => void): MailStore {
  const capabilities = readCapabilities(client, host)
  let selecting = false
  /** What each folder's last SELECT told: a SELECT made for other work must not swallow what is new. */
  const lastSeen = new Map<string, string>()
  for (const event of ['exists', 'expunge', 'flags'] as const)
    client.on(event, ({ path }: { path: string }) => {
      if (!selecting) onNews(path)
    })

  async function guard<T>(run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw toMailError(error, host)
    }
  }

  function mailbox(): Exclude<typeof client.mailbox, false> {
    if (!client.mailbox) throw new MailError('offline', 'folder.unselected')
    return client.mailbox
  }

  /** imapflow answers `false` where the server said no, and also where the connection went away meanwhile. */
  function refuse(code: Code): never {
    if (!client.usable) throw new MailError('offline', 'connection.lost', { host })
    throw new MailError('refused', code, { host })
  }

  async function eachPiece(uids: Ranges, run: (set: string) => Promise<void>): Promise<void> {
    for (const piece of splitByLength(uids, capabilities.longestSet)) await run(toSequenceSet(piece))
  }

  async function transfer(uids: Ranges, run: (set: string) => Promise<CopyResponseObject | false>): Promise<CopyUids | null> {
    let uidValidity: number | null = null
    /** Null where the server did not tell all of them. */
    let map: Map<number, number> | null = new Map()
    await eachPiece(uids, async set => {
      const answer = await run(set)
      if (!answer) return refuse('store.file')
      if (!answer.uidMap || answer.uidValidity === undefined) map = null
      else if (map) {
        uidValidity = Number(answer.uidValidity)
        if (map.size === 0) map = answer.uidMap
        else for (const [from, to] of answer.uidMap) map.set(from, to)
      }
    })
    return uidValidity === null || map === null ? null : { uidValidity, ...pairUids(map) }
  }

  const hasModseq = (): boolean => capabilities.condstore && !mailbox().noModseq

  /**
   * Rows of what was asked for; a server that cannot read a message may leave items out. Flags alone are told of what another client does meanwhile: of a row
   * that came they are its last word, of a message that was not asked for they are news.
   */
  async function headersOf(sets: Parameters<typeof fetchRows>[2][], asked: Ranges): Promise<HeaderRecord[]> {
    const { path } = mailbox()
    const found = new Map<number, HeaderRecord>()
    for (const set of sets)
      await fetchRows(client, 'headers', set, hasModseq(), ({ uid, flags, modseq, date, size, header }) => {
        const before = uid === null ? undefined : found.get(uid)
        if (header === null && size === null && date === null) {
          if (before && flags !== null) Object.assign(before, { flags, modseq: modseq ?? before.modseq })
          else if (uid === null || !contains(asked, uid)) onNews(path)
        } else if (uid !== null)
          found.set(uid, {
            uid,
            flags: flags ?? before?.flags ?? noFlags(0),
            modseq: modseq ?? before?.modseq ?? null,
            date: date ?? before?.date ?? 0,
            size: size ?? before?.size ?? 0,
            header: header ?? before?.header ?? new Uint8Array(0),
          })
      })
    return [...found.values()]
  }

  async function flagsOf(uids: Ranges): Promise<FlagRecord[]> {
    const found: FlagRecord[] = []
    await eachPiece(uids, set =>
      fetchRows(client, 'flags', { uids: set }, hasModseq(), ({ uid, flags, modseq }) => {
        if (uid !== null && flags !== null) found.push({ uid, flags, modseq })
      }),
    )
    return found
  }

  async function fetchAll(uids: Ranges, query: FetchQueryObject, changedSince?: string): Promise<FetchMessageObject[]> {
    const found: FetchMessageObject[] = []
    for (const piece of splitByLength(uids, capabilities.longestSet)) {
      const options = { uid: true, ...(changedSince !== undefined && { changedSince: BigInt(changedSince) }) }
      for await (const message of client.fetch(toSequenceSet(piece), query, options)) found.push(message)
    }
    return found
  }

  return {
    capabilities,

    list: () =>
      guard(async () => {
        const withStatus = client.capabilities.has('LIST-STATUS')
        const statusQuery = { messages: true, unseen: true, uidNext: true, uidValidity: true, ...(capabilities.condstore && { highestModseq: true }) }
        const listed = await client.list(withStatus ? { statusQuery } : {})
        const statuses = new Map<string, FolderStatus>()
        for (const folder of listed)
          if (folder.status && typeof folder.status.messages === 'number') statuses.set(folder.path, toStatus(folder.status))
        return { folders: listed.filter(folder => folder.listed || folder.path.toUpperCase() === 'INBOX').map(toFolder), statuses }
      }),

    select: (path, since) =>
      guard(async (): Promise<Selected> => {
        const flags: FlagRecord[] = []
        const vanished: number[] = []
        const onFlags = (event: { path: string; uid?: number; flags: Set<string>; modseq?: bigint }): void => {
          if (event.path === path && event.uid)
            flags.push(toFlagRecord({ uid: event.uid, flags: event.flags, ...(event.modseq && { modseq: event.modseq }) }))
        }
        const onExpunge = (event: { path: string; uid?: number }): void => {
          if (event.path === path && event.uid) vanished.push(event.uid)
        }
        const ask = capabilities.qresync && since !== null && since.modseq !== '0'
        client.on('flags', onFlags)
        client.on('expunge', onExpunge)
        selecting = true
        try {
          const opened = await client.mailboxOpen(path, ask ? { changedSince: BigInt(since.modseq), uidValidity: BigInt(since.uidValidity) } : {})
          if (!opened) throw new MailError('refused', 'store.open', { host, folder: path })
          const seen = `${opened.uidNext ?? 0} ${opened.exists ?? 0}`
          if (since === null && lastSeen.has(path) && lastSeen.get(path) !== seen) onNews(path)
          lastSeen.set(path, seen)
          const answered = ask && Boolean((opened as { qresync?: boolean }).qresync)
          return {
            path,
            uidValidity: Number(opened.uidValidity ?? 0),
            uidNext: Number(opened.uidNext ?? 1),
            exists: opened.exists ?? 0,
            modseq: capabilities.condstore && opened.highestModseq && !opened.noModseq ? opened.highestModseq.toString() : null,
            since: answered ? { flags, vanished: fromUids(vanished) } : null,
          }
        } finally {
          selecting = false
          client.off('flags', onFlags)
          client.off('expunge', onExpunge)
        }
      }),

    fetchNewest: count =>
      guard(async () => {
        const exists = mailbox().exists ?? 0
        return exists === 0 ? [] : headersOf([{ numbers: `${Math.max(1, exists - count + 1)}:${exists}` }], [])
      }),

    fetchHeaders: uids =>
      guard(() =>
        headersOf(
          splitByLength(uids, capabilities.longestSet).map(piece => ({ uids: toSequenceSet(piece) })),
          uids,
        ),
      ),

    fetchFlags: (uids, changedSince) =>
      guard(async () => {
        if (changedSince === undefined) return flagsOf(uids)
        if (!capabilities.condstore) throw new MailError('internal', 'defect.condstore')
        return (await fetchAll(uids, { uid: true, flags: true }, changedSince)).filter(message => message.flags).map(toFlagRecord)
      }),

    searchAll: () =>
      guard(async () => {
        const compact =
          client.capabilities.has('ESEARCH') && fromListing(await client.search({ all: true }, { uid: true, returnOptions: ['ALL', 'COUNT'] }))
        if (compact) return compact
        const uids = await client.search({ all: true }, { uid: true })
        if (!uids) throw new MailError('refused', 'store.list', { host, folder: mailbox().path })
        return fromUids(uids)
      }),

    searchMessageId: messageId =>
      guard(async () => {
        const uids = await client.search({ header: { 'Message-ID': messageId } }, { uid: true })
        return uids || refuse('store.search')
      }),

    append: (path, message, flags) =>
      guard(async () => {
        try {
          if (!(await client.append(path, message, toFlagNames(flags)))) refuse('store.take')
        } catch (error) {
          // RFC 7889: imapflow does not even send it
          if ((error as { serverResponseCode?: string }).serverResponseCode !== 'APPENDLIMIT') throw error
          throw new MailError('limit', 'message.tooLarge', { host }, { cause: error })
        }
      }),

    status: path =>
      guard(async () => {
        const found = await client.status(path, { messages: true, unseen: true, uidNext: true, uidValidity: true })
        return found ? toStatus(found) : refuse('store.status')
      }),

    createFolder: path =>
      guard(async () => {
        await client.mailboxCreate(path)
        await client.mailboxSubscribe(path)
      }),

    copy: (uids, to) => guard(() => transfer(uids, set => client.messageCopy(set, to, { uid: true }))),

    move: (uids, to) =>
      guard(async () => {
        if (!capabilities.move) throw new MailError('internal', 'defect.move')
        return transfer(uids, set => client.messageMove(set, to, { uid: true }))
      }),

    expunge: uids =>
      guard(() =>
        eachPiece(uids, async set => {
          if (!(await client.messageFlagsAdd(set, ['\\Deleted'], { uid: true, silent: true }))) refuse('store.deleted')
          if (capabilities.uidplus && !(await client.messageDelete(set, { uid: true }))) refuse('store.expunge')
        }),
      ),

    storeFlags: (uids, add, remove) =>
      guard(() =>
        eachPiece(uids, async set => {
          if (!isEmptyFlags(add) && !(await client.messageFlagsAdd(set, toFlagNames(add), { uid: true, silent: true }))) refuse('store.flags')
          if (!isEmptyFlags(remove) && !(await client.messageFlagsRemove(set, toFlagNames(remove), { uid: true, silent: true })))
            refuse('store.flags')
        }),
      ),

    fetchStructures: uids =>
      guard(
        async () =>
          new Map(
            (await fetchAll(uids, { uid: true, bodyStructure: true })).filter(one => one.bodyStructure).map(one => [one.uid, one.bodyStructure!]),
          ),
      ),

    fetchParts: (uids, parts) =>
      guard(async () => {
        const bodyParts = parts.map(({ part, limit }: PartRequest) => ({ key: part, ...(limit !== undefined && { start: 0, maxLength: limit }) }))
        const found = new Map<number, Map<string, Uint8Array>>()
        for (const message of await fetchAll(uids, { uid: true, bodyParts })) {
          const byPart = new Map<string, Uint8Array>()
          for (const [key, bytes] of message.bodyParts ?? []) byPart.set(key.toUpperCase(), bytes)
          if (message.headers) byPart.set('HEADER', message.headers) // imapflow keeps it apart
          found.set(message.uid, byPart)
        }
        return found
      }),

    async *download(uid, part) {
      try {
        // else imapflow makes UTF-8 of text and joins its flowed lines: a file is to stay what its sender made
        const { content } = await client.download(`${uid}`, part, { uid: true, chunkSize: downloadChunk, decodeText: false })
        if (!content) throw new MailError('gone', 'message.gone')
        for await (const chunk of content) yield chunk as Uint8Array
      } catch (error) {
        throw toMailError(error, host)
      }
    },

    idle: () => guard(async () => void (await client.idle())),
  }
}
