/**
 * Where a message is kept in the vault (law 1): one folder each.
 *
 *   drafts/<id>/draft.json           the newest revision
 *   drafts/<id>/attachments/<aid>    the bytes of a file, with <aid>.json beside it: its name, type and size. Without that it is not there
 *   drafts/<id>/message.eml          the message as it goes out, once it was sent off
 *   drafts/<id>/discarded            thrown away: removed at the next start
 */
import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { z } from 'zod'
import { MailError } from '../../../shared/errors.ts'
import { Attachment, AttachmentId, Draft, DraftId } from '../../../shared/model/outgoing.ts'
import { isMissing, syncFolder, writeAtomic } from '../storage/atomic-file.ts'
import { readText, readTextFile, toRecord, type Format } from '../storage/records.ts'
import { attachmentFromVersion1, draftFromVersion1 } from './upgrade.ts'

/** A draft and when it was saved (ms). */
export const KeptDraft = z.object({ at: z.number(), draft: Draft })
export type KeptDraft = z.infer<typeof KeptDraft>

const draftFormat: Format<typeof KeptDraft> = { name: 'draft.json', version: 2, schema: KeptDraft, upgrades: { 1: draftFromVersion1 } }
const attachmentFormat: Format<typeof Attachment> = { name: 'attachment', version: 2, schema: Attachment, upgrades: { 1: attachmentFromVersion1 } }

export interface DraftFiles {
  /** Ids of all messages that have a draft. What was thrown away, and attachments no draft was ever saved for, are removed. */
  list(): Promise<DraftId[]>
  /** Null where there is none. Throws `invalid` where it is damaged or of a newer program. */
  readDraft(id: DraftId): Promise<KeptDraft | null>
  writeDraft(kept: KeptDraft): Promise<void>
  setDiscarded(id: DraftId, discarded: boolean): Promise<void>
  /** Gives a file that was written to `partPath` its place. */
  keepAttachment(id: DraftId, attachment: Attachment): Promise<void>
  attachments(id: DraftId): Promise<Attachment[]>
  removeAttachment(id: DraftId, attachment: AttachmentId): Promise<void>
  attachmentPath(id: DraftId, attachment: AttachmentId): string
  /** Where the bytes of an attachment are gathered; its folder exists. */
  partPath(id: DraftId, attachment: AttachmentId): Promise<string>
  /** Writes the message as it goes out; it is on the disk (fsynced) when this resolves. Answers its size in bytes. */
  writeMessage(id: DraftId, message: Readable): Promise<number>
  messagePath(id: DraftId): string
  /** The message as it goes out. Throws `refused` where there is none. */
  readMessage(id: DraftId): Promise<Buffer>
  remove(id: DraftId): Promise<void>
}

/** Null where there is none. Throws `invalid` where it cannot be read. */
async function read<S extends z.ZodType>(format: Format<S>, file: string): Promise<z.output<S> | null> {
  const text = await readTextFile(file)
  if (text === null) return null
  const reading = readText(format, text)
  if (reading.kind === 'read') return reading.value
  if (reading.kind === 'newer') throw new MailError('invalid', 'draft.newer', { version: reading.version })
  throw new MailError('invalid', 'draft.damaged', { reason: reading.reason })
}

function isInvalid(error: unknown): null {
  if (error instanceof MailError && error.kind === 'invalid') return null
  throw error
}

export function openDraftFiles(root: string): DraftFiles {
  /** Outgoing whose folder is known to be on the disk. */
  const durable = new Set<DraftId>()
  const at = (id: DraftId, ...path: string[]): string => join(root, id, ...path)

  async function exists(path: string): Promise<boolean> {
    return stat(path).then(
      () => true,
      (error: unknown) => {
        if (isMissing(error)) return false
        throw error
      },
    )
  }

  async function names(folder: string): Promise<string[]> {
    return readdir(folder).catch((error: unknown) => {
      if (isMissing(error)) return []
      throw error
    })
  }

  async function remove(id: DraftId): Promise<void> {
    durable.delete(id)
    await rm(at(id), { recursive: true, force: true, maxRetries: 3 })
  }

  const files: DraftFiles = {
    async list() {
      await mkdir(root, { recursive: true, mode: 0o700 })
      await syncFolder(dirname(root))
      const found: DraftId[] = []
      for (const id of await names(root)) {
        if (!DraftId.safeParse(id).success) continue
        if ((await exists(at(id, 'discarded'))) || !(await exists(at(id, 'draft.json')))) await remove(id)
        else {
          for (const name of await names(at(id, 'attachments'))) if (name.endsWith('.part')) await rm(at(id, 'attachments', name), { force: true })
          found.push(id)
        }
      }
      return found
    },

    readDraft: id => read(draftFormat, at(id, 'draft.json')),

    async writeDraft(kept) {
      const { id } = kept.draft
      await writeAtomic(at(id, 'draft.json'), JSON.stringify(toRecord(draftFormat, kept)))
      if (durable.has(id)) return
      await syncFolder(root)
      durable.add(id)
    },

    async setDiscarded(id, discarded) {
      if (discarded) return writeAtomic(at(id, 'discarded'), '')
      await rm(at(id, 'discarded'), { force: true })
      await syncFolder(at(id))
    },

    async keepAttachment(id, attachment) {
      await rename(await files.partPath(id, attachment.id), at(id, 'attachments', attachment.id))
      await writeAtomic(at(id, 'attachments', `${attachment.id}.json`), JSON.stringify(toRecord(attachmentFormat, attachment)))
    },

    async attachments(id) {
      const described = (await names(at(id, 'attachments'))).filter(name => /^[0-9a-z]+\.json$/.test(name))
      // one whose description is damaged is not there: the message says which file it lacks
      const found = await Promise.all(described.map(name => read(attachmentFormat, at(id, 'attachments', name)).catch(isInvalid)))
      return found.filter(one => one !== null)
    },

    async removeAttachment(id, attachment) {
      await rm(at(id, 'attachments', `${attachment}.json`), { force: true }) // without that it is not there
      await rm(at(id, 'attachments', attachment), { force: true })
    },

    attachmentPath: (id, attachment) => at(id, 'attachments', attachment),

    async partPath(id, attachment) {
      await mkdir(at(id, 'attachments'), { recursive: true, mode: 0o700 })
      return at(id, 'attachments', `${attachment}.part`)
    },

    async writeMessage(id, message) {
      const beside = at(id, 'message.new')
      const handle = await open(beside, 'w', 0o600)
      let size = 0
      try {
        for await (const chunk of message) {
          const bytes = chunk as Buffer
          await handle.writeFile(bytes)
          size += bytes.length
        }
        await handle.sync()
      } catch (error) {
        await rm(beside, { force: true })
        throw error
      } finally {
        await handle.close()
      }
      await rename(beside, at(id, 'message.eml'))
      await syncFolder(at(id))
      return size
    },

    messagePath: id => at(id, 'message.eml'),

    async readMessage(id) {
      const chunks: Buffer[] = []
      try {
        for await (const chunk of createReadStream(at(id, 'message.eml'))) chunks.push(chunk as Buffer)
      } catch (error) {
        if (isMissing(error)) throw new MailError('refused', 'draft.fileGone')
        throw error
      }
      return Buffer.concat(chunks)
    },

    remove,
  }
  return files
}
