/** What windows ask about messages they show: their texts, pictures and attachments, fetched from their servers. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import type { FolderRef } from '../../../shared/model/folder.ts'
import type { MessageId, MessageRef, Part } from '../../../shared/model/message.ts'
import { savePart } from '../mime/save-part.ts'
import { fetchRemoteImage } from '../net/remote-image.ts'

type MessageCalls = 'body.fetch' | 'parts.fetch' | 'part.save' | 'remote.fetch' | 'previews.want'

/** An account, as far as its messages are asked for. */
interface Source {
  fetchBody(message: MessageId, ref: MessageRef): Promise<void>
  fetchParts(message: MessageId, ref: MessageRef, parts: Part[]): Promise<void>
  download(ref: MessageRef, part: Part, write: (chunk: Uint8Array) => Promise<void>): Promise<void>
  wantPreviews(folder: FolderRef, uids: number[]): Promise<void>
}

export interface MessageCallsOptions {
  /** Throws `gone`. */
  sourceOf(account: string): Source
  downloadsFolder: string
  allowLoopbackImages: boolean
}

export function createMessageCalls(options: MessageCallsOptions): Pick<Handlers<typeof coreCalls>, MessageCalls> {
  const { sourceOf, downloadsFolder, allowLoopbackImages } = options
  return {
    'body.fetch': async ({ message, ref }) => {
      await sourceOf(ref.account).fetchBody(message, ref)
      return null
    },
    'parts.fetch': async ({ message, ref, parts }) => {
      await sourceOf(ref.account).fetchParts(message, ref, parts)
      return null
    },
    'part.save': async ({ ref, part }) => ({
      path: await savePart(downloadsFolder, part, write => sourceOf(ref.account).download(ref, part, write)),
    }),
    'remote.fetch': async ({ url }) => {
      const { type, bytes } = await fetchRemoteImage(url, { ...(allowLoopbackImages && { allowLoopback: true }) })
      return { type, base64: Buffer.from(bytes).toString('base64') }
    },
    'previews.want': async ({ ref, uids }) => {
      await sourceOf(ref.account).wantPreviews(ref, uids)
      return null
    },
  }
}
