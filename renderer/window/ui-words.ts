/** The words `ui` is given. */
import { errorWords } from '../data/words/errors.ts'
import { say } from '../data/words/say.ts'
import type { UiWords } from '../ui/words.ts'

export const uiWords: UiWords = {
  close: say('common.close'),
  cancel: say('common.cancel'),
  tryAgain: say('common.tryAgain'),
  notices: say('window.notices'),
  closeNotice: say('window.closeNotice'),
  notShown: (what, error) => say('window.notShown', { what, reason: errorWords(error) }),
  keys: {
    Control: say('window.key.control'),
    Escape: say('window.key.escape'),
    Shift: say('window.key.shift'),
    Enter: say('window.key.enter'),
    Delete: say('window.key.delete'),
    Home: say('window.key.home'),
    End: say('window.key.end'),
    PageUp: say('window.key.pageUp'),
    PageDown: say('window.key.pageDown'),
  },
  then: say('window.key.then'),
}
