/** A message is written in one window at a time: two would overwrite each other. */
import type { DraftId } from '../../../shared/model/outgoing.ts'

const waitMs = 3000

/** Claims a message for this window; with `wait` it waits a moment for another one to let go. Answers how to let go, or null where it is being written elsewhere. */
export function claimDraft(id: DraftId, wait = false): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    const hold = (lock: Lock | null): Promise<void> | null => {
      if (!lock) {
        resolve(null)
        return null
      }
      return new Promise(release => resolve(release))
    }
    const options = wait ? { signal: AbortSignal.timeout(waitMs) } : { ifAvailable: true }
    navigator.locks.request(`message ${id}`, options, hold).catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'TimeoutError') resolve(null)
      else reject(error instanceof Error ? error : new Error(String(error)))
    })
  })
}
