import { useEffect, type RefObject } from 'react'

/** Notices stand over the foot of the composer, however high it is: what is asked there, and Send, are never under them. */
export function useRaisedNotices(foot: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    if (!foot.current) return
    const { style } = document.documentElement
    const watch = new ResizeObserver(([entry]) => style.setProperty('--raised', `${entry!.borderBoxSize[0]!.blockSize}px`))
    watch.observe(foot.current)
    return () => {
      watch.disconnect()
      style.removeProperty('--raised')
    }
  }, [foot])
}
