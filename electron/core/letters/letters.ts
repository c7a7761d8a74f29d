/** Letters the user writes: drafts, their files, and what becomes of them when they are sent. One object for the composition root. */
import { join } from 'node:path'
import type { coreCalls, Handlers } from '../../../shared/contract.ts'
import { MailError } from '../../../shared/errors.ts'
import type { LetterId, LetterState } from '../../../shared/letter.ts'
import type { MessageRef, Part } from '../../../shared/model.ts'
import type { Log } from '../log.ts'
import { Attachments } from './attachments.ts'
import { Drafts } from './drafts.ts'
import { openLetterFiles } from './letter-files.ts'

type LetterCall = Extract<keyof typeof coreCalls, `letter.${string}` | `attachment.${string}`>
export type LetterHandlers = Pick<Handlers<typeof coreCalls>, LetterCall>

export interface LettersOptions {
  dataFolder: string
  /** The decoded bytes of one part of a message on the server. */
  download(ref: MessageRef, part: Part, write: (chunk: Uint8Array) => Promise<void>): Promise<void>
  /** Opens a window of its own for a letter. */
  openWindow(letter: LetterId): Promise<void>
  onState(state: LetterState): void
  log: Log
  now(): number
}

export interface Letters {
  readonly handlers: LetterHandlers
  readonly states: LetterState[]
  stop(): Promise<void>
}

export async function openLetters(options: LettersOptions): Promise<Letters> {
  const { onState, log, now } = options
  const files = openLetterFiles(join(options.dataFolder, 'letters'))
  const attachments = new Attachments(files)
  const isOutgoing = (): boolean => false
  const drafts = await Drafts.open({ files, isOutgoing, onState, log, now })

  const notYet = (): never => {
    throw new MailError('refused', 'Sending is not there yet.')
  }
  const handlers: LetterHandlers = {
    'letter.open': ({ id }) => drafts.open(id),
    'letter.save': draft => drafts.save(draft),
    'letter.send': notYet,
    'letter.recall': () => false,
    'letter.settle': notYet,
    'letter.discard': async ({ id }) => {
      await attachments.abandon(id)
      await drafts.discard(id)
      return null
    },
    'letter.restore': ({ id }) => drafts.restore(id),
    'letter.window': async ({ id }) => {
      await drafts.open(id)
      await options.openWindow(id)
      return null
    },
    'attachment.begin': async ({ letter, filename, type }) => {
      drafts.mustBeDraft(letter)
      return { id: await attachments.begin(letter, { filename, type }) }
    },
    'attachment.write': async ({ letter, id, base64 }) => {
      await attachments.write(letter, id, Buffer.from(base64, 'base64'))
      return null
    },
    'attachment.finish': ({ letter, id }) => attachments.finish(letter, id),
    'attachment.copy': ({ letter, ref, part }) => {
      drafts.mustBeDraft(letter)
      return attachments.add(letter, { filename: part.filename ?? '', type: part.type }, write => options.download(ref, part, write))
    },
  }
  return {
    handlers,
    get states() {
      return drafts.states
    },
    stop: () => attachments.abandon(),
  }
}
