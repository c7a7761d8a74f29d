/** A body as one document for the frame: its sections in order, its pictures numbered. */
import type { Body } from '../../../shared/model.ts'
import { textToHtml } from '../../data/plain-text.ts'
import { createPictureIndex, type Picture, type PictureIndex, type SafeSection } from './sanitise.ts'

export interface Letter {
  html: string
  /** Stands on a light sheet, because it sets colours of its own. */
  onSheet: boolean
  quoted: boolean
  pictures: Picture[]
}

export function letterOf(body: Body, sanitise: (source: string, index: PictureIndex) => SafeSection): Letter {
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
