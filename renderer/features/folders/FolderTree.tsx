import { keyOf } from '../../../shared/model/folder.ts'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { goTo, goToOutgoing } from '../../state/selection.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { readCollapsed, writeCollapsed } from './collapsed.ts'
import { FolderRow } from './FolderRow.tsx'
import { localKey, localRows, treeRows, type TreeRow } from './tree-rows.ts'
import styles from './FolderTree.module.css'

/** All accounts as one tree (WAI-ARIA tree pattern, flat, with levels). One item is in the tab order; arrows, Home and End move it. */
export function FolderTree() {
  const { store } = useServices()
  const accounts = useWindowState(state => state.accounts)
  const folders = useWindowState(state => state.folders)
  const statuses = useWindowState(state => state.statuses)
  const inFront = useWindowState(state => state.inFront)
  const [collapsed, setCollapsed] = useState(readCollapsed)
  const [focused, setFocused] = useState<string | null>(null)
  const tree = useRef<HTMLDivElement>(null)
  const outgoing = useWindowState(state => state.outgoing)
  const local = useWindowState(state => state.local)
  const rows = useMemo(() => {
    const own = localRows(Object.values(outgoing), local, collapsed, accounts.length + 1)
    const groups = own.length > 0 ? accounts.length + 1 : accounts.length
    return [...treeRows(accounts, folders ?? [], collapsed).map(row => (row.level === 1 ? { ...row, siblings: groups } : row)), ...own]
  }, [accounts, folders, collapsed, outgoing, local])
  const selected = local ? localKey(local) : inFront ? keyOf(inFront) : null
  const inTabOrder = [focused, selected, rows[0]?.key].find(key => rows.some(row => row.key === key))

  useEffect(() => writeCollapsed(collapsed), [collapsed])

  function expand(key: string, open: boolean): void {
    const next = new Set(collapsed)
    if (open) next.delete(key)
    else next.add(key)
    setCollapsed(next)
  }

  function activate(row: TreeRow): void {
    setFocused(row.key)
    if (row.local) goToOutgoing({ store }, row.local)
    else if (row.folder?.selectable) goTo({ store }, row.folder.ref)
    else if (row.expanded !== null) expand(row.key, !row.expanded)
  }

  function focusRow(index: number): void {
    const row = rows[Math.max(0, Math.min(rows.length - 1, index))]
    if (!row) return
    setFocused(row.key)
    tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[rows.indexOf(row)]?.focus()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const at = rows.findIndex(row => row.key === inTabOrder)
    const row = rows[at]
    if (!row) return
    const parent = rows.findLastIndex((other, i) => i < at && other.level < row.level)
    const moves: Record<string, () => void> = {
      ArrowDown: () => focusRow(at + 1),
      ArrowUp: () => focusRow(at - 1),
      Home: () => focusRow(0),
      End: () => focusRow(rows.length - 1),
      ArrowRight: () => (row.expanded === false ? expand(row.key, true) : row.expanded ? focusRow(at + 1) : undefined),
      ArrowLeft: () => (row.expanded ? expand(row.key, false) : parent >= 0 ? focusRow(parent) : undefined),
      Enter: () => activate(row),
      ' ': () => activate(row),
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    event.stopPropagation()
    move()
  }

  return (
    <div ref={tree} className={styles.tree} role="tree" aria-label={say('folders.tree')} aria-busy={folders === null} onKeyDown={onKeyDown}>
      {rows.map(row => (
        <FolderRow
          key={row.key}
          row={row}
          status={row.folder || !row.account ? undefined : statuses[row.account.id]}
          selected={row.key === selected}
          inTabOrder={row.key === inTabOrder}
          onActivate={() => activate(row)}
          onToggle={() => expand(row.key, !row.expanded)}
          onFocus={() => setFocused(row.key)}
        />
      ))}
    </div>
  )
}
