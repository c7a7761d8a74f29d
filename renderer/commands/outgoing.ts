/** Messages on their way: sending one off, taking it back, and what can be done where one was refused or nobody knows. */
import type { DraftId, OutgoingState } from '../../shared/model/outgoing.ts'
import { isolate, shownAddress } from '../../shared/model/shown-text.ts'
import type { Composition } from '../data/compose/composition.ts'
import { errorSentence } from '../data/words/errors.ts'
import { isHeld, refusalInWords, toInWords } from '../data/words/outgoing.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import { discardComposed, openDraft, takeOut, tell } from './compose.ts'
import { requestDraft } from './compose-requests.ts'
import type { Services } from '../state/services.ts'

export const holdMs = 10_000

/** Sends what is written in this window, which it leaves. Throws, and changes nothing, where it cannot be sent. Answers whether it was in front to the end. */
export async function sendOff(services: Services, composition: Composition): Promise<boolean> {
  const { core, store, contacts } = services
  const { id } = composition
  composition.leaving = 'sent' // from now on: whoever turns to something else meanwhile has sent it all the same
  let sent: OutgoingState
  try {
    if (!(await composition.keep())) throw new Error(say('outgoing.notSaved'))
    sent = await core.call('draft.send', { id, holdMs })
  } catch (error) {
    composition.leaving = null
    const reason = errorSentence(error)
    if (store.getState().composing === composition) throw error
    await composition.dispose()
    const open = { label: say('outgoing.open'), perform: () => void openDraft(services, id).catch(tell(say('outgoing.notOpened'))) }
    showNotice({ kind: 'alert', text: say('outgoing.notSent', { reason }), action: open })
    return false
  }
  const { to, cc, bcc } = composition.whole()
  contacts.note([...to, ...cc, ...bcc])
  const wasInFront = takeOut(services, composition)
  await composition.dispose()
  offerRecall(services, id, sent.sendAt ?? Date.now() + holdMs)
  return wasInFront
}

/** Counts down to the moment it goes out, and takes it back until then. */
function offerRecall(services: Services, id: DraftId, sendAt: number): void {
  const { store } = services
  const inWords = (seconds: number): string => say('outgoing.sendingIn', { seconds })
  const close = showNotice({
    kind: 'status',
    text: inWords(Math.ceil((sendAt - Date.now()) / 1000)),
    action: { label: say('common.undo'), perform: () => void recall(services, id) },
    until: { time: sendAt, inWords },
  })
  const isHeldNow = (message: OutgoingState | undefined): boolean => message !== undefined && isHeld(message, Date.now())
  let wasHeld = isHeldNow(store.getState().outgoing[id]) // else the core tells of it in a moment
  const stop = store.subscribe(({ outgoing }) => {
    const held = isHeldNow(outgoing[id])
    if (held || !wasHeld) return void (wasHeld = held)
    stop()
    close()
  })
}

/** Makes a message a draft again and opens it. */
export async function recall(services: Services, id: DraftId): Promise<void> {
  try {
    await requestDraft(services.store, async isWanted => {
      if (!(await services.core.call('outbox.recall', { id }))) showNotice({ kind: 'status', text: say('outgoing.tooLateToRecall') })
      else if (isWanted()) await openDraft(services, id)
      else showNotice({ kind: 'status', text: say('outgoing.recalled') })
    })
  } catch (error) {
    tell(say('outgoing.notRecalled'))(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Opens a message to be written on, after taking it back where that can be; where nobody knows whether it went out, what can be done about that. */
export async function edit(services: Services, { id, state }: OutgoingState): Promise<void> {
  if (state === 'uncertain') services.store.setState({ dialog: 'activity' })
  else if (state === 'draft') await openDraft(services, id).catch(tell(say('outgoing.notOpened')))
  else await recall(services, id)
}

export async function decide({ core }: Services, { id, to }: OutgoingState, how: 'look' | 'again' | 'arrived'): Promise<void> {
  try {
    const { state } = await core.call('outbox.decide', { id, how })
    if (how === 'look' && state === 'uncertain') showNotice({ kind: 'status', text: say('outgoing.notInSent', { people: toInWords(to, isolate) }) })
  } catch (error) {
    tell(say('outgoing.messageTo', { people: toInWords(to, isolate) }))(error instanceof Error ? error : new Error(String(error)))
  }
}

export async function discardDraft(services: Services, { id, state }: OutgoingState): Promise<void> {
  const { core, store } = services
  if (store.getState().composing?.id === id) return discardComposed(services).catch(tell(say('outgoing.notDiscarded')))
  const restore = async (): Promise<void> => {
    if (!(await core.call('draft.restore', { id }))) showNotice({ kind: 'status', text: say('outgoing.tooLateToRestore') })
  }
  try {
    await core.call('draft.discard', { id })
    const text = state === 'draft' ? say('outgoing.draftDiscarded') : say('outgoing.messageDiscarded')
    showNotice({
      kind: 'status',
      text,
      action: { label: say('common.undo'), perform: () => void restore().catch(tell(say('outgoing.notRestored'))) },
    })
  } catch (error) {
    tell(say('outgoing.notDiscarded'))(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Says what became of a message; what needs the person stays until it is closed, or until that has changed. */
export function announce({ store }: Pick<Services, 'store'>, message: OutgoingState, before: OutgoingState | undefined): void {
  if (message.state === before?.state) return
  const people = toInWords(message.to, isolate)
  const warn = (text: string): void => {
    const close = showNotice({ kind: 'alert', text, action: { label: say('outgoing.show'), perform: () => store.setState({ dialog: 'activity' }) } })
    const stop = store.subscribe(({ outgoing }) => {
      if (outgoing[message.id]?.state === message.state) return
      stop()
      close()
    })
  }
  if (message.state === 'refused') warn(say('outgoing.wasRefused', { people, refusal: refusalInWords(message) }))
  else if (message.state === 'uncertain') warn(say('outgoing.unknownWhetherSent', { people }))
  else if (message.state === 'sent' && message.refused.length > 0)
    warn(say('outgoing.someRefused', { people: message.refused.map(({ address }) => isolate(shownAddress(address))).join(', ') }))
  else if (message.state === 'sent' && before) showNotice({ kind: 'status', text: say('outgoing.sentTo', { people }) })
}
