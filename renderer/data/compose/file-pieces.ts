/** A file on its way into the vault, in pieces, in order (`attachment.begin`, `write`, `finish`). */
import type { Attachment, DraftId } from '../../../shared/model/outgoing.ts'
import type { Core } from '../core.ts'

/** Bytes of a piece before base64. */
export const pieceBytes = 1_000_000
/** Most mail servers refuse messages that are larger; bytes of all files together, before they are encoded. */
export const mostBytes = 25_000_000
const pieceDeadlineMs = 60_000

/** What is needed of a `File`. */
export interface FileLike {
  name: string
  type: string
  size: number
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

export interface SendOptions {
  /** Bytes so far. */
  progress(bytes: number): void
  signal: AbortSignal
}

function base64Of(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

/** Throws `AbortError` where it is cancelled, and whatever reading or the core throws; what was sent by then is forgotten by the core. */
export async function sendFile(core: Core, draft: DraftId, file: FileLike, { progress, signal }: SendOptions): Promise<Attachment> {
  const { id } = await core.call('attachment.begin', { draft, filename: file.name.slice(0, 1000) || 'file', type: file.type.slice(0, 255) })
  for (let from = 0; from < file.size; from += pieceBytes) {
    signal.throwIfAborted()
    const piece = await file.slice(from, Math.min(file.size, from + pieceBytes)).arrayBuffer()
    await core.call('attachment.write', { draft, id, base64: base64Of(new Uint8Array(piece)) }, pieceDeadlineMs)
    progress(Math.min(file.size, from + pieceBytes))
  }
  signal.throwIfAborted()
  return core.call('attachment.finish', { draft, id })
}
