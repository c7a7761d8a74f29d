/**
 * Files that go along with a draft, on their way into the vault: begun, written piece by piece, finished (fsynced). What was not finished is not there.
 * Names are cleaned as those of saved parts are; a message with all its files has a bound.
 *
 * A file the draft no longer names stays until the next start, so that taking it out can be undone; it does not count.
 */
import { randomBytes } from 'node:crypto'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { MailError } from '../../../shared/errors.ts'
import { cleanName } from '../../../shared/model/file-name.ts'
import type { Attachment, AttachmentId, DraftId, PictureKey } from '../../../shared/model/outgoing.ts'
import { createSerialQueue } from '../storage/atomic-file.ts'
import type { DraftFiles } from './draft-files.ts'

/** All files of a message together, bytes. Few servers take more than 50 MB. */
export const mostBytes = 150 << 20
const mostUnfinished = 50
const mostPerMessage = 200
/** A file that was finished so lately may be named by the next save. */
const unsavedMs = 60_000
/** A window that went away in the middle does not come back for its files. */
const forgottenMs = 10 * 60_000

interface Named {
  filename: string
  type: string
  picture?: PictureKey | undefined
}

interface Unfinished {
  draft: DraftId
  attachment: Attachment
  handle: FileHandle
  /** Bytes that may still come. */
  room: number
  touchedAt: number
  /** Octets since the last line end. */
  line: number
  /** The last octet was a CR. */
  isAfterCr: boolean
  /** All of it is ASCII in lines that end in CRLF and that every server takes (RFC 5321, 2.3.8 and 4.5.3.1.6): it arrives as it is, without an encoding. */
  isPlainLines: boolean
  serially: ReturnType<typeof createSerialQueue>
}

export class Attachments {
  readonly #files: DraftFiles
  readonly #mostBytes: number
  readonly #now: () => number
  readonly #unfinished = new Map<AttachmentId, Unfinished>()
  readonly #finishedAt = new Map<AttachmentId, number>()

  constructor(files: DraftFiles, now: () => number, most = mostBytes) {
    this.#files = files
    this.#now = now
    this.#mostBytes = most
  }

  async begin(draft: DraftId, { filename, type, picture }: Named): Promise<AttachmentId> {
    const now = this.#now()
    for (const [old, one] of this.#unfinished) if (now - one.touchedAt > forgottenMs) await one.serially(() => this.#drop(old))
    if (this.#unfinished.size >= mostUnfinished) throw new MailError('limit', 'attachment.tooManyAtOnce')
    const named = new Set((await this.#files.readDraft(draft))?.draft.attachments.map(({ id }) => id))
    const counts = ({ id }: Attachment): boolean => named.has(id) || now - (this.#finishedAt.get(id) ?? -Infinity) < unsavedMs
    const there = (await this.#files.attachments(draft)).filter(counts)
    const unfinished = [...this.#unfinished.values()].filter(one => one.draft === draft)
    if (there.length + unfinished.length >= mostPerMessage) throw new MailError('limit', 'attachment.tooMany', { most: mostPerMessage })
    const id = randomBytes(8).toString('hex')
    const handle = await open(await this.#files.partPath(draft, id), 'wx', 0o600)
    const room = this.#mostBytes - [...there, ...unfinished.map(one => one.attachment)].reduce((sum, { size }) => sum + size, 0)
    const attachment = { id, filename: cleanName({ filename, type, part: '1', size: 0 }), type: typeOf(type), size: 0, ...(picture && { picture }) }
    this.#unfinished.set(id, {
      draft,
      attachment,
      handle,
      room,
      touchedAt: now,
      line: 0,
      isAfterCr: false,
      isPlainLines: true,
      serially: createSerialQueue(),
    })
    return id
  }

  async write(draft: DraftId, id: AttachmentId, bytes: Uint8Array): Promise<void> {
    const one = this.#find(draft, id)
    await one.serially(async () => {
      if (bytes.length > one.room) {
        await this.#drop(id)
        throw new MailError('limit', 'attachment.tooLarge', { megabytes: this.#mostBytes >> 20 })
      }
      one.room -= bytes.length
      one.touchedAt = this.#now()
      one.attachment.size += bytes.length
      if (one.attachment.type.startsWith('message/')) readLines(one, bytes)
      try {
        await one.handle.writeFile(bytes)
      } catch (error) {
        await this.#drop(id) // part of the piece may be there: what follows would make another file of it
        throw error
      }
    })
  }

  async finish(draft: DraftId, id: AttachmentId): Promise<Attachment> {
    const one = this.#find(draft, id)
    return one.serially(async () => {
      this.#find(draft, id) // dropped while this waited for its turn
      this.#unfinished.delete(id)
      try {
        await one.handle.sync()
      } finally {
        await one.handle.close()
      }
      if (one.attachment.type.startsWith('message/') && (!one.isPlainLines || one.isAfterCr)) one.attachment.type = plainBytes
      await this.#files.keepAttachment(draft, one.attachment)
      this.#finishedAt.set(id, this.#now())
      return one.attachment
    })
  }

  /** Keeps what `produce` writes; what fails leaves nothing. */
  async add(draft: DraftId, named: Named, produce: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>) {
    const id = await this.begin(draft, named)
    try {
      await produce(chunk => this.write(draft, id, chunk))
      return await this.finish(draft, id)
    } catch (error) {
      await this.#drop(id)
      throw error
    }
  }

  /** Ends what was not finished, of one message or of all. */
  async abandon(draft?: DraftId): Promise<void> {
    for (const [id, one] of this.#unfinished) if (draft === undefined || one.draft === draft) await one.serially(() => this.#drop(id))
  }

  #find(draft: DraftId, id: AttachmentId): Unfinished {
    const one = this.#unfinished.get(id)
    if (one?.draft !== draft) throw new MailError('gone', 'attachment.unknown')
    return one
  }

  async #drop(id: AttachmentId): Promise<void> {
    const one = this.#unfinished.get(id)
    if (!one) return
    this.#unfinished.delete(id)
    await one.handle.close()
    await rm(await this.#files.partPath(one.draft, id), { force: true })
  }
}

const plainBytes = 'application/octet-stream'
const longestLine = 998

function readLines(one: Unfinished, bytes: Uint8Array): void {
  for (let i = 0; i < bytes.length && one.isPlainLines; i++) {
    const byte = bytes[i]!
    if (byte === 0 || byte > 126 || one.isAfterCr !== (byte === 10)) one.isPlainLines = false
    one.isAfterCr = byte === 13
    one.line = byte === 10 || byte === 13 ? 0 : one.line + 1
    if (one.line > longestLine) one.isPlainLines = false
  }
}

/**
 * RFC 6838, 4.2: what is no media type is sent as plain bytes. So is what has parts of its own (a saved web page is multipart/related), as only the message says
 * where its parts end. A message goes along as such only where it needs no encoding, which it must not have (RFC 2046, 5.2.1).
 */
function typeOf(type: string): string {
  const isType = /^[\w!#$&^.+-]{1,127}\/[\w!#$&^.+-]{1,127}(; charset=[\w.:+-]{1,60})?$/.test(type)
  return isType && !/^(multipart\/|message\/(?!rfc822$))/i.test(type) ? type.toLowerCase() : plainBytes
}
