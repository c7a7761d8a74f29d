/**
 * A message while it is written in this window. It outlives the pane that shows it (another layout makes the pane anew) and keeps its draft in the core.
 *
 * The text is the editor's while one is bound: it is read when it is wanted, not at each key. A quotation that is folded stands apart, and joins the text when it
 * is shown. What stands in a field of recipients and is no chip yet is saved as if it were one.
 */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Attachment, Draft, DraftId, PictureKey, Recipient } from '../../../shared/model/outgoing.ts'
import type { MessageRef, Part } from '../../../shared/model/message.ts'
import { shownText } from '../../../shared/model/shown-text.ts'
import { formatRecipient, newRecipients, parseRecipients } from '../text/addresses.ts'
import type { Core } from '../core.ts'
import { DraftKeeper, type Saving } from './draft-keeper.ts'
import { mostBytes, sendFile, type FileLike } from './file-pieces.ts'
import { errorWords } from '../words/errors.ts'
import { sizeWords } from '../words/file-size.ts'
import { say } from '../words/say.ts'
import { quoteClass, type Quote } from './quoting.ts'

export type Field = 'to' | 'cc' | 'bcc'

/** A part of a message that is taken along. `picture`: its place in the text. */
export interface Copied {
  part: Part
  filename: string
  size: number
  picture?: PictureKey
}

/** A file that is on its way into the message. */
export interface Upload {
  key: string
  filename: string
  size: number
  sent: number
  /** In words; null while it goes well. */
  failed: string | null
}

export interface CompositionState {
  draft: Draft
  /** Typed, and no chip yet. */
  typed: Record<Field, string>
  /** Folded. */
  quote: Quote | null
  saving: Saving
  uploads: Upload[]
  /** Counts the times the text was put there from outside: the editor takes it anew. */
  textRevision: number
}

export interface BodyText {
  html: string
  text: string
}

export interface CompositionNeeds {
  core: Core
  now(): number
  newId(): string
  /** Lets go of the message, for other windows. */
  release(): void
}

const copyDeadlineMs = 10 * 60_000

export class Composition {
  readonly store: StoreApi<CompositionState>
  private readonly keeper: DraftKeeper
  /** Typed before the message was there; whoever shows it puts it where the keyboard begins. */
  typedAhead = ''
  /** It is being sent off or thrown away: whoever does that lets go of it, and says what becomes of it. */
  leaving: 'sent' | 'discarded' | null = null
  private body: (() => BodyText) | null = null
  private readonly cancels = new Map<string, AbortController>()
  /** How to take those along that failed. */
  private readonly again = new Map<string, () => Promise<void>>()

  constructor(
    private readonly needs: CompositionNeeds,
    { draft, quote, kept }: { draft: Draft; quote: Quote | null; kept: boolean },
    /** Where the keyboard begins. */
    readonly focus: 'to' | 'text',
  ) {
    this.store = createStore<CompositionState>(() => ({
      draft,
      typed: { to: '', cc: '', bcc: '' },
      quote,
      saving: kept ? { state: 'saved', at: needs.now() } : { state: 'untouched' },
      uploads: [],
      textRevision: 0,
    }))
    this.keeper = new DraftKeeper(
      {
        read: () => this.whole(),
        save: whole => needs.core.call('draft.save', whole),
        told: saving => this.store.setState({ saving }),
        now: needs.now,
      },
      draft.revision,
      kept,
    )
  }

  get id(): DraftId {
    return this.store.getState().draft.id
  }

  get isKept(): boolean {
    return this.keeper.isKept
  }

  change(part: Partial<Omit<Draft, 'id' | 'revision'>>): void {
    this.store.setState(({ draft }) => ({ draft: { ...draft, ...part } }))
    this.keeper.touch()
  }

  type(field: Field, text: string): void {
    const { typed } = this.store.getState()
    if (typed[field] === text) return
    this.store.setState({ typed: { ...typed, [field]: text } })
    this.keeper.touch()
  }

  removeRecipient(field: Field, index: number): void {
    this.change({ [field]: this.store.getState().draft[field].filter((_, i) => i !== index) })
  }

  /** Puts a recipient into another field; where they stand there already, they only leave this one. */
  moveRecipient(from: Field, index: number, to: Field): void {
    const { draft } = this.store.getState()
    const recipient = draft[from][index]
    if (!recipient || from === to) return
    this.change({ [from]: draft[from].filter((_, i) => i !== index), [to]: [...draft[to], ...newRecipients([recipient], draft[to])] })
  }

  /** Makes a recipient text again, to be mended. */
  editRecipient(field: Field, index: number): void {
    const recipient = this.store.getState().draft[field][index]
    if (!recipient) return
    this.acceptTyped(field)
    this.removeRecipient(field, index)
    this.type(field, formatRecipient(recipient))
  }

  addRecipient(field: Field, recipient: Recipient): void {
    const { draft, typed } = this.store.getState()
    this.store.setState({ typed: { ...typed, [field]: '' } })
    this.change({ [field]: [...draft[field], ...newRecipients([recipient], draft[field])] })
  }

  /** What was typed becomes recipients; nobody stands there twice. */
  acceptTyped(...fields: Field[]): void {
    for (const field of fields) {
      const { typed, draft } = this.store.getState()
      const added = parseRecipients(typed[field])
      if (typed[field] === '') continue
      this.store.setState({ typed: { ...typed, [field]: '' } })
      this.change({ [field]: [...draft[field], ...newRecipients(added, draft[field])] })
    }
  }

  /** The editor that holds the text from now on; null when it goes, and its text stays here. */
  bindBody(read: (() => BodyText) | null): void {
    if (this.body && !read) {
      const text = this.body()
      this.store.setState(({ draft }) => ({ draft: { ...draft, ...text } }))
    }
    this.body = read
  }

  bodyTouched(): void {
    this.keeper.touch()
  }

  /** Text and HTML without what is folded. */
  readBody(): BodyText {
    const { draft } = this.store.getState()
    return this.body?.() ?? { html: draft.html, text: draft.text }
  }

  /** Puts another text there. */
  replaceBody(body: BodyText, change: Partial<Pick<Draft, 'format'>> = {}): void {
    this.body = null
    this.store.setState(({ draft, textRevision }) => ({ draft: { ...draft, ...body, ...change }, textRevision: textRevision + 1 }))
    this.keeper.touch()
  }

  setQuote(quote: Quote | null): void {
    this.store.setState({ quote })
    this.keeper.touch()
  }

  /** The message as it is saved and sent. */
  whole(): Draft {
    const { draft, typed, quote } = this.store.getState()
    const { html, text } = this.readBody()
    const folded = quote ? `<div class="${quoteClass}">${quote.html}</div>` : ''
    const field = (name: Field): Recipient[] => [...draft[name], ...newRecipients(parseRecipients(typed[name]), draft[name])]
    return {
      ...draft,
      to: field('to'),
      cc: field('cc'),
      bcc: field('bcc'),
      html: draft.format === 'rich' ? html + folded : '',
      text: quote ? `${text.trimEnd()}\n\n${quote.text}` : text,
    }
  }

  flush(): Promise<boolean> {
    return this.keeper.flush()
  }

  keep(): Promise<boolean> {
    return this.keeper.keep()
  }

  /** Takes files along, one after the other. Answers a sentence for those that do not fit. */
  async attach(files: readonly FileLike[]): Promise<string | null> {
    const { draft, uploads } = this.store.getState()
    let total = [...draft.attachments, ...uploads.filter(({ failed }) => failed === null)].reduce((sum, { size }) => sum + size, 0)
    const refused: FileLike[] = []
    const taken = files.filter(file => {
      if (total + file.size > mostBytes || draft.attachments.length + uploads.length >= 200) {
        refused.push(file)
        return false
      }
      total += file.size
      return true
    })
    const work = taken.map(file => ({ file, upload: this.addUpload(file.name, file.size) }))
    for (const { file, upload } of work)
      await this.take(upload, signal => sendFile(this.needs.core, this.id, file, { signal, progress: sent => this.setUpload(upload.key, { sent }) }))
    return refused.length > 0 ? tooLarge(refused) : null
  }

  /** Takes parts of a message along. Those that do not fit stay there with the reason, so that it is said before the message goes. */
  async copy(ref: MessageRef, parts: readonly Copied[]): Promise<void> {
    const { draft, uploads } = this.store.getState()
    let total = [...draft.attachments, ...uploads].reduce((sum, { size }) => sum + size, 0)
    const work = parts.map(({ part, filename, size, picture }) => {
      const upload = this.addUpload(filename, size)
      total += size
      if (total > mostBytes) {
        total -= size
        this.setUpload(upload.key, { failed: say('composer.overLimit', { limit: sizeWords(mostBytes) }) })
        return async () => undefined
      }
      const arg = { draft: this.id, ref, part, ...(picture && { picture }) }
      const take = (): Promise<void> => this.take(upload, () => this.needs.core.call('attachment.copy', arg, copyDeadlineMs))
      this.again.set(upload.key, take)
      return take
    })
    for (const take of work) await take()
  }

  /** Tries once more to take along what could not be fetched. */
  async copyAgain(): Promise<void> {
    for (const { key, failed } of this.store.getState().uploads) {
      const take = failed === null ? undefined : this.again.get(key)
      if (!take) continue
      this.setUpload(key, { failed: null })
      await take()
    }
  }

  /** Takes a file out of the message, or off its way there. */
  removeFile(key: string): void {
    this.cancels.get(key)?.abort()
    this.again.delete(key)
    this.store.setState(({ uploads }) => ({ uploads: uploads.filter(upload => upload.key !== key) }))
    const { draft } = this.store.getState()
    if (draft.attachments.some(({ id }) => id === key)) this.change({ attachments: draft.attachments.filter(({ id }) => id !== key) })
  }

  /** The message leaves this window. What is under way is given up; nothing is saved any more. */
  async dispose(): Promise<void> {
    for (const cancel of this.cancels.values()) cancel.abort()
    await this.keeper.stop()
    this.needs.release()
  }

  private addUpload(filename: string, size: number): Upload {
    const upload: Upload = { key: this.needs.newId(), filename, size, sent: 0, failed: null }
    this.store.setState(({ uploads }) => ({ uploads: [...uploads, upload] }))
    return upload
  }

  private setUpload(key: string, change: Partial<Upload>): void {
    this.store.setState(({ uploads }) => ({ uploads: uploads.map(upload => (upload.key === key ? { ...upload, ...change } : upload)) }))
  }

  private async take({ key }: Upload, fetch: (signal: AbortSignal) => Promise<Attachment>): Promise<void> {
    if (!this.store.getState().uploads.some(upload => upload.key === key)) return // taken out before its turn
    const cancel = new AbortController()
    this.cancels.set(key, cancel)
    try {
      if (!(await this.keep())) throw new Error(say('composer.draftNotSaved'))
      const attachment = await fetch(cancel.signal)
      if (cancel.signal.aborted) return
      this.store.setState(({ uploads }) => ({ uploads: uploads.filter(upload => upload.key !== key) }))
      this.change({ attachments: [...this.store.getState().draft.attachments, attachment] })
    } catch (error) {
      if (!cancel.signal.aborted) this.setUpload(key, { failed: errorWords(error) })
    } finally {
      this.cancels.delete(key)
    }
  }
}

function tooLarge(files: readonly FileLike[]): string {
  const limit = sizeWords(mostBytes)
  const [first] = files
  if (files.length === 1 && first) return say('composer.fileTooLarge', { limit, name: shownText(first.name), size: sizeWords(first.size) })
  const names = files.map(({ name }) => say('common.quoted', { text: shownText(name) })).join(', ')
  return say('composer.filesTooLarge', { limit, count: files.length, names })
}
