/**
 * Plain text as format=flowed (RFC 3676), so that narrow windows can wrap it anew: long lines are cut at a space that stays at the end of the piece, what would
 * be misread gets a space in front. Lines that quote (">") are left as they are.
 */

/** Characters of a line (RFC 3676, 4.2: at most 78 with the space at its end). */
const longestLine = 76

function flowLine(line: string): string[] {
  if (line === '-- ') return [line] // the mark of a signature (4.3)
  const text = line.trimEnd()
  if (text.startsWith('>')) return [text]
  const pieces: string[] = []
  let rest = text
  while (rest.length > longestLine) {
    const space = rest.lastIndexOf(' ', longestLine - 1)
    const at = space > 0 ? space : rest.indexOf(' ', longestLine)
    if (at < 0) break
    pieces.push(rest.slice(0, at + 1))
    rest = rest.slice(at + 1)
  }
  pieces.push(rest)
  return pieces.map(piece => (/^( |>|From )/.test(piece) ? ` ${piece}` : piece)) // 4.4, space-stuffing
}

export function toFlowed(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .flatMap(flowLine)
    .join('\r\n')
}
