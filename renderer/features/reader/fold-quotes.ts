/** Finds the quotation that ends a message, as the usual programs mark it, and marks it `data-pb-quote`, to be folded. */

const marked =
  'blockquote[type="cite"], .gmail_quote, .gmail_quote_container, .yahoo_quoted, .moz-cite-prefix, #divRplyFwdMsg, #appendonsend, #OLK_SRC_BODY_SECTION'

/** Heads of a quotation that is not marked itself and goes on to the end. */
const heads = '#divRplyFwdMsg, #appendonsend'

/** The node that follows in the message, outside of `node`. */
function following(node: Node, root: Element): Node | null {
  for (let at: Node | null = node; at && at !== root; at = at.parentNode) if (at.nextSibling) return at.nextSibling
  return null
}

/** Where everything to the end of the message is a quotation. Each node is looked at once: a message may be megabytes of marks. */
function findQuote(root: Element): Element | null {
  let found: Element | null = null
  let hasOwn = false
  for (let node: Node | null = root.firstChild; node;) {
    const element = node.nodeType === 1 ? (node as Element) : null
    if (element?.matches(marked)) {
      if (!hasOwn) return null // nothing but a quotation: a forwarded message stays open
      if (element.matches(heads)) return found ?? element
      if (!element.matches('.moz-cite-prefix') || element.nextElementSibling?.matches('blockquote')) found ??= element
      node = following(node, root)
      continue
    }
    if (element ? element.localName === 'img' : (node.nodeValue ?? '').trim() !== '') {
      hasOwn = true
      found = null // the message goes on
    }
    node = node.firstChild ?? following(node, root)
  }
  return found
}

/** Everything from the first mark on is the quotation, provided that nothing of the message's own follows and that something stands before it. */
export function foldQuotes(root: Element): boolean {
  const first = findQuote(root)
  first?.setAttribute('data-pb-quote', '')
  for (let at: Node | null = first; at && at !== root; at = at.parentNode)
    for (let next = at.nextSibling; next; next = next.nextSibling) if (next.nodeType === 1) (next as Element).setAttribute('data-pb-quote', '')
  return first !== null
}
