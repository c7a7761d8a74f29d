/** The three panes as places of the keyboard, found by their roles (UI.md, Names). */
const targets = {
  folders: '[role="tree"] [tabindex="0"]',
  list: '[role="grid"] [tabindex="0"], [role="grid"][tabindex="0"]',
  reader: '[role="region"][aria-label="Message"]',
} as const
export type Pane = keyof typeof targets
const order: Pane[] = ['folders', 'list', 'reader']

function elementOf(pane: Pane): HTMLElement | null {
  return document.querySelector<HTMLElement>(targets[pane])
}

/** Focuses a pane once what was just changed is on screen. */
export function focusPane(pane: Pane): void {
  requestAnimationFrame(() => elementOf(pane)?.focus())
}

/** The pane that holds the focus. */
export function currentPane(): Pane | null {
  return order.find(pane => document.activeElement?.closest(`[data-pane="${pane}"]`)) ?? null
}

export function nextPane(step: 1 | -1): void {
  const current = currentPane()
  const start = current ? order.indexOf(current) : step > 0 ? -1 : order.length
  for (let i = 1; i <= order.length; i++) {
    const pane = order[(start + step * i + order.length * 2) % order.length]!
    const element = elementOf(pane)
    if (element) return element.focus()
  }
}
