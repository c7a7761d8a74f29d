import { useEffect, useLayoutEffect, useMemo, useRef } from 'react'
import type { Folder } from '../../../shared/model/folder.ts'
import type { MessageId } from '../../../shared/model/message.ts'
import { isOutgoing } from '../../state/store.ts'
import { focusIndex, selectOne, selectTo, toggleOne } from '../../state/selection.ts'
import { useServices, useWindowState, type Services } from '../../state/services.ts'
import type { ListView, Row } from '../../data/list/list-protocol.ts'
import { say } from '../../data/words/say.ts'
import { useNow } from '../../ui/use-now.ts'
import { useVirtualRows } from '../../ui/virtual-rows.ts'
import { bandHeight, rowHeights, type RowLook } from './density.ts'
import { MessageRow, type MessageRowProps } from './MessageRow.tsx'
import { RowMenu } from './RowMenu.tsx'
import styles from './MessageGrid.module.css'

/** Rows asked for beyond those on screen, and the step in which the wanted range moves. */
const ahead = 40
const step = 20

interface MessageGridProps {
  folder: Folder
  view: ListView
  look: RowLook
}

export function MessageGrid({ folder, view, look }: MessageGridProps) {
  const services = useServices()
  const { store } = services
  const selection = useWindowState(state => state.selection)
  const focused = useWindowState(focusIndex)
  const now = useNow()
  const handlers = useMemo(() => rowHandlers(services), [services])
  const grid = useRef<HTMLDivElement>(null)
  const geometry = useMemo(
    () => ({ count: view.count, rowHeight: rowHeights[look], bandHeight, bands: view.bands.map(band => band.row) }),
    [view.count, view.bands, look],
  )
  const rows = useVirtualRows(grid, geometry)

  const { first, last, pageRows } = rows
  useEffect(() => {
    const from = Math.max(0, Math.floor((first - ahead) / step) * step)
    const to = Math.ceil((last + 1 + ahead) / step) * step
    const { range } = store.getState()
    if (range.from !== from || range.to !== to) store.setState({ range: { from, to } })
  }, [first, last, store])
  useEffect(() => store.setState({ pageRows }), [pageRows, store])

  useScrollAnchor(view, rows)
  useRevealedFocus(grid, selection.focus, focused, rows)

  function rowAt(index: number): Row | undefined {
    return view.rows[index - view.from] ?? (view.focus?.index === index ? (view.focus.row ?? undefined) : undefined)
  }

  const indexes = Array.from({ length: last - first + 1 }, (_, i) => first + i)
  if (focused >= 0 && focused < view.count && (focused < first || focused > last)) indexes.push(focused) // keeps the focus alive off screen
  const inTabOrder = focused >= 0 && focused < view.count ? focused : first
  return (
    <RowMenu>
      <div
        ref={grid}
        className={styles.grid}
        role="grid"
        aria-label={say('list.messages')}
        aria-rowcount={view.count}
        aria-multiselectable="true"
        data-look={look}
      >
        <div className={styles.rows} role="rowgroup" style={{ height: rows.height }}>
          {rows.visibleBands.map(band => (
            <div
              key={`band ${view.bands[band]!.label}`}
              className={styles.band}
              style={{ top: rows.bandTop(band), height: bandHeight }}
              aria-hidden="true"
            >
              {view.bands[band]!.label}
            </div>
          ))}
          {indexes.map(index => {
            const row = rowAt(index)
            return (
              <MessageRow
                key={row ? row.id : `row ${index}`}
                row={row ?? null}
                index={index}
                top={rows.rowTop(index)}
                height={geometry.rowHeight}
                topLine={index > 0 && !geometry.bands.includes(index)}
                look={look}
                outgoing={isOutgoing(folder)}
                now={now}
                selected={row ? selection.ids.has(row.id) : false}
                inTabOrder={index === inTabOrder}
                {...handlers}
              />
            )
          })}
        </div>
      </div>
    </RowMenu>
  )
}

/** The same for every row and every view: a row is drawn again only when it changed. */
function rowHandlers(services: Services): Pick<MessageRowProps, 'onClick' | 'onContextMenu' | 'onFocus'> {
  const { store } = services
  return {
    onClick(event, row, index) {
      if (event.shiftKey) return void selectTo(services, row.id, index)
      if (event.ctrlKey || event.metaKey) return toggleOne(services, row.id)
      selectOne(services, row.id, index)
      store.setState({ reading: true })
    },
    onContextMenu(row, index) {
      if (!store.getState().selection.ids.has(row.id)) selectOne(services, row.id, index)
    },
    onFocus(id) {
      const { selection } = store.getState()
      if (selection.focus === null) store.setState({ selection: { ...selection, focus: id, anchor: id } })
    },
  }
}

type Rows = ReturnType<typeof useVirtualRows>

/** Nothing moves under the pointer: when rows come or go above, the row at the top edge stays there. At the very top new mail is seen to arrive. */
function useScrollAnchor(view: ListView, rows: Rows): void {
  const kept = useRef<{ view: ListView; id: MessageId; hidden: number } | null>(null)
  useLayoutEffect(() => {
    const last = kept.current
    if (last && last.view !== view && last.view.folder === view.folder && last.view.filter === view.filter) {
      const near = view.rows.findIndex(row => row.id === last.id)
      if (near >= 0) rows.restore(view.from + near, last.hidden)
    }
    const anchor = rows.anchor()
    const row = anchor && view.rows[anchor.row - view.from]
    kept.current = anchor && row ? { view, id: row.id, hidden: anchor.hidden } : null
  })
}

/** Scrolls to the focused message when the focus moves, and puts the keyboard on its row while the list has it. */
function useRevealedFocus(grid: React.RefObject<HTMLElement | null>, focus: MessageId | null, index: number, rows: Rows): void {
  const revealed = useRef<MessageId | null>(null)
  useLayoutEffect(() => {
    if (focus === null || index < 0) return
    if (revealed.current !== focus) {
      revealed.current = focus
      rows.reveal(index)
    }
    const { activeElement } = document
    const row = grid.current?.querySelector<HTMLElement>(`[role="row"][aria-rowindex="${index + 1}"]`)
    if (row && activeElement !== row && (activeElement === document.body || grid.current?.contains(activeElement))) row.focus({ preventScroll: true })
  })
}
