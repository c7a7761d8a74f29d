/** Writing messages: beginning one, answering, coming back to a draft, putting it away, throwing it away. One message is written in a window at a time. */
import { mayBePicture } from '../../shared/model/picture-type.ts'
import { picturePlace, type Draft, type DraftId, type OutgoingState } from '../../shared/model/outgoing.ts'
import type { Body, MessageRef, Part } from '../../shared/model/message.ts'
import { isolate, shownText } from '../../shared/model/shown-text.ts'
import { answerRecipients, answerSubject, everyone, manyPeople, threading, tooMany, type AnswerKind } from '../data/compose/answering.ts'
import { Composition, type Copied } from '../data/compose/composition.ts'
import { htmlOf, splitQuote } from '../data/compose/draft-html.ts'
import { decodedSize, partName } from '../data/words/file-size.ts'
import { htmlToText } from '../data/text/html-text.ts'
import { claimDraft } from '../data/compose/draft-lock.ts'
import type { Row } from '../data/list/list-protocol.ts'
import { parseMailto } from '../data/compose/mailto.ts'
import { textToHtml } from '../data/text/plain-text.ts'
import { forwardQuote, replyQuote, textToEditorHtml, type Quote } from '../data/compose/quoting.ts'
import { toRefs } from '../data/operations.ts'
import { readBody, readPictures, type Pictures } from '../data/text/read-message.ts'
import { bareContentId } from '../data/text/urls.ts'
import { errorWords } from '../data/words/errors.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import { focusPane } from './panes.ts'
import { requestDraft, type IsWanted } from './compose-requests.ts'
import type { Services } from '../state/services.ts'
import { folderInFront, layoutInEffect, openMessage, selectedRows, type WindowState } from '../state/store.ts'

const formatKey = 'pillarbox-format'
const bodyDeadlineMs = 20_000

/** The format chosen last. */
export function preferredFormat(): Draft['format'] {
  return localStorage.getItem(formatKey) === 'plain' ? 'plain' : 'rich'
}

export function preferFormat(format: Draft['format']): void {
  localStorage.setItem(formatKey, format)
}

interface Start {
  draft: Draft
  quote: Quote | null
  /** The core has it. */
  kept: boolean
  focus: 'to' | 'text'
}

function blank(state: WindowState, account?: string): Draft {
  return {
    id: crypto.randomUUID(),
    account: account ?? state.inFront?.account ?? state.accounts[0]?.id ?? '',
    to: [],
    cc: [],
    bcc: [],
    subject: '',
    format: preferredFormat(),
    html: '',
    text: '',
    answers: null,
    attachments: [],
    revision: 0,
  }
}

/** Closes the notice of the draft that was kept last: with the next message nobody goes back to it by that, and it covers what is there. */
let closeKept = (): void => undefined

/** Shows a message to be written, after the one before was put away. Null where that, or this one, cannot be, or nobody waits for it any more. */
async function begin(services: Services, isWanted: IsWanted, { focus, ...start }: Start, wait = false): Promise<Composition | null> {
  const { core, store, contacts } = services
  if (!isWanted()) return null
  closeKept()
  if (!(await putAway(services)) || !isWanted()) return null
  const claim = claimDraft(start.draft.id, wait)
  // a new message is nobody else's: it is there with the key that began it, and what is typed next goes into it
  const release = start.kept ? await claim : () => void claim.then(letGo => letGo?.())
  if (!release) {
    showNotice({ kind: 'status', text: say('compose.elsewhere') })
    return null
  }
  const { coming } = store.getState()
  if (!isWanted()) {
    release()
    return null
  }
  contacts.load()
  const composition = new Composition({ core, now: () => Date.now(), newId: () => crypto.randomUUID(), release }, start, focus)
  composition.typedAhead = coming?.typed ?? ''
  store.setState({ composing: composition, reading: true, coming: null })
  return composition
}

/** Takes a message out of the window; false where it was not there any more. */
export function takeOut({ store }: Pick<Services, 'store'>, composition: Composition): boolean {
  if (store.getState().composing !== composition) return false
  store.setState({ composing: null })
  return true
}

function ready(state: WindowState): boolean {
  return state.core === 'ready' && state.accounts.length > 0
}

export function canCompose(state: WindowState): boolean {
  return ready(state)
}

/** True where one message is open that can be answered. */
export function canAnswer(state: WindowState): boolean {
  return ready(state) && openMessage(state) !== null && selectedRows(state).length === 1 && folderInFront(state)?.role !== 'drafts'
}

export async function composeNew(services: Services, change: Partial<Draft> = {}): Promise<void> {
  const state = services.store.getState()
  if (!ready(state)) return
  const draft = { ...blank(state), ...change }
  await requestDraft(services.store, isWanted =>
    begin(services, isWanted, { draft, quote: null, kept: false, focus: draft.to.length > 0 ? 'text' : 'to' }),
  )
}

/** A message begun from a mailto address: recipients, subject and text, never a file (RFC 6068, 4). */
export async function composeMailto(services: Services, url: string): Promise<void> {
  const fields = parseMailto(url)
  if (!fields) return
  if (!ready(services.store.getState())) return void showNotice({ kind: 'alert', text: say('compose.noAccount') })
  const { body, ...rest } = fields
  await composeNew(services, { ...rest, text: body, html: body ? textToEditorHtml(body) : '' })
}

/** The text of a message, safe to stand in the editor. */
function contentOf({ sanitiseDraft }: Services, body: Body, pictures: ReadonlyMap<string, string>): Quote {
  const sections = body.sections.map(({ kind, content }): Quote => {
    const source = kind === 'html' ? content : textToHtml(content).html.replaceAll('\n', '<br>')
    const fragment = sanitiseDraft(source, pictures)
    return { text: kind === 'text' ? content.replace(/\r\n?/g, '\n').trimEnd() : htmlToText(fragment), html: htmlOf(fragment) }
  })
  return { html: sections.map(({ html }) => html).join('<hr>'), text: sections.map(({ text }) => text).join('\n\n') }
}

/** A message that is passed on: what its text is to be, and the parts that go along. Whatever does not stand in the text as data, or has no place there (as SVG, which nobody draws), goes as a file. */
function passedOn(services: Services, body: Body, { urls, none }: Pictures, format: Draft['format']): { content: Quote; parts: Copied[] } {
  const pictures = new Map(urls)
  const keys = new Map<Part, string>()
  for (const part of body.inline) {
    const id = bareContentId(part.contentId ?? '')
    if (pictures.has(id) || none.has(id) || !mayBePicture(part.type)) continue
    const key = crypto.randomUUID()
    keys.set(part, key)
    pictures.set(id, picturePlace(key, partName(part)))
  }
  const content = contentOf(services, body, pictures)
  const isInText = (part: Part): boolean => {
    const url = urls.get(bareContentId(part.contentId ?? ''))
    return format === 'rich' && url !== undefined && content.html.includes(url)
  }
  const parts = [...body.attachments, ...body.inline.filter(part => !isInText(part))].map((part): Copied => {
    const picture = keys.get(part)
    return { part, filename: partName(part), size: decodedSize(part), ...(picture && { picture }) }
  })
  return { content, parts }
}

async function bodyOf({ core, reader }: Services, row: Row, ref: MessageRef) {
  const database = await reader.open()
  const known = await readBody(database, row.id)
  if (known && everyone(row.headers, known)) return { body: known, pictures: await readPictures(database, row.id) }
  const fetched = core.call('body.fetch', { message: row.id, ref }, bodyDeadlineMs)
  await (known ? fetched.catch(() => undefined) : fetched) // kept without its people: readable all the same
  const body = await readBody(database, row.id)
  return body && { body, pictures: await readPictures(database, row.id) }
}

/** Begins an answer to the open message, or passes it on with its files. `asked`: it is meant for many. */
export async function answer(services: Services, kind: AnswerKind, asked = false): Promise<void> {
  const then = await requestDraft(services.store, isWanted => beginAnswer(services, isWanted, kind, asked))
  await then?.()
}

/** Answers what is left to do once the message is there, or what is to be asked before. */
async function beginAnswer(services: Services, isWanted: IsWanted, kind: AnswerKind, asked: boolean): Promise<(() => Promise<void> | void) | null> {
  const { store, list } = services
  const state = store.getState()
  const folder = folderInFront(state)
  const row = selectedRows(state)[0]
  if (!folder || !row || !canAnswer(state)) return null
  const ref = toRefs(await list.call('resolve', { folder: folder.id, ids: [row.id] }))[0]
  if (!ref) throw new Error(say('compose.moving'))
  const found = await bodyOf(services, row, ref).catch(() => null)
  if (!found && kind === 'forward') throw new Error(say('compose.notHere'))
  const people = everyone(row.headers, found?.body ?? null)
  if (!people && kind !== 'forward') throw new Error(say('compose.peopleUnknown'))
  const headers = people ? { ...row.headers, ...people, more: {} } : row.headers
  const own = new Set(state.accounts.map(({ email }) => email.toLowerCase()))
  const recipients = answerRecipients(headers, kind, own)
  const count = recipients.to.length + recipients.cc.length
  if (people && kind !== 'forward' && (kind === 'replyAll' || count > manyPeople)) {
    const problem = tooMany(people, recipients)
    const toSender = kind === 'replyAll' && answerRecipients(headers, 'reply', own).to.length <= manyPeople
    if (problem || (count > manyPeople && !asked))
      return isWanted() ? () => store.setState({ dialog: 'replyAll', replyAll: { kind, count, problem, toSender } }) : null
  }
  const arrivedMs = row.date * 1000
  const draft: Draft = {
    ...blank(state, folder.ref.account),
    ...recipients,
    subject: answerSubject(row.headers.subject, kind),
    answers: { kind: kind === 'forward' ? 'forward' : 'reply', ref, ...threading(row.headers) },
  }
  if (kind === 'forward' && found) {
    const { content, parts } = passedOn(services, found.body, found.pictures, draft.format)
    const { html, text } = forwardQuote(headers, arrivedMs, content)
    const whole = { html: `<div><br></div><div><br></div>${html}`, text: `\n\n${text}` }
    const composition = await begin(services, isWanted, { draft: { ...draft, ...whole }, quote: null, kept: false, focus: 'to' })
    return composition && parts.length > 0 ? () => composition.copy(ref, parts) : null
  }
  const content = found && contentOf(services, found.body, found.pictures.urls)
  const quote = content && replyQuote(headers, arrivedMs, content)
  const composition = await begin(services, isWanted, { draft, quote, kept: false, focus: 'text' })
  if (composition && !content) showNotice({ kind: 'status', text: say('compose.notQuoted') })
  return null
}

/** Comes back to a draft. With `wait` another window has a moment to let go of it. */
export async function openDraft(services: Services, id: DraftId, wait = false): Promise<void> {
  const { core, store, sanitiseDraft } = services
  if (store.getState().composing?.id === id) return focusPane('reader')
  await requestDraft(store, async isWanted => {
    const kept = await core.call('draft.open', { id })
    const { accounts } = store.getState()
    const isHere = accounts.some(account => account.id === kept.account)
    const draft = isHere ? kept : { ...kept, account: accounts[0]?.id ?? kept.account } // saved while its account was going
    await begin(services, isWanted, { ...unfolded(draft, sanitiseDraft), kept: true, focus: draft.to.length > 0 ? 'text' : 'to' }, wait)
  })
}

/** Takes the folded quotation out of a saved draft. */
function unfolded(draft: Draft, sanitise: Services['sanitiseDraft']): { draft: Draft; quote: Quote | null } {
  if (draft.format === 'plain') return { draft, quote: null }
  const { own, quote } = splitQuote(sanitise(draft.html))
  if (!quote) return { draft, quote: null }
  const text = htmlToText(own)
  return { draft: { ...draft, text, html: htmlOf(own) }, quote: { text: htmlToText(quote), html: htmlOf(quote) } }
}

function isEmpty({ to, cc, bcc, subject, text, html, attachments }: Draft): boolean {
  return to.length + cc.length + bcc.length + attachments.length === 0 && `${subject}${text}`.trim() === '' && !html.includes('<img')
}

/** Ends writing in this window. The draft stays, where anything was written; false where it could not be kept, and then the message stays in front. */
export async function putAway(services: Services): Promise<boolean> {
  const { store, core } = services
  const { composing } = store.getState()
  if (!composing || (composing.leaving === 'discarded' && takeOut(services, composing))) return true
  composing.acceptTyped('to', 'cc', 'bcc')
  const unfinished = composing.store.getState().uploads
  if (!(await composing.flush())) {
    const { saving } = composing.store.getState()
    const reason = saving.state === 'failed' ? saving.message : say('compose.beingChanged')
    showNotice({ kind: 'alert', text: say('compose.staysOpen', { reason }) })
    return false
  }
  if (!takeOut(services, composing) || composing.leaving !== null) return true // somebody else puts it away
  const { id } = composing
  const empty = isEmpty(composing.whole())
  await composing.dispose()
  if (!composing.isKept) return true
  if (empty) await core.call('draft.discard', { id })
  else {
    const files = unfinished.map(({ filename }) => say('common.quoted', { text: isolate(shownText(filename)) })).join(', ')
    closeKept = showNotice({
      kind: 'status',
      text: files ? say('compose.keptWithout', { files }) : say('compose.kept'),
      action: { label: say('compose.continue'), perform: () => void openDraft(services, id).catch(tell(say('compose.notOpened'))) },
    })
  }
  return true
}

export function tell(what: string): (error: unknown) => void {
  return error => void showNotice({ kind: 'alert', text: say('commands.failed', { what, reason: errorWords(error) }) })
}

/** Throws the message that is written here away. It can be brought back. */
export async function discardComposed(services: Services): Promise<void> {
  const { store, core, sanitiseDraft } = services
  const { composing } = store.getState()
  if (!composing) return
  const whole = composing.whole()
  const { isKept, focus } = composing
  composing.leaving = 'discarded'
  await composing.dispose()
  try {
    if (isKept) await core.call('draft.discard', { id: whole.id })
  } finally {
    takeOut(services, composing) // where it failed it is still among the drafts
  }
  const restore = async (isWanted: IsWanted): Promise<void> => {
    const kept = isKept && (await core.call('draft.restore', { id: whole.id }))
    const draft = { ...whole, id: kept ? whole.id : crypto.randomUUID(), revision: whole.revision + 10_000 } // later than what was kept
    const attachments = kept ? draft.attachments : []
    const composition = await begin(services, isWanted, { ...unfolded({ ...draft, attachments }, sanitiseDraft), kept, focus })
    composition?.bodyTouched()
  }
  showNotice({
    kind: 'status',
    text: say('compose.discarded'),
    action: { label: say('common.undo'), perform: () => void requestDraft(store, restore).catch(tell(say('compose.notBroughtBack'))) },
  })
}

/** The message that is written here was thrown away elsewhere: in the list of drafts, or in another window. */
export function leaveDiscarded(services: Pick<Services, 'store'>, { id, state }: OutgoingState): void {
  const { composing } = services.store.getState()
  if (state !== 'discarded' || composing?.id !== id || composing.leaving !== null) return
  takeOut(services, composing)
  void composing.dispose()
}

/** Goes on writing in a window of its own. */
export async function moveToWindow(services: Services): Promise<void> {
  const { store, core } = services
  const { composing } = store.getState()
  if (!composing) return
  composing.acceptTyped('to', 'cc', 'bcc')
  if (!(await composing.keep())) throw new Error(say('compose.notSaved'))
  if (!takeOut(services, composing)) return
  await composing.dispose()
  await core.call('draft.window', { id: composing.id })
}

/** A message of an account that goes is from another one then; without any, its saving says what is wrong. Answers how to stop. */
export function watchAccounts({ store }: Services): () => void {
  return store.subscribe(({ accounts, composing }, before) => {
    const other = accounts[0]
    if (!composing || !other || accounts === before.accounts) return
    if (accounts.some(({ id }) => id === composing.store.getState().draft.account)) return
    composing.change({ account: other.id })
    showNotice({ kind: 'status', text: say('compose.accountRemoved', { email: other.email }) })
  })
}

/** The composer makes room when a message is opened, and, where it stands in the list's place, when the list is wanted. Answers how to stop. */
export function watchReading(services: Services): () => void {
  const { store } = services
  return store.subscribe((state, before) => {
    if (!state.composing || state.composing !== before.composing) return
    const opened = state.selection !== before.selection && openMessage(state) !== null
    const listWanted = layoutInEffect(state) === 'list' && before.reading && !state.reading
    if (opened || listWanted) void putAway(services).catch(tell(say('compose.draft')))
  })
}
