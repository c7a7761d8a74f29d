/**
 * Drafts: the newest revision of each, in the vault before a save answers. Saves of one message are made in turn; an older revision never replaces a newer one.
 * A draft that was thrown away can be brought back until the program ends.
 */
import { MailError } from '../../../shared/errors.ts'
import type { Draft, DraftId, OutgoingState, Recipient } from '../../../shared/model/outgoing.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import type { Log } from '../log.ts'
import { createSerialQueue } from '../storage/atomic-file.ts'
import type { DraftFiles } from './draft-files.ts'

/** What lists show of a draft; the text stays on the disk. */
interface Summary {
  state: OutgoingState
  revision: number
  discarded: boolean
}

export interface DraftsOptions {
  files: DraftFiles
  /** The message is no draft any more: it waits, was sent, and so on. */
  isOutgoing(id: DraftId): boolean
  onState(state: OutgoingState): void
  now(): number
  log: Log
}

export function namesOf(recipients: Recipient[]): string[] {
  return recipients.map(([name, address]) => name.trim() || address)
}

function toState(draft: Draft, at: number): OutgoingState {
  const { id, account, subject, to, cc, bcc, attachments } = draft
  return {
    id,
    account,
    state: 'draft',
    subject,
    to: namesOf([...to, ...cc, ...bcc]),
    attachments: attachments.length,
    at,
    sendAt: null,
    error: null,
    refused: [],
    copy: null,
  }
}

/** Files that were taken out of the draft: nobody can undo that any more. */
async function dropUnnamed(files: DraftFiles, { id, attachments }: Draft): Promise<void> {
  for (const { id: file } of await files.attachments(id)) if (!attachments.some(named => named.id === file)) await files.removeAttachment(id, file)
}

export class Drafts {
  readonly #options: DraftsOptions
  readonly #known = new Map<DraftId, Summary>()
  /** Drafts that could not be read at start. */
  damaged = 0
  readonly #queues = new Map<DraftId, ReturnType<typeof createSerialQueue>>()

  private constructor(options: DraftsOptions) {
    this.#options = options
  }

  static async open(options: DraftsOptions): Promise<Drafts> {
    const drafts = new Drafts(options)
    for (const id of await options.files.list()) {
      try {
        const kept = await options.files.readDraft(id)
        if (!kept) continue
        drafts.#known.set(id, { state: toState(kept.draft, kept.at), revision: kept.draft.revision, discarded: false })
        await dropUnnamed(options.files, kept.draft).catch((error: unknown) => options.log('files taken out of a draft could not be removed', error))
      } catch (error) {
        drafts.damaged++
        options.log('a draft is damaged; its file stays where it is', error)
      }
    }
    return drafts
  }

  /** Outgoing that are drafts now. */
  get states(): OutgoingState[] {
    return [...this.#known.values()].filter(({ state, discarded }) => !discarded && !this.#options.isOutgoing(state.id)).map(({ state }) => state)
  }

  /** Every message of an account that is kept as a draft, also one that was thrown away. */
  of(account: AccountId): DraftId[] {
    return [...this.#known.values()]
      .filter(({ state }) => state.account === account && !this.#options.isOutgoing(state.id))
      .map(({ state }) => state.id)
  }

  async read(id: DraftId): Promise<Draft> {
    const kept = await this.#options.files.readDraft(id)
    if (!kept || this.#known.get(id)?.discarded) throw new MailError('gone', 'draft.gone')
    return kept.draft
  }

  async open(id: DraftId): Promise<Draft> {
    this.mustBeDraft(id)
    return this.read(id)
  }

  save(draft: Draft): Promise<OutgoingState> {
    return this.serially(draft.id, async () => {
      const { files, now, onState } = this.#options
      this.mustBeDraft(draft.id)
      const known = this.#known.get(draft.id)
      if (known && draft.revision < known.revision) return known.state
      if (draft.attachments.length > 0) {
        const here = new Set((await files.attachments(draft.id)).map(({ id }) => id))
        const missing = draft.attachments.find(({ id }) => !here.has(id))
        if (missing) throw new MailError('invalid', 'attachment.missing', { file: missing.filename })
      }
      const at = now()
      await files.writeDraft({ at, draft })
      const state = toState(draft, at)
      this.#known.set(draft.id, { state, revision: draft.revision, discarded: false })
      onState(state)
      return state
    })
  }

  discard(id: DraftId): Promise<void> {
    return this.serially(id, async () => {
      const known = this.#known.get(id)
      if (known?.discarded) return
      if (!known) return this.#options.files.remove(id) // files may have been attached before the first save
      await this.#options.files.setDiscarded(id, true)
      known.discarded = true
      this.#options.onState({ ...known.state, state: 'discarded' })
    })
  }

  restore(id: DraftId): Promise<boolean> {
    return this.serially(id, async () => {
      const known = this.#known.get(id)
      if (!known) return false
      if (known.discarded) {
        await this.#options.files.setDiscarded(id, false)
        known.discarded = false
      }
      this.#options.onState(known.state)
      return true
    })
  }

  /** The message has gone out and is kept elsewhere. */
  forget(id: DraftId): void {
    this.#known.delete(id)
    this.#queues.delete(id)
  }

  /** A message that had been sent off is a draft again. */
  report(id: DraftId): void {
    const known = this.#known.get(id)
    if (known && !known.discarded) this.#options.onState(known.state)
  }

  /** Work on one message, one piece at a time. */
  serially<T>(id: DraftId, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(id) ?? createSerialQueue()
    this.#queues.set(id, queue)
    return queue(work)
  }

  /** Throws where the message cannot be changed (any more). One that was never saved can. */
  mustBeDraft(id: DraftId): void {
    if (this.#options.isOutgoing(id)) throw new MailError('refused', 'draft.sent')
    if (this.#known.get(id)?.discarded) throw new MailError('gone', 'draft.discarded')
  }
}
