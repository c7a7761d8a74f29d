/**
 * Scrolling over rows of which only the visible ones exist. Browsers cap the height of an element (Chromium at 33,554,428 px), so a list beyond `maxHeight` is
 * laid out shorter than it is: small movements go one to one, jumps of the scrollbar go in proportion, and at rest the scrollbar is set right again.
 */
import { useCallback, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react'
import { offsetOfBand, offsetOfRow, rowAt, totalHeight, type Geometry } from './virtual-geometry.ts'

const maxHeight = 10_000_000
const restMs = 150

export interface VirtualRows {
  /** Height of the element that holds the rows. */
  height: number
  /** Rows on screen, and some beyond. */
  first: number
  last: number
  /** Where to put a row or band inside that element. */
  rowTop(row: number): number
  bandTop(band: number): number
  visibleBands: number[]
  /** Scrolls as little as needed to show a row. */
  reveal(row: number): void
  /** Row at the top edge and how far it is scrolled under it; null at the very top. */
  anchor(): { row: number; hidden: number } | null
  /** Puts a row back under the top edge. */
  restore(row: number, hidden: number): void
  /** Whole rows that fit. */
  pageRows: number
}

interface ScrollPosition {
  /** Offset in the list as if it were laid out in full. */
  top: number
  /** `top` less the element's scrollTop. */
  shift: number
  viewport: number
}

export function useVirtualRows(scroller: RefObject<HTMLElement | null>, geometry: Geometry, overscan = 6): VirtualRows {
  const [position, setPosition] = useState<ScrollPosition>({ top: 0, shift: 0, viewport: 800 })
  const total = totalHeight(geometry)
  const latest = useRef({ geometry, total, position, scrollTop: 0 })
  latest.current.geometry = geometry
  latest.current.total = total

  const moveTo = useCallback(
    (top: number, scrollTop: number, viewport: number) => {
      const next = { top, shift: top - scrollTop, viewport }
      latest.current.scrollTop = scrollTop
      latest.current.position = next
      setPosition(next)
    },
    [latest],
  )

  /** Goes to an offset and sets the scrollbar to match. */
  const jump = useCallback(
    (wanted: number) => {
      const element = scroller.current
      if (!element) return
      const { total } = latest.current
      const viewport = element.clientHeight
      const top = Math.max(0, Math.min(wanted, total - viewport))
      element.scrollTop = total <= maxHeight ? top : (top / (total - viewport)) * (maxHeight - viewport)
      moveTo(top, element.scrollTop, viewport)
    },
    [latest, moveTo, scroller],
  )

  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    let rest: ReturnType<typeof setTimeout> | undefined
    const onScroll = (): void => {
      const { total, position, scrollTop: before } = latest.current
      const { scrollTop, clientHeight: viewport } = element
      if (total <= maxHeight) return moveTo(scrollTop, scrollTop, viewport)
      const moved = scrollTop - before
      const near = Math.abs(moved) < viewport * 2 && scrollTop > 0 && scrollTop < maxHeight - viewport
      const top = near ? position.top + moved : (scrollTop / (maxHeight - viewport)) * (total - viewport)
      moveTo(Math.max(0, Math.min(top, total - viewport)), scrollTop, viewport)
      clearTimeout(rest)
      rest = setTimeout(() => jump(latest.current.position.top), restMs)
    }
    const onResize = (): void => {
      const { position } = latest.current
      moveTo(position.top, position.top - position.shift, element.clientHeight)
    }
    const observer = new ResizeObserver(onResize)
    observer.observe(element)
    element.addEventListener('scroll', onScroll, { passive: true })
    onResize()
    return () => {
      clearTimeout(rest)
      observer.disconnect()
      element.removeEventListener('scroll', onScroll)
    }
  }, [jump, latest, moveTo, scroller])

  return useMemo(() => {
    const { top, shift, viewport } = position
    const visible = (offset: number): boolean => offset > top - 200 && offset < top + viewport + 200
    return {
      height: Math.min(total, maxHeight),
      first: geometry.count === 0 ? 0 : Math.max(0, rowAt(geometry, top) - overscan),
      last: geometry.count === 0 ? -1 : Math.min(geometry.count - 1, rowAt(geometry, top + viewport) + overscan),
      rowTop: row => offsetOfRow(geometry, row) - shift,
      bandTop: band => offsetOfBand(geometry, band) - shift,
      visibleBands: geometry.bands.map((_, band) => band).filter(band => visible(offsetOfBand(geometry, band))),
      pageRows: Math.max(1, Math.floor(viewport / geometry.rowHeight) - 1),
      reveal(row) {
        const { geometry, position } = latest.current
        const from = geometry.bands.includes(row) ? offsetOfRow(geometry, row) - geometry.bandHeight : offsetOfRow(geometry, row)
        const to = offsetOfRow(geometry, row) + geometry.rowHeight
        if (from < position.top) jump(from)
        else if (to > position.top + position.viewport) jump(to - position.viewport)
      },
      anchor() {
        const { geometry, position } = latest.current
        if (position.top <= 0 || geometry.count === 0) return null
        const row = rowAt(geometry, position.top)
        return { row, hidden: position.top - offsetOfRow(geometry, row) }
      },
      restore(row, hidden) {
        const { geometry, position } = latest.current
        const wanted = offsetOfRow(geometry, row) + hidden
        if (wanted !== position.top) jump(wanted)
      },
    }
  }, [geometry, jump, latest, overscan, position, total])
}
