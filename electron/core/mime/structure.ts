/**
 * From BODYSTRUCTURE (RFC 9051, 7.5.2) to what a reader shows: sections of text in order, pictures they name, and attachments.
 */
import type { MessageStructureObject } from 'imapflow'
import type { Part } from '../../../shared/model/message.ts'
import { mayBePicture } from '../../../shared/model/picture-type.ts'
import { decodeText } from './headers.ts'

export interface Readable {
  sections: Part[]
  inline: Part[]
  attachments: Part[]
  /** The section whose first words make the snippet: plain text where there is some. */
  snippet: Part | null
}

const deepest = 30

function toPart(node: MessageStructureObject): Part {
  const filename =
    node.dispositionParameters?.filename ??
    node.parameters?.name ??
    (node.type === 'message/rfc822' ? `${node.envelope?.subject ?? 'message'}.eml` : undefined)
  const charset = node.parameters?.charset
  const disposition = node.disposition?.toLowerCase()
  return {
    part: node.part ?? '1',
    type: node.type.toLowerCase(),
    size: node.size ?? 0,
    ...(charset && { charset }),
    ...(node.encoding && { encoding: node.encoding.toLowerCase() }),
    ...(filename && { filename: decodeText(filename).slice(0, 255) }),
    ...(node.id && { contentId: node.id.replace(/^<|>$/g, '') }),
    ...(disposition === 'inline' || disposition === 'attachment' ? { disposition } : {}),
  }
}

function isText(part: Part): boolean {
  return (
    (part.type === 'text/plain' || part.type === 'text/html') &&
    part.disposition !== 'attachment' &&
    !(part.filename && part.disposition !== 'inline')
  )
}

function holdsText(node: MessageStructureObject, depth = 0): boolean {
  if (depth > deepest) return false
  return node.childNodes && node.type !== 'message/rfc822' ? node.childNodes.some(child => holdsText(child, depth + 1)) : isText(toPart(node))
}

function holdsHtml(node: MessageStructureObject, depth = 0): boolean {
  if (depth > deepest) return false
  return node.childNodes && node.type !== 'message/rfc822'
    ? node.childNodes.some(child => holdsHtml(child, depth + 1))
    : isText(toPart(node)) && node.type.toLowerCase() === 'text/html'
}

function walk(node: MessageStructureObject, into: Readable, depth: number): void {
  const children = node.childNodes ?? []
  const type = node.type.toLowerCase()
  if (depth > deepest || children.length === 0 || type === 'message/rfc822') {
    const part = toPart(node)
    if (part.type.startsWith('multipart/')) return // an empty multipart shows nothing
    if (isText(part) && depth <= deepest) {
      into.sections.push(part)
      if (!into.snippet || (into.snippet.type === 'text/html' && part.type === 'text/plain')) into.snippet = part
    } else if (part.contentId && part.disposition !== 'attachment' && mayBePicture(part.type)) into.inline.push(part)
    else into.attachments.push(part)
    return
  }
  if (type === 'multipart/alternative') {
    const shown = children.findLast(child => holdsHtml(child)) ?? children.findLast(child => holdsText(child)) ?? children.at(-1)!
    for (const child of children) {
      if (child === shown) walk(child, into, depth + 1)
      else if (holdsText(child)) rememberSnippet(child, into, depth + 1)
      else walk(child, into, depth + 1) // an invitation beside the text
    }
    return
  }
  for (const child of children) walk(child, into, depth + 1)
}

/** The alternative that is not shown still has the better snippet: plain text. */
function rememberSnippet(node: MessageStructureObject, into: Readable, depth: number): void {
  const aside: Readable = { sections: [], inline: [], attachments: [], snippet: null }
  walk(node, aside, depth)
  if (aside.snippet?.type === 'text/plain') into.snippet = aside.snippet
}

/** What a reader shows of a message with this structure. */
export function toReadable(root: MessageStructureObject): Readable {
  const readable: Readable = { sections: [], inline: [], attachments: [], snippet: null }
  walk(root, readable, 0)
  if (!readable.sections.some(({ type }) => type === 'text/html')) {
    readable.attachments.push(...readable.inline)
    readable.inline = []
  }
  return readable
}
