/** Which parts of the tree are folded: pure layout, kept with the window. */
const storageKey = 'pillarbox-collapsed'

export function readCollapsed(): ReadonlySet<string> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(storageKey) ?? '[]')
    return new Set(Array.isArray(stored) ? stored.filter(key => typeof key === 'string') : [])
  } catch {
    return new Set() // damaged or not allowed: everything is open
  }
}

export function writeCollapsed(collapsed: ReadonlySet<string>): void {
  localStorage.setItem(storageKey, JSON.stringify([...collapsed]))
}
