/** A fast hand types before the letter it asked for is there: the keys go into the letter, and perform nothing. */
import type { WindowStore } from './state.ts'

/** Keeps what is typed until `work` has put its letter into the window, or has failed. */
export async function typingAhead<T>(store: WindowStore, work: () => Promise<T>): Promise<T> {
  store.setState(({ typedAhead }) => ({ typedAhead: typedAhead ?? '' }))
  try {
    return await work()
  } finally {
    store.setState({ typedAhead: null })
  }
}

/** Takes a key for the letter that is on its way; false where none is, or where the key is not for a text. Escape ends the waiting; a key that is held is the one that asked for the letter. */
export function takeAhead(store: WindowStore, { key, repeat, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  const { typedAhead } = store.getState()
  if (typedAhead === null || ctrlKey || metaKey || altKey || key === 'Tab') return false
  if (key === 'Escape') store.setState({ typedAhead: null })
  else if (key === 'Backspace') store.setState({ typedAhead: typedAhead.slice(0, -1) })
  else if (key === 'Enter') store.setState({ typedAhead: `${typedAhead}\n` })
  else if ([...key].length === 1 && !repeat) store.setState({ typedAhead: typedAhead + key })
  return true
}
