/** A sentence in which some pieces are marked (shared/model/shown-text.ts, isolate): each is an element of its own, and its direction stays its own. */
export function Isolated({ text }: { text: string }) {
  const pieces = text.split(/\u2068([^\u2068\u2069]*)\u2069/u)
  return pieces.map((piece, index) => (index % 2 === 1 ? <bdi key={index}>{piece}</bdi> : piece))
}
