/** A body as one document for the frame: its sections in order, its pictures numbered. */
import type { Body } from '../../../shared/model/message.ts'
import { htmlToText } from '../../data/text/html-text.ts'
import { textToHtml } from '../../data/text/plain-text.ts'
import { createPictureIndex, type Picture, type PictureIndex, type SafeSection } from './sanitise.ts'

export interface Message {
  html: string
  /** Stands on a light sheet, because it sets colours of its own. */
  onSheet: boolean
  quoted: boolean
  pictures: Picture[]
}

/** The words of a body alone: parsed where nothing is laid out. Its pictures are files then. */
export function plainBody(body: Body): Body {
  const sections = body.sections.map(({ kind, content }): Body['sections'][number] => {
    if (kind === 'text') return { kind, content }
    const { body: parsed } = new DOMParser().parseFromString(content, 'text/html')
    for (const element of parsed.querySelectorAll('style, script, title, template, noscript, svg, math')) element.remove()
    return { kind: 'text', content: htmlToText(parsed) }
  })
  return { ...body, sections, inline: [], attachments: [...body.attachments, ...body.inline] }
}

export function outgoingOf(body: Body, sanitise: (source: string, index: PictureIndex) => SafeSection): Message {
  const index = createPictureIndex()
  const sections = body.sections.map(({ kind, content }) =>
    kind === 'html' ? sanitise(content, index) : { ...textToHtml(content), ownColours: false },
  )
  return {
    html: sections.map(section => section.html).join(''),
    onSheet: sections.some(section => section.ownColours),
    quoted: sections.some(section => section.quoted),
    pictures: index.pictures,
  }
}
