/** One hash for every process. */

/** 52-bit hash of a Message-ID (or any text), 0 for none: equal on every platform, for typed columns. FNV-1a in two lanes. */
export function hashText(text: string | undefined): number {
  if (!text) return 0
  let a = 0x811c9dc5
  let b = 0xcbf29ce4
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    a = Math.imul(a ^ code, 0x01000193)
    b = Math.imul(b ^ code, 0x85ebca6b)
    b ^= b >>> 13
  }
  return (a >>> 0) * 0x100000 + ((b ^ (a >>> 7)) >>> 12) || 1
}
