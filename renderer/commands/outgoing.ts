/** Letters on their way: sending one off, taking it back, and what can be done where one was refused or nobody knows. */
import type { LetterId, LetterState } from '../../shared/model/outgoing.ts'
import { isolate, shownAddress } from '../../shared/model/shown-text.ts'
import type { Composition } from '../data/compose/composition.ts'
import { isHeld, refusalInWords, toInWords } from '../data/words/outgoing.ts'
import { showNotice } from '../ui/notices.tsx'
import { discardComposed, openLetter, takeOut, tell } from './compose.ts'
import { requestLetter } from './compose-requests.ts'
import type { Services } from '../state/services.ts'

export const holdMs = 10_000

/** Sends what is written in this window, which it leaves. Throws, and changes nothing, where it cannot be sent. Answers whether it was in front to the end. */
export async function sendOff(services: Services, composition: Composition): Promise<boolean> {
  const { core, store, people } = services
  const { id } = composition
  composition.leaving = 'sent' // from now on: whoever turns to something else meanwhile has sent it all the same
  let sent: LetterState
  try {
    if (!(await composition.keep())) throw new Error('it could not be saved.')
    sent = await core.call('letter.send', { id, holdMs })
  } catch (error) {
    composition.leaving = null
    const reason = error instanceof Error ? error.message.replace(/^letter\.send: \w+: /, '') : String(error) // which field it is stands in the words
    if (store.getState().composing === composition) throw new Error(reason, { cause: error })
    await composition.dispose()
    const open = { label: 'Open', perform: () => void openLetter(services, id).catch(tell('The draft was not opened')) }
    showNotice({ kind: 'alert', text: `Your letter was not sent: ${reason} It is among the drafts.`, action: open })
    return false
  }
  const { to, cc, bcc } = composition.whole()
  people.note([...to, ...cc, ...bcc])
  const wasInFront = takeOut(services, composition)
  await composition.dispose()
  offerRecall(services, id, sent.sendAt ?? Date.now() + holdMs)
  return wasInFront
}

/** Counts down to the moment it goes out, and takes it back until then. */
function offerRecall(services: Services, id: LetterId, sendAt: number): void {
  const { store } = services
  const inWords = (seconds: number): string => `Sending in ${seconds} s…`
  const close = showNotice({
    kind: 'status',
    text: inWords(Math.ceil((sendAt - Date.now()) / 1000)),
    action: { label: 'Undo', perform: () => void recall(services, id) },
    until: { time: sendAt, inWords },
  })
  const isHeldNow = (letter: LetterState | undefined): boolean => letter !== undefined && isHeld(letter, Date.now())
  let wasHeld = isHeldNow(store.getState().letters[id]) // else the core tells of it in a moment
  const stop = store.subscribe(({ letters }) => {
    const held = isHeldNow(letters[id])
    if (held || !wasHeld) return void (wasHeld = held)
    stop()
    close()
  })
}

/** Makes a letter a draft again and opens it. */
export async function recall(services: Services, id: LetterId): Promise<void> {
  try {
    await requestLetter(services.store, async isWanted => {
      if (!(await services.core.call('letter.recall', { id })))
        showNotice({ kind: 'status', text: 'It is on its way already and cannot be taken back.' })
      else if (isWanted()) await openLetter(services, id)
      else showNotice({ kind: 'status', text: 'It was taken back and is among the drafts.' })
    })
  } catch (error) {
    tell('It could not be taken back')(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Opens a letter to be written on, after taking it back where that can be; where nobody knows whether it went out, what can be done about that. */
export async function edit(services: Services, { id, state }: LetterState): Promise<void> {
  if (state === 'uncertain') services.store.setState({ dialog: 'activity' })
  else if (state === 'draft') await openLetter(services, id).catch(tell('The draft was not opened'))
  else await recall(services, id)
}

export async function settle({ core }: Services, { id, to }: LetterState, how: 'look' | 'again' | 'arrived'): Promise<void> {
  try {
    const { state } = await core.call('letter.settle', { id, how })
    if (how === 'look' && state === 'uncertain')
      showNotice({ kind: 'status', text: `The letter to ${toInWords(to, isolate)} was not found in Sent.` })
  } catch (error) {
    tell(`The letter to ${toInWords(to, isolate)}`)(error instanceof Error ? error : new Error(String(error)))
  }
}

export async function discardLetter(services: Services, { id, state }: LetterState): Promise<void> {
  const { core, store } = services
  if (store.getState().composing?.id === id) return discardComposed(services).catch(tell('It was not discarded'))
  const restore = async (): Promise<void> => {
    if (!(await core.call('letter.restore', { id }))) showNotice({ kind: 'status', text: 'It is too late to bring it back.' })
  }
  try {
    await core.call('letter.discard', { id })
    const text = state === 'draft' ? 'Draft discarded.' : 'Letter discarded.'
    showNotice({ kind: 'status', text, action: { label: 'Undo', perform: () => void restore().catch(tell('It could not be brought back')) } })
  } catch (error) {
    tell('It was not discarded')(error instanceof Error ? error : new Error(String(error)))
  }
}

/** Says what became of a letter; what needs the person stays until it is closed, or until that has changed. */
export function announce({ store }: Pick<Services, 'store'>, letter: LetterState, before: LetterState | undefined): void {
  if (letter.state === before?.state) return
  const who = toInWords(letter.to, isolate)
  const warn = (text: string): void => {
    const close = showNotice({ kind: 'alert', text, action: { label: 'Show', perform: () => store.setState({ dialog: 'activity' }) } })
    const stop = store.subscribe(({ letters }) => {
      if (letters[letter.id]?.state === letter.state) return
      stop()
      close()
    })
  }
  if (letter.state === 'refused') warn(`The letter to ${who} was ${refusalInWords(letter)}`)
  else if (letter.state === 'uncertain') warn(`We do not know whether the letter to ${who} went out: the connection was lost after sending.`)
  else if (letter.state === 'sent' && letter.refused.length > 0)
    warn(`The letter went out, but the server refused ${letter.refused.map(({ address }) => isolate(shownAddress(address))).join(', ')}.`)
  else if (letter.state === 'sent' && before) showNotice({ kind: 'status', text: `Sent to ${who}.` })
}
