/** Outgoing the user writes: drafts, their files, and what becomes of them when they are sent. One object for the composition root. */
import type { FolderRef } from '../../../shared/model/folder.ts'
import { join } from 'node:path'
import type { Attachment, AttachmentId, Draft, DraftId, OutgoingState, PictureKey } from '../../../shared/model/outgoing.ts'
import type { AccountId } from '../../../shared/model/account.ts'
import type { MessageRef, Part } from '../../../shared/model/message.ts'
import type { Operation } from '../../../shared/operations.ts'
import { MailError, type Fact } from '../../../shared/errors.ts'
import type { Account } from '../accounts/accounts.ts'
import type { MailStore } from '../store/mail-store.ts'
import type { Log } from '../log.ts'
import { submit, type Submission, type Submitted } from '../submission/submit.ts'
import type { Trust } from '../net/trust.ts'
import { openJournal, type Journal } from '../storage/journal.ts'
import { Attachments } from './attachments.ts'
import { composeMessage, newMessageId } from './message-builder.ts'
import { Drafts, namesOf } from './drafts.ts'
import { openDraftFiles, type DraftFiles } from './draft-files.ts'
import { Outbox } from './outbox.ts'
import { outboxFormat, type OutboxRecord } from './outbox-entries.ts'
import { checkSendable } from './sendable.ts'

export interface OutgoingOptions {
  files: DraftFiles
  journal: Journal<OutboxRecord>
  /** Hands a message to a server; see smtp/submit.ts. */
  submit(submission: Submission): Promise<Submitted>
  account(id: AccountId): Account | undefined
  password(id: AccountId): Promise<string | null>
  trust: Pick<Trust, 'optionsFor' | 'verified'>
  /** Runs work on an IMAP connection of the account; rejects with the reason while there is none. */
  perform<T>(account: AccountId, work: (session: MailStore, refOf: (path: string) => FolderRef) => Promise<T>): Promise<T>
  enqueue(op: Operation): Promise<void>
  /** A folder got a message. */
  onFiled(folder: FolderRef): void
  /** The decoded bytes of one part of a message on the server. */
  download(ref: MessageRef, part: Part, write: (chunk: Uint8Array) => Promise<void>): Promise<void>
  onState(state: OutgoingState): void
  log: Log
  now(): number
  /** Other than usual in tests. */
  backOffMs?: readonly number[]
  copyRetryMs?: number
}

export interface Outgoing {
  /** The whole draft; refuses one in another state. */
  open(id: DraftId): Promise<Draft>
  /** Keeps the draft (fsynced); an older revision changes nothing. */
  save(draft: Draft): Promise<OutgoingState>
  /** Queues the saved draft; it goes out after `holdMs` at the earliest. Throws `invalid`, naming the field, where it cannot be sent. */
  send(id: DraftId, holdMs: number): Promise<OutgoingState>
  /** Makes a draft of what waits or was refused; false where it is on its way or gone. */
  recall(id: DraftId): Promise<boolean>
  /** About a message that is uncertain, or was refused. */
  decide(id: DraftId, how: 'look' | 'again' | 'arrived'): Promise<OutgoingState>
  /** Throws it away until the program ends; refuses what is on its way. */
  discard(id: DraftId): Promise<void>
  /** False: too late. */
  restore(id: DraftId): Promise<boolean>
  /** A file for a draft: begun, written in order, finished (fsynced). */
  beginFile(draft: DraftId, file: { filename: string; type: string }): Promise<AttachmentId>
  writeFile(draft: DraftId, id: AttachmentId, bytes: Uint8Array): Promise<void>
  finishFile(draft: DraftId, id: AttachmentId): Promise<Attachment>
  /** Takes a part of a message along, fetched from its server. */
  copyPart(draft: DraftId, part: { ref: MessageRef; part: Part; picture?: PictureKey | undefined }): Promise<Attachment>
  readonly states: OutgoingState[]
  /** What was found damaged at start. */
  readonly startupWarnings: Fact[]
  /** Begins with what waits to be sent. */
  start(): Promise<void>
  /** An IMAP connection of the account is there. */
  connected(account: AccountId): void
  /** The user asks; null: for every account. */
  retryNow(account: AccountId | null): void
  networkChanged(): void
  /** Outgoing of an account that exist nowhere else. */
  onlyHere(account: AccountId): number
  /** Drops every message of an account that goes. */
  forget(account: AccountId): Promise<void>
  /** Ends within 12 s. */
  stop(): Promise<void>
  /** Begins nothing more. */
  dispose(): void
}

/** Servers known to put a copy of what they send into Sent themselves (PROTOCOL-NOTES, By server). */
const selfFiling = /(^|\.)(gmail|googlemail|office365|outlook|hotmail)\.com$/i

/** Outgoing of a profile. */
export async function openOutgoing(dataFolder: string, options: Omit<OutgoingOptions, 'files' | 'journal' | 'submit'>): Promise<Outgoing> {
  const journal = await openJournal(join(dataFolder, 'outbox.journal'), outboxFormat)
  if (journal.damaged > 0) options.log(`${journal.damaged} records in the journal of messages could not be read and were set aside`)
  return createOutgoing({ ...options, files: openDraftFiles(join(dataFolder, 'drafts')), journal, submit })
}

export async function createOutgoing(options: OutgoingOptions): Promise<Outgoing> {
  const { files, journal, onState, log, now } = options
  const attachments = new Attachments(files, now)
  const outbox = await Outbox.open({
    journal,
    files,
    submit: async (message, begin) => {
      const account = options.account(message.account)
      if (!account) return { kind: 'later', of: 'connection', error: new MailError('gone', 'outbox.accountGone') }
      if (!account.outgoing) return { kind: 'later', of: 'connection', error: new MailError('gone', 'outbox.noServer', { email: account.email }) }
      const { from, to, size } = message
      const result = await options.submit({
        server: account.outgoing,
        tls: options.trust.optionsFor(account.outgoing),
        password: await options.password(account.id),
        from,
        to,
        size,
        file: files.messagePath(message.id),
        begin,
      })
      if (result.kind === 'accepted') void options.trust.verified(account.outgoing) // over a connection the system verified, or over none that is
      return result
    },
    perform: options.perform,
    enqueue: options.enqueue,
    filesItself: account => selfFiling.test(options.account(account)?.outgoing?.host ?? ''),
    onFiled: options.onFiled,
    onState: state => {
      if (state.state === 'sent' && state.copy === 'filed') drafts.forget(state.id)
      onState(state)
    },
    log,
    now,
    ...(options.backOffMs && { backOffMs: options.backOffMs }),
    ...(options.copyRetryMs !== undefined && { copyRetryMs: options.copyRetryMs }),
  })
  const drafts: Drafts = await Drafts.open({ files, isOutgoing: id => outbox.has(id), onState, log, now })

  /** Builds the message once, puts it on the disk, and only then lets it wait. */
  async function send(id: DraftId, holdMs: number): Promise<OutgoingState> {
    const draft = await drafts.open(id)
    const account = options.account(draft.account)
    const here = await files.attachments(id)
    const { from, to, bcc } = checkSendable(draft, account, here)
    draft.attachments = draft.attachments.map(named => here.find(({ id }) => id === named.id)!) // as they were taken in, whatever a window says
    const messageId = newMessageId(from)
    const writing = { draft, from: { name: account!.name, address: account!.email }, messageId, date: new Date(now()) }
    const size = await files.writeMessage(id, composeMessage({ ...writing, path: attachment => files.attachmentPath(id, attachment) }))
    const at = now() // the time to take it back begins when it is written
    const { subject, answers, attachments } = draft
    const names = namesOf([...draft.to, ...draft.cc, ...draft.bcc])
    return outbox.add({
      ...{ id, account: draft.account, messageId, from, to, bcc, size, answers },
      ...{ subject, names, attachments: attachments.length, at, sendAt: at + holdMs },
    })
  }
  const startupWarnings: Fact[] = []
  if (journal.damaged > 0) startupWarnings.push({ code: 'startup.outbox', params: {} })
  if (drafts.damaged > 0) startupWarnings.push({ code: 'startup.drafts', params: { count: drafts.damaged } })
  return {
    startupWarnings,
    open: id => drafts.open(id),
    async save(draft) {
      if (!options.account(draft.account)) throw new MailError('gone', 'draft.accountGone') // it would stay behind, seen by nobody
      return drafts.save(draft)
    },
    send: (id, holdMs) => drafts.serially(id, () => send(id, holdMs)),
    async recall(id) {
      const recalled = await outbox.recall(id)
      if (recalled) drafts.report(id)
      return recalled
    },
    decide: (id, how) => outbox.decide(id, how),
    async discard(id) {
      if (outbox.has(id) && !(await outbox.recall(id))) throw new MailError('refused', 'draft.onItsWay')
      await attachments.abandon(id)
      await drafts.discard(id)
    },
    restore: id => drafts.restore(id),
    async beginFile(draft, file) {
      drafts.mustBeDraft(draft)
      return attachments.begin(draft, file)
    },
    writeFile: (draft, id, bytes) => attachments.write(draft, id, bytes),
    finishFile: (draft, id) => attachments.finish(draft, id),
    async copyPart(draft, { ref, part, picture }) {
      drafts.mustBeDraft(draft)
      const isNamed = part.type.startsWith('text/') && /^[\w.:+-]{1,60}$/.test(part.charset ?? '')
      const type = isNamed ? `${part.type}; charset=${part.charset}` : part.type // its bytes go along as they are
      return attachments.add(draft, { filename: part.filename ?? '', type, picture }, write => options.download(ref, part, write))
    },
    get states() {
      return [...drafts.states, ...outbox.states]
    },
    start: () => outbox.start(),
    connected: account => outbox.connected(account),
    retryNow: account => outbox.retryNow(account),
    networkChanged: () => outbox.networkChanged(),
    onlyHere: account => [...drafts.states, ...outbox.states].filter(state => state.account === account && state.copy !== 'filed').length,
    async forget(account) {
      await outbox.forget(account)
      for (const id of drafts.of(account)) {
        await attachments.abandon(id)
        await files.remove(id)
        drafts.forget(id)
      }
    },
    async stop() {
      await attachments.abandon()
      await outbox.stop()
    },
    dispose: () => outbox.dispose(),
  }
}
