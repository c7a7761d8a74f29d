/** The three panes as places of the keyboard, found by their roles and `data-pane`, never by words. */
const targets = {
  folders: '[role="tree"] [tabindex="0"]',
  list: '[role="grid"] [tabindex="0"], [role="grid"][tabindex="0"]',
  reader: '[data-pane="reader"] [role="region"], form[data-pane="reader"]',
} as const
export type Pane = keyof typeof targets
const order: Pane[] = ['folders', 'list', 'reader']

function elementOf(pane: Pane): HTMLElement | null {
  return document.querySelector<HTMLElement>(targets[pane])
}

const loadsWithinMs = 2000

/** Focuses a pane once what was just changed is on screen: a folder may have to be read first. Given up when the focus goes elsewhere meanwhile. */
export function focusPane(pane: Pane): void {
  const before = document.activeElement
  const until = performance.now() + loadsWithinMs
  function attempt(): void {
    const { activeElement } = document
    if (activeElement !== before && activeElement !== document.body) return
    const element = elementOf(pane)
    if (element) element.focus()
    else if (performance.now() < until) requestAnimationFrame(attempt)
  }
  requestAnimationFrame(attempt)
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
