/** Finds the quotation that ends a letter, as the usual programs mark it, and marks it `data-pb-quote`, to be folded. */

const marked =
  'blockquote[type="cite"], .gmail_quote, .gmail_quote_container, .yahoo_quoted, .moz-cite-prefix, #divRplyFwdMsg, #appendonsend, #OLK_SRC_BODY_SECTION'

function hasContent(nodes: Iterable<Node>): boolean {
  for (const node of nodes) {
    if ((node.textContent ?? '').trim() !== '') return true
    if (node instanceof Element || 'querySelector' in node)
      if ((node as Element).matches('img') || (node as Element).querySelector('img')) return true
  }
  return false
}

/** What follows a node in the letter, outside of it. */
function after(node: Node, root: Element): Node[] {
  const nodes: Node[] = []
  for (let at: Node | null = node; at && at !== root; at = at.parentNode)
    for (let next = at.nextSibling; next; next = next.nextSibling) nodes.push(next)
  return nodes
}

function before(node: Node, root: Element): Node[] {
  const nodes: Node[] = []
  for (let at: Node | null = node; at && at !== root; at = at.parentNode)
    for (let previous = at.previousSibling; previous; previous = previous.previousSibling) nodes.push(previous)
  return nodes
}

function isQuoteNode(node: Node, root: Element): boolean {
  if (node.nodeType !== 1) return (node.textContent ?? '').trim() === ''
  const element = node as Element
  return element.matches(marked) || root.contains(element.closest('[data-pb-quote]')) || !hasContent([element])
}

/** Everything from the first mark on is the quotation, provided that nothing of the letter's own follows and that something stands before it. */
export function foldQuotes(root: Element): boolean {
  for (const first of root.querySelectorAll(marked)) {
    if (!hasContent(before(first, root))) return false // nothing but a quotation: a forwarded letter stays open
    const rest = after(first, root)
    const outlook = first.matches('#divRplyFwdMsg, #appendonsend, .moz-cite-prefix')
    if (!outlook && !rest.every(node => isQuoteNode(node, root))) continue
    if (first.matches('.moz-cite-prefix') && !rest.some(node => node.nodeType === 1 && (node as Element).matches('blockquote'))) continue
    first.setAttribute('data-pb-quote', '')
    for (const node of rest) if (node.nodeType === 1) (node as Element).setAttribute('data-pb-quote', '')
    return true
  }
  return false
}
