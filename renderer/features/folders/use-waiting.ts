import { useEffect, useState } from 'react'
import { waitingCount } from '../../data/connection-words.ts'
import { useWindowState } from '../../app/state-context.ts'

const noticeableMs = 1500

/** Changes that have not reached their server: at once while offline, otherwise only those that take noticeably long, so that the line stays quiet. */
export function useWaiting(): number {
  const count = useWindowState(state => waitingCount(Object.values(state.ops)))
  const online = useWindowState(state => Object.values(state.statuses).every(({ state }) => state === 'ready' || state === 'syncing'))
  const [shown, setShown] = useState(0)
  useEffect(() => {
    if (count === 0 || !online) return setShown(count)
    const timer = setTimeout(() => setShown(count), noticeableMs)
    return () => clearTimeout(timer)
  }, [count, online])
  return Math.min(shown, count)
}
