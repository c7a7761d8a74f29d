/** Views come from the worker as copies. A row that says what it said before stays the object it was, so that what shows it has nothing to do. */
import type { ListView, Row } from './list-protocol.ts'

export function withKnownRows(view: ListView, before: ListView | null): ListView {
  if (before?.folder !== view.folder) return view
  const known = new Map([...before.rows, ...(before.focus?.row ? [before.focus.row] : [])].map(row => [row.id, row]))
  const same = (row: Row): Row => {
    const old = known.get(row.id)
    return old && JSON.stringify(old) === JSON.stringify(row) ? old : row
  }
  return { ...view, rows: view.rows.map(same), focus: view.focus?.row ? { ...view.focus, row: same(view.focus.row) } : view.focus }
}
