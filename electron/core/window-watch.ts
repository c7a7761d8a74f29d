/**
 * Notices a window that stopped answering, as one does that cannot finish laying out a message.
 *
 * A window is asked again and again; two questions in a row without an answer, ten seconds, and it counts as stopped. A question does not count where this
 * process itself was held meanwhile (sleep, a debugger, a machine without memory): then nothing is known of the window. One in the background answers as well:
 * only its timers are slowed down.
 */
import { setTimeout as pause } from 'node:timers/promises'

export interface WindowWatchOptions {
  /** Rejects where no answer came within `deadlineMs`. */
  ping(deadlineMs: number): Promise<unknown>
  /** Called each time the window counts as stopped. */
  stopped(): Promise<void>
  /** Monotonic, in ms. */
  now(): number
}

const answerMs = 5_000
const betweenMs = 3_000
/** A question that took so much longer than its deadline says more of this process than of the window. */
const heldMs = 2_500
const mostMissed = 2

/** Watches until the function that comes back is called. */
export function watchWindow({ ping, stopped, now }: WindowWatchOptions): () => void {
  const ended = new AbortController()
  async function watch(): Promise<void> {
    let missed = 0
    while (!ended.signal.aborted) {
      const askedAt = now()
      const answered = await ping(answerMs).then(
        () => true,
        () => false,
      )
      if (ended.signal.aborted) return
      const held = now() - askedAt > answerMs + heldMs
      missed = answered || held ? 0 : missed + 1
      if (missed === mostMissed) {
        missed = 0
        await stopped()
      }
      if (missed === 0) await pause(betweenMs, null, { signal: ended.signal, ref: false })
    }
  }
  watch().catch(() => undefined) // the pause was ended
  return () => ended.abort()
}
