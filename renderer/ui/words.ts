/** The few words of this folder, which knows no catalogue: the window gives them before it shows anything. */
export interface UiWords {
  close: string
  cancel: string
  tryAgain: string
  notices: string
  closeNotice: string
  /** What stands in place of a part of the window that has failed. */
  notShown(what: string, error: Error): string
  /** Names of keys, by the names tinykeys has for them. */
  keys: Readonly<Record<string, string>>
  /** Between two keys that are pressed one after the other. */
  then: string
}

let given: UiWords | null = null

export function setUiWords(words: UiWords): void {
  given = words
}

export function uiWords(): UiWords {
  if (!given) throw new Error('the words of ui are not set')
  return given
}
