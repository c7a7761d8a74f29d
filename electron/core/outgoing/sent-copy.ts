/**
 * The copy in Sent. Some servers put one there themselves: ours is added only where none is found by its Message-ID, also after a crash between APPEND and our
 * journal. A search can lie (PROTOCOL-NOTES: 163), so the newest headers are read as well.
 */
import { MailError } from '../../../shared/errors.ts'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import { keyOf, type FolderRef, type ListedFolder } from '../../../shared/model/folder.ts'
import { hashText } from '../../../shared/model/hash.ts'
import type { MailStore } from '../store/mail-store.ts'
import { toHeaderRow } from '../mime/headers.ts'
import type { CopyEvidence } from './outbox-entries.ts'

/** Of servers without special use (RFC 6154): names they give it. */
const usualNames = /^(sent|sent items|sent messages|sent mail|gesendet|gesendete elemente|envoyés|enviados|posta inviata|отправленные)$/i
const newestLookedAt = 100
const mostSinceEvidence = 2000

export function findSentFolder(folders: readonly ListedFolder[]): string | null {
  const selectable = folders.filter(folder => folder.selectable)
  return (
    (selectable.find(({ role }) => role === 'sent') ?? selectable.find(({ name, role }) => role === 'none' && usualNames.test(name)))?.path ?? null
  )
}

async function searchFor(session: MailStore, messageId: string): Promise<boolean> {
  try {
    return (await session.searchMessageId(messageId)).length > 0
  } catch (error) {
    if (error instanceof MailError && error.kind === 'refused') return false // a server that cannot search: its headers tell
    throw error
  }
}

/** Whether a message is in the selected folder; `since` is its UIDNEXT before ours could have come. */
async function isThere(session: MailStore, messageId: string, exists: number, uidNext: number, since: number | null): Promise<boolean> {
  if (exists === 0) return false
  if (await searchFor(session, messageId)) return true
  if (since !== null && since >= uidNext) return false
  const headers =
    since !== null && uidNext - since <= mostSinceEvidence
      ? await session.fetchHeaders([[since, uidNext - 1]])
      : await session.fetchNewest(newestLookedAt)
  const hash = hashText(messageId)
  return headers.some(({ header }) => toHeaderRow(header).hash === hash)
}

/** Whether the server has the message in Sent. Creates nothing. */
export async function isInSent(session: MailStore, messageId: string): Promise<boolean> {
  const path = findSentFolder((await session.list()).folders)
  if (path === null) return false
  const { exists, uidNext } = await session.select(path, null)
  return isThere(session, messageId, exists, uidNext, null)
}

export interface Filing {
  messageId: string
  /** The message with CRLF line ends. */
  read(): Promise<Buffer>
  /** What an earlier life recorded. */
  before: CopyEvidence | null
  /** Records (fsynced) what Sent is before our copy comes. */
  begin(evidence: CopyEvidence): Promise<void>
  /** False where the server is known to put a copy there and has not yet: nothing is added. */
  mayAppend: boolean
}

/** Sees to it that Sent has the message once. Answers that folder, or null where the server's own copy is still to come. */
export async function fileCopy(
  session: MailStore,
  refOf: (path: string) => FolderRef,
  { messageId, read, before, begin, mayAppend }: Filing,
): Promise<FolderRef | null> {
  let path = findSentFolder((await session.list()).folders)
  if (path === null) {
    path = 'Sent'
    await session.createFolder(path)
  }
  const { uidValidity, uidNext, exists } = await session.select(path, null)
  const folder = refOf(path)
  const known = before && keyOf(before.folder) === keyOf(folder) && before.uidValidity === uidValidity ? before : null
  if (await isThere(session, messageId, exists, uidNext, known?.uidNext ?? null)) return folder
  if (!mayAppend) return null
  await begin(known ?? { folder, uidValidity, uidNext })
  await session.append(path, await read(), flagsOf(Flag.seen))
  return folder
}
