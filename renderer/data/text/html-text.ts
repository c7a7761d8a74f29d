/**
 * The plain text of a message written in rich text: what goes out beside the HTML, and what stays when formatting is given up. Quotations become "> ", lists get
 * their marks, links their address. Pure: it asks for no more of a node than is said here.
 */

export interface TextNode {
  nodeType: number
  nodeName: string
  nodeValue: string | null
  childNodes: ArrayLike<TextNode>
  getAttribute?(name: string): string | null
}

const blocks = new Set(
  'ADDRESS ARTICLE BLOCKQUOTE CENTER DD DIV DL DT FIGURE FOOTER H1 H2 H3 H4 H5 H6 HEADER LI MAIN OL P PRE SECTION TABLE TBODY THEAD TFOOT TR UL'.split(
    ' ',
  ),
)
/** Stand apart by an empty line. */
const spaced = new Set('P BLOCKQUOTE UL OL DL TABLE PRE H1 H2 H3 H4 H5 H6'.split(' '))

/** A loop: a pattern would look through each long row of spaces over and over. */
function withoutSpacesAtEnd(line: string): string {
  let end = line.length
  while (line[end - 1] === ' ' || line[end - 1] === '\t') end--
  return line.slice(0, end)
}

/** Lines as they grow: what is asked for before a text is put there once the text comes. */
class Lines {
  private readonly lines: string[] = ['']
  private wanted: 0 | 1 | 2 = 0

  private get open(): boolean {
    return this.lines.at(-1) !== ''
  }

  /** At least a new line (1), or an empty line between (2). */
  breakBefore(lines: 1 | 2): void {
    if (this.lines.length > 1 || this.open) this.wanted = Math.max(this.wanted, lines) as 0 | 1 | 2
  }

  private flushSpace(): void {
    if (this.wanted > 0 && this.open) this.lines.push('')
    if (this.wanted === 2 && (this.lines.length < 2 || this.lines.at(-2) !== '')) this.lines.push('')
    this.wanted = 0
  }

  inline(text: string): void {
    const collapsed = text.replace(/[ \t\r\n\f]+/g, ' ')
    const fresh = this.wanted > 0 || !this.open || this.lines.at(-1)!.endsWith(' ')
    const shown = fresh ? collapsed.replace(/^ /, '') : collapsed
    if (shown === '') return
    this.flushSpace()
    this.lines[this.lines.length - 1] += shown
  }

  verbatim(text: string): void {
    this.flushSpace()
    const [first = '', ...rest] = text.split(/\r\n?|\n/)
    this.lines[this.lines.length - 1] += first
    this.lines.push(...rest)
  }

  lineBreak(): void {
    this.flushSpace()
    this.lines.push('')
  }

  /** Whole lines, as they are. */
  block(lines: string[]): void {
    this.flushSpace()
    if (this.open) this.lines.push('')
    this.lines.splice(this.lines.length - 1, 1, ...lines)
    this.wanted = 1
  }

  /** Without empty lines at the end, and without spaces at the ends of lines. */
  finished(): string[] {
    const lines = this.lines.map(line => withoutSpacesAtEnd(line.replace(/\u00a0/g, ' ')))
    while (lines.length > 0 && lines.at(-1) === '') lines.pop()
    return lines
  }
}

function children(node: TextNode): TextNode[] {
  return Array.from(node.childNodes)
}

function textOf(node: TextNode): string {
  return node.nodeType === 3 ? (node.nodeValue ?? '') : children(node).map(textOf).join('')
}

/** A block that holds nothing but a line break is an empty line, not two. */
function isEmptyLine(node: TextNode): boolean {
  const inner = children(node).filter(child => child.nodeType !== 3 || (child.nodeValue ?? '').trim() !== '')
  return inner.length === 1 && inner[0]!.nodeName.toUpperCase() === 'BR'
}

function walkChildren(node: TextNode, lines: Lines, preformatted: boolean): void {
  const all = children(node)
  all.forEach((child, i) => {
    const isLast = i === all.length - 1
    // the break that ends a block breaks nothing
    if (child.nodeName.toUpperCase() === 'BR' && isLast && i > 0 && blocks.has(node.nodeName.toUpperCase())) return
    walk(child, lines, preformatted)
  })
}

function linesOf(node: TextNode, preformatted = false): string[] {
  const lines = new Lines()
  walkChildren(node, lines, preformatted)
  return lines.finished()
}

function walkList(node: TextNode, lines: Lines): void {
  const ordered = node.nodeName.toUpperCase() === 'OL'
  let number = Number(node.getAttribute?.('start') ?? 1) || 1
  for (const item of children(node)) {
    if (item.nodeType !== 1) continue
    const inner = linesOf(item)
    if (item.nodeName.toUpperCase() !== 'LI') lines.block(inner.map(line => `  ${line}`))
    else {
      const mark = ordered ? `${number++}. ` : '- '
      lines.block((inner.length > 0 ? inner : ['']).map((line, i) => (i === 0 ? mark + line : line && ' '.repeat(mark.length) + line)))
    }
  }
}

function walk(node: TextNode, lines: Lines, preformatted: boolean): void {
  if (node.nodeType === 3) {
    const text = (node.nodeValue ?? '').replace(/[\u200b\ufeff]/g, '')
    if (preformatted) lines.verbatim(text)
    else lines.inline(text)
    return
  }
  if (node.nodeType !== 1) return
  const name = node.nodeName.toUpperCase()
  if (name === 'BR') return lines.lineBreak()
  if (name === 'HR') {
    lines.breakBefore(1)
    lines.block(['-----'])
    return
  }
  if (name === 'IMG') {
    const alt = node.getAttribute?.('alt')?.trim()
    if (alt) lines.inline(`[${alt}]`)
    return
  }
  if (name === 'A') {
    const href = node.getAttribute?.('href') ?? ''
    const text = textOf(node).trim()
    walkChildren(node, lines, preformatted)
    const same = [text, `mailto:${text}`, `http://${text}`, `https://${text}`, `${text}/`, `https://${text}/`, `http://${text}/`].includes(href)
    if (href && !href.startsWith('#') && !same) lines.inline(` <${href.replace(/^mailto:/, '')}>`)
    return
  }
  if (!blocks.has(name)) {
    walkChildren(node, lines, preformatted)
    if (name === 'TD' || name === 'TH') lines.inline(' ')
    return
  }
  const gap = spaced.has(name) ? 2 : 1
  lines.breakBefore(gap)
  if (isEmptyLine(node)) lines.lineBreak()
  else if (name === 'BLOCKQUOTE') lines.block(linesOf(node).map(line => (line.startsWith('>') || line === '' ? `>${line}` : `> ${line}`)))
  else if (name === 'UL' || name === 'OL') walkList(node, lines)
  else walkChildren(node, lines, preformatted || name === 'PRE' || /white-space:\s*pre/i.test(node.getAttribute?.('style') ?? ''))
  lines.breakBefore(gap)
}

/** Text with LF, without empty lines at its end. */
export function htmlToText(root: TextNode): string {
  return linesOf(root).join('\n')
}
