/** The height of a frame's content, followed as it changes. A message that sizes itself by the frame would grow for ever; it is stopped. */

const mostSteps = 40
const withinMs = 3000
const highest = 200_000

export function watchHeight(document: Document, changed: (height: number) => void): () => void {
  let last = -1
  let steps = 0
  let since = performance.now()

  function measure(): void {
    const { documentElement: root, body } = document
    if (!body) return
    const bar = root.scrollWidth > root.clientWidth ? 16 : 0 // room for the scrollbar of a message wider than the pane
    const height = Math.min(highest, Math.ceil(Math.max(root.getBoundingClientRect().height, body.scrollHeight)) + bar)
    if (height === last) return
    if (performance.now() - since > withinMs) {
      since = performance.now()
      steps = 0
    }
    if (height > last && ++steps > mostSteps) return
    last = height
    changed(height)
  }

  const observer = new ResizeObserver(measure)
  observer.observe(document.documentElement)
  if (document.body) observer.observe(document.body)
  measure()
  return () => observer.disconnect()
}
