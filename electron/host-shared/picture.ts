/** `--screenshot`: waits until the window shows a list and a message, then takes the picture. Everything is found by the roles and names of the window. */
import type { ProgramHost } from './program.ts'

const deadlineMs = 60_000
const pollMs = 200
/** The window is finished when nothing in it changed for so long. */
const calmMs = 900
/** A message is opened by a click where the window has not opened one by itself. */
const openAfterMs = 1_500
/** So long a message may take; then the picture shows the list alone. */
const messageDeadlineMs = 20_000

interface Seen {
  rows: number
  article: boolean
  /** Centre of the row to open, in CSS pixels. */
  x: number
  y: number
  /** Changes with whatever is visible. */
  text: string
}

const look = `(() => {
  const rows = [...document.querySelectorAll('[role=grid][aria-label=Messages] [role=row]')]
  const reader = [...document.querySelectorAll('[role=region], section')].find(element => element.getAttribute('aria-label') === 'Message')
  const frame = reader && reader.querySelector('iframe')
  // the second one, where there is one: the first, unread, stays as it is
  const target = rows.find(row => row.getAttribute('aria-selected') === 'true') || rows[1] || rows[0]
  const box = target ? target.getBoundingClientRect() : { left: 0, top: 0, width: 0, height: 0 }
  const body = frame && frame.contentDocument && frame.contentDocument.body
  return {
    rows: rows.length, article: Boolean(reader && reader.querySelector('article, [role=article]')), x: box.left + box.width / 2, y: box.top + box.height / 2,
    text: document.body.innerText + '|' + (body ? body.innerText.length + ' ' + frame.clientHeight : '') + '|' + document.fonts.status,
  }
})()`

const pause = (ms: number) => new Promise<void>(resolve => setTimeout(resolve, ms))

/** A PNG of the window. Throws a sentence where no list with a row appears within 60 s. */
export async function takePicture(host: ProgramHost): Promise<Uint8Array> {
  const startedAt = Date.now()
  let listAt = 0
  let rows = 0
  let clicked = false
  let calmSince = 0
  let text = ''
  while (Date.now() - startedAt < deadlineMs) {
    await pause(pollMs)
    const page = host.window()
    const seen = (await page?.evaluate(look).catch(() => null)) as Seen | null | undefined // a page that is just loading is looked at again
    rows = seen?.rows ?? 0
    if (!page || !seen || rows === 0) continue
    const now = Date.now()
    listAt ||= now
    if (seen.text !== text) calmSince = now
    text = seen.text
    if (!seen.article && !clicked && now - listAt > openAfterMs) {
      clicked = true
      await page.click(seen.x, seen.y)
    }
    const complete = seen.article || now - listAt > messageDeadlineMs
    if (complete && now - calmSince > calmMs) return host.screenshot()
  }
  if (rows > 0) return host.screenshot() // it never became calm, but there is something to see
  throw new Error(`The window showed no message list within ${deadlineMs / 1000} s, so there is no picture.`)
}
