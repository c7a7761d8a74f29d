/** New mail on the person's screen: a window puts it in words, the system shows them. */
import type { windowCalls } from '../../shared/contract/core-calls.ts'
import { MailError } from '../../shared/errors.ts'
import type { NewMail, NoticeWords } from '../../shared/model/new-mail.ts'
import type { Peer } from '../../shared/rpc.ts'
import type { Desktop } from './host.ts'

export interface NewMailNoticesOptions {
  /** Null: nothing is shown, and nobody need put it in words. */
  desktop: Desktop | null
  /** In the order they are asked in. */
  windows(): Pick<Peer<typeof windowCalls, Record<never, never>>, 'call'>[]
  /** The person chose the notice. */
  chosen(newMail: NewMail): void
}

/** A window that is well answers at once; then another one is asked. */
const answerMs = 5000

/** Answers how to show new mail. Rejects (`offline`) where no window puts it in words. */
export function createNewMailNotices({ desktop, windows, chosen }: NewMailNoticesOptions): (newMail: NewMail) => Promise<void> {
  async function words(newMail: NewMail): Promise<NoticeWords> {
    let failure: unknown = new MailError('offline', 'page.gone')
    for (const window of windows()) {
      try {
        return await window.call('window.newMail', newMail, answerMs)
      } catch (error) {
        failure = error
      }
    }
    throw failure
  }
  return async newMail => {
    if (desktop) desktop.notify(await words(newMail), () => chosen(newMail))
  }
}
