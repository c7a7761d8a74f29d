/**
 * One authenticated IMAP connection, as sync and operations see it: plain data, UIDs always, folders by their path in this store, every failure a `MailError`.
 * Implemented over imapflow (flow-session.ts) and by a server in memory (test-support/fake-server.ts).
 */
import type { MessageStructureObject } from 'imapflow'
import type { Flags } from '../../../shared/model/flags.ts'
import type { ListedFolder } from '../../../shared/model/folder.ts'
import type { Ranges, UidRuns } from '../../../shared/ranges.ts'

export interface Capabilities {
  /** CONDSTORE is enabled (RFC 7162), not merely announced. */
  condstore: boolean
  /** QRESYNC is enabled. */
  qresync: boolean
  idle: boolean
  /** RFC 6851. */
  move: boolean
  /** RFC 4315: UID EXPUNGE, COPYUID. */
  uidplus: boolean
  /** The server is known to show only a part of large folders: a listing is never evidence of removal. */
  truncates: boolean
  /** Longest UID set in bytes that this server takes (PROTOCOL-NOTES, rule 6). */
  longestSet: number
}

export interface FlagRecord {
  uid: number
  flags: Flags
  /** Null without CONDSTORE. */
  modseq: number | null
}

export interface HeaderRecord extends FlagRecord {
  /** INTERNALDATE, seconds. */
  date: number
  /** RFC822.SIZE, bytes. */
  size: number
  /** The fields of `headerFields`. */
  header: Uint8Array
}

export interface FolderStatus {
  messages: number
  unseen: number | null
  uidNext: number | null
  uidValidity: number | null
  /** HIGHESTMODSEQ as decimal text. */
  modseq: string | null
}

/** A folder as SELECT found it. `since` is what QRESYNC told of changes since the cursor; null where it was not asked or not answered. */
export interface Selected {
  path: string
  uidValidity: number
  uidNext: number
  exists: number
  modseq: string | null
  since: { flags: FlagRecord[]; vanished: Ranges } | null
}

/** A piece of a part: `BODY.PEEK[part]<0.limit>`. */
export interface PartRequest {
  part: string
  /** Bytes; absent: all of it. */
  limit?: number
}

/** COPYUID (RFC 4315): UIDs in the source, and those in the target in their order. */
export interface CopyUids {
  /** Of the target. */
  uidValidity: number
  from: Ranges
  to: UidRuns
}

export interface MailStore {
  readonly capabilities: Capabilities
  /** All folders with special use; with STATUS where the server gives it in the same round trip. */
  list(): Promise<{ folders: ListedFolder[]; statuses: Map<string, FolderStatus> }>
  /** Selects, also when the folder is selected already: that is how changes are learned. `gone` where it does not exist. */
  select(path: string, since: { uidValidity: number; modseq: string } | null): Promise<Selected>
  /** Headers of the newest `count` messages by sequence number. */
  fetchNewest(count: number): Promise<HeaderRecord[]>
  fetchHeaders(uids: Ranges): Promise<HeaderRecord[]>
  /** Flags of these UIDs; with `changedSince` (needs CONDSTORE) only of those changed since. */
  fetchFlags(uids: Ranges, changedSince?: string): Promise<FlagRecord[]>
  /** Every UID of the folder. Throws where the answer is not a whole one; never answers short. */
  searchAll(): Promise<Ranges>
  /** UIDs of the messages of the selected folder with this Message-ID (angle brackets included), as the server's search finds them. Throws `refused`. */
  searchMessageId(messageId: string): Promise<number[]>
  /** Adds a message to a folder, selected or not. Throws `refused`, `full`, `limit`; `gone` where the folder does not exist. */
  append(path: string, message: Uint8Array, flags: Flags): Promise<void>
  /** Adds and removes flags. Throws `refused` where the server says no. */
  storeFlags(uids: Ranges, add: Flags, remove: Flags): Promise<void>
  /** Without selecting. `gone` where the folder does not exist. */
  status(path: string): Promise<FolderStatus>
  /** Creates and subscribes a folder; nothing happens where it is there. */
  createFolder(path: string): Promise<void>
  /** Copies messages of the selected folder; null where the server does not tell the new UIDs. Throws `refused`. */
  copy(uids: Ranges, to: string): Promise<CopyUids | null>
  /** Only with the capability. Each message is moved or stays; after a failure some may have been. */
  move(uids: Ranges, to: string): Promise<CopyUids | null>
  /** Marks messages \Deleted and expunges just them. Without UIDPLUS they stay marked: a plain EXPUNGE would take others' along. */
  expunge(uids: Ranges): Promise<void>
  fetchStructures(uids: Ranges): Promise<Map<number, MessageStructureObject>>
  fetchParts(uids: Ranges, parts: PartRequest[]): Promise<Map<number, Map<string, Uint8Array>>>
  /** One part in pieces of about 1 MiB: the sender's bytes, transfer encoding removed and nothing else changed. */
  download(uid: number, part: string): AsyncIterable<Uint8Array>
  /** Waits in IDLE (or polls) on the selected folder until the next command; news arrive at the connection's listener. */
  idle(): Promise<void>
}
