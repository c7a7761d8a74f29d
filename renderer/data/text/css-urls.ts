/**
 * Rewrites every address in a piece of CSS. A small tokenizer after CSS Syntax 3: comments go, escapes in names are read (`\75rl(` is `url(`), strings stand for
 * addresses in `image-set()`, `image()` and `src()`, and `@import` goes with all it carries. Pure.
 */

/** Answers the address to put in place, or null for none. */
export type Replace = (url: string) => string | null

const addressFunctions = new Set(['image-set', '-webkit-image-set', 'image', 'src'])
const nothing = 'url("data:,")'

interface Piece {
  value: string
  end: number
}

function escapeAt(css: string, at: number): Piece {
  const hex = /^[0-9a-f]{1,6}/i.exec(css.slice(at + 1, at + 7))?.[0]
  if (!hex) return { value: css[at + 1] ?? '', end: at + 2 }
  const code = parseInt(hex, 16)
  const after = at + 1 + hex.length
  const valid = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
  return { value: valid ? String.fromCodePoint(code) : '\ufffd', end: /\s/.test(css[after] ?? '') ? after + 1 : after }
}

function nameAt(css: string, start: number): Piece {
  let value = ''
  let at = start
  while (at < css.length) {
    const char = css[at]!
    if (/[\w\u0080-\uffff-]/.test(char)) {
      value += char
      at++
    } else if (char === '\\' && css[at + 1] !== '\n' && at + 1 < css.length) {
      const escaped = escapeAt(css, at)
      value += escaped.value
      at = escaped.end
    } else break
  }
  return { value, end: at }
}

function stringAt(css: string, start: number): Piece {
  const quote = css[start]
  let value = ''
  let at = start + 1
  while (at < css.length && css[at] !== quote) {
    if (css[at] === '\n') return { value, end: at } // a bad string ends with its line
    if (css[at] === '\\') {
      if (css[at + 1] === '\n') at += 2
      else {
        const escaped = escapeAt(css, at)
        value += escaped.value
        at = escaped.end
      }
    } else value += css[at++]
  }
  return { value, end: at + 1 }
}

/** The rest of `url(`: quoted or bare, up to the closing bracket. */
function urlAt(css: string, start: number): Piece {
  let at = start
  while (/\s/.test(css[at] ?? '')) at++
  if (css[at] === '"' || css[at] === "'") {
    const { value, end } = stringAt(css, at)
    const close = css.indexOf(')', end)
    return { value, end: close < 0 ? css.length : close + 1 }
  }
  let value = ''
  while (at < css.length && css[at] !== ')') {
    if (css[at] === '\\') {
      const escaped = escapeAt(css, at)
      value += escaped.value
      at = escaped.end
    } else value += css[at++]
  }
  return { value: value.trim(), end: at + 1 }
}

/** Where an at-rule without a block ends. */
function ruleEnd(css: string, start: number): number {
  let at = start
  while (at < css.length && css[at] !== ';' && css[at] !== '{' && css[at] !== '}') {
    if (css[at] === '"' || css[at] === "'") at = stringAt(css, at).end
    else if (css[at] === '(') at = urlAt(css, at + 1).end
    else at++
  }
  return css[at] === ';' ? at + 1 : at
}

function written(url: string | null): string {
  return url === null ? nothing : `url("${url.replace(/["\\<>\n\r\f]/g, char => `%${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}")`
}

export function rewriteCss(source: string, replace: Replace): string {
  const css = source.replace(/\r\n?|\f/g, '\n')
  const open: string[] = []
  let out = ''
  let at = 0
  while (at < css.length) {
    const char = css[at]!
    if (css.startsWith('/*', at)) {
      const end = css.indexOf('*/', at + 2)
      at = end < 0 ? css.length : end + 2
      out += ' '
    } else if (css.startsWith('<!--', at) || css.startsWith('-->', at)) {
      at += css.startsWith('<!--', at) ? 4 : 3
      out += ' ' // as for a comment: what stands on both sides must not become one name
    } else if (char === '"' || char === "'") {
      const { value, end } = stringAt(css, at)
      out += addressFunctions.has(open.at(-1) ?? '') ? written(replace(value)) : css.slice(at, end)
      at = end
    } else if (char === '@') {
      const { value, end } = nameAt(css, at + 1)
      const isImport = value.toLowerCase() === 'import'
      if (!isImport) out += css.slice(at, end)
      at = isImport ? ruleEnd(css, end) : end
    } else if (/[\w\\\u0080-\uffff-]/.test(char)) {
      const { value, end } = nameAt(css, at)
      const name = value.toLowerCase()
      if (end === at) {
        out += char
        at++
      } else if (css[end] === '(' && name === 'url') {
        const url = urlAt(css, end + 1)
        out += written(replace(url.value))
        at = url.end
      } else {
        const isFunction = css[end] === '('
        if (isFunction) open.push(name)
        out += css.slice(at, isFunction ? end + 1 : end)
        at = isFunction ? end + 1 : end
      }
    } else {
      if (char === '(') open.push('')
      if (char === ')') open.pop()
      if (char === ';' || char === '}') open.length = 0
      out += char
      at++
    }
  }
  return out
}
