/** What Electron's documentation forbids, the stand-in refuses, naming the page. */

export class RuleBroken extends Error {
  override readonly name = 'RuleBroken'
}

/** Throws unless `holds`. `page` is below https://electronjs.org/docs/. */
export function rule(holds: boolean, sentence: string, page: string): asserts holds {
  if (!holds) throw new RuleBroken(`${sentence} (https://electronjs.org/docs/${page})`)
}

/** What `preventDefault` is asked of. */
export interface StandInEvent {
  defaultPrevented: boolean
  preventDefault(): void
}

export function createEvent<T extends object>(details: T): T & StandInEvent {
  const event = {
    ...details,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true
    },
  }
  return event
}
