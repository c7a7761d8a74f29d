/**
 * A message that was asked for and is not in the window yet: what it answers is fetched, or the message before is put away. Only the newest request counts; Escape,
 * another message or another folder make it void. A fast hand types meanwhile: the keys go into the message, and perform nothing.
 */
import { keyOf, type FolderRef } from '../../shared/model/folder.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import type { WindowState, WindowStore } from '../state/store.ts'

/** False once nobody waits for this message any more. */
export type IsWanted = () => boolean

const slowMs = 1500
let lastTicket = 0

/** Keeps what is typed until `work` has put its message into the window, or has failed. */
export async function requestDraft<T>(store: WindowStore, work: (isWanted: IsWanted) => Promise<T>): Promise<T> {
  const ticket = ++lastTicket
  const { inFront, local, selection, coming } = store.getState()
  /** The first folder of a window is chosen by the window, not by who waits for a message. */
  const isAnotherFolder = (now: FolderRef | null): boolean => inFront !== null && (now === null || keyOf(now) !== keyOf(inFront))
  const isElsewhere = (state: WindowState): boolean =>
    isAnotherFolder(state.inFront) || state.local !== local || state.selection.ids !== selection.ids
  store.setState({ coming: { ticket, typed: coming?.typed ?? '' } })
  const isWanted: IsWanted = () => store.getState().coming?.ticket === ticket
  let close = (): void => undefined
  const slow = setTimeout(() => {
    if (isWanted()) close = showNotice({ kind: 'status', text: say('compose.slow') })
  }, slowMs)
  const stop = store.subscribe(state => {
    if (!isWanted()) close()
    else if (isElsewhere(state)) store.setState({ coming: null })
  })
  try {
    return await work(isWanted)
  } finally {
    clearTimeout(slow)
    stop()
    close()
    if (isWanted()) store.setState({ coming: null })
  }
}

/** Takes a key for the message that is on its way; false where none is, or where the key is not for a text. A key that is held is the one that asked for the message. */
export function takeAhead(store: WindowStore, { key, repeat, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const { coming } = store.getState()
  if (coming === null || ctrlKey || metaKey || altKey || key === 'Tab') return false
  const type = (typed: string): void => store.setState({ coming: { ...coming, typed } })
  if (key === 'Escape') store.setState({ coming: null })
  else if (key === 'Backspace') type(coming.typed.slice(0, -1))
  else if (key === 'Enter') type(`${coming.typed}\n`)
  else if ([...key].length === 1 && !repeat) type(coming.typed + key)
  return true
}
