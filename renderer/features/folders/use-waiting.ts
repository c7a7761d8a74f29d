import { useEffect, useState } from 'react'
import { waitingCount } from '../../data/words/connection.ts'
import { waitingMessages } from '../../data/words/outgoing.ts'
import { useWindowState } from '../../state/services.ts'

const noticeableMs = 1500

/** Changes that have not reached their server. */
export function useWaiting(): number {
  return useNoticeable(useWindowState(state => waitingCount(Object.values(state.ops))))
}

/** Messages that wait, without those held back for a moment. */
export function useWaitingMessages(): number {
  const outgoing = useWindowState(state => state.outgoing)
  const [now, setNow] = useState(() => Date.now())
  const heldUntil = Math.min(
    ...Object.values(outgoing).flatMap(({ state, sendAt }) => (state === 'waiting' && sendAt !== null && sendAt > now ? [sendAt] : [])),
  )
  useEffect(() => {
    setNow(Date.now())
    if (!Number.isFinite(heldUntil)) return
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, heldUntil - Date.now()) + 50)
    return () => clearTimeout(timer)
  }, [outgoing, heldUntil])
  return useNoticeable(waitingMessages(Object.values(outgoing), now))
}

/** A number that shows at once while offline, otherwise only once it has lasted noticeably long, so that the line stays quiet. */
function useNoticeable(count: number): number {
  const online = useWindowState(state => Object.values(state.statuses).every(({ state }) => state === 'ready' || state === 'syncing'))
  const [shown, setShown] = useState(0)
  useEffect(() => {
    if (count === 0 || !online) return setShown(count)
    const timer = setTimeout(() => setShown(count), noticeableMs)
    return () => clearTimeout(timer)
  }, [count, online])
  return Math.min(shown, count)
}
