/**
 * Sets of UIDs as sorted, disjoint, closed ranges `[from, to]` (RFC 9051 sequence-set without `*`). All functions are pure and return normalised sets.
 * Numbers are 32-bit UIDs, from 1.
 */
import { z } from 'zod'

export const Uid = z.int().min(1).max(0xffffffff)
export const Range = z.tuple([Uid, Uid])
export const Ranges = z.array(Range)
export type Range = [from: number, to: number]
export type Ranges = Range[]
/**
 * UIDs in an order that is not theirs, as runs `[from, to]` that ascend each: those a server gave to the messages of a set, in the order of that set. Where it gave
 * them in another order than ours a run may be of one. `uidsOf`, `countOf` and `inPieces` take them too; nothing else here does.
 */
export const UidRuns = z.array(Range)
export type UidRuns = Range[]

/** Sorts and joins overlapping or touching ranges. */
export function normalise(ranges: Iterable<Range>): Ranges {
  const sorted = [...ranges].filter(([from, to]) => from <= to).sort((a, b) => a[0] - b[0])
  const joined: Ranges = []
  for (const [from, to] of sorted) {
    const last = joined.at(-1)
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else joined.push([from, to])
  }
  return joined
}

/** The set of these UIDs, in any order. */
export function fromUids(uids: Iterable<number>): Ranges {
  const sorted = Uint32Array.from(uids).sort()
  const ranges: Ranges = []
  for (const uid of sorted) {
    const last = ranges.at(-1)
    if (last && uid <= last[1] + 1) last[1] = uid
    else ranges.push([uid, uid])
  }
  return ranges
}

export function union(a: Ranges, b: Ranges): Ranges {
  return normalise([...a, ...b])
}

/** These UIDs, in this order. */
export function toRuns(uids: Iterable<number>): UidRuns {
  const runs: UidRuns = []
  for (const uid of uids) putUid(runs, uid)
  return runs
}

function putUid(runs: UidRuns, uid: number): void {
  const last = runs.at(-1)
  if (last && uid === last[1] + 1) last[1] = uid
  else runs.push([uid, uid])
}

/** A map from UID to UID: the set of its keys, and what they map to in the order of that set. */
export function pairUids(map: ReadonlyMap<number, number>): { from: Ranges; to: UidRuns } {
  const [from, to]: [Ranges, UidRuns] = [[], []]
  let last = 0
  for (const [key, value] of map) {
    if (key < last) return pairUids(new Map([...map].sort((a, b) => a[0] - b[0]))) // hardly ever: servers tell them in order
    last = key
    putUid(from, key)
    putUid(to, value)
  }
  return { from, to }
}

export function intersect(a: Ranges, b: Ranges): Ranges {
  return subtract(a, subtract(a, b))
}

/** What is in `a` and not in `b`. Both must be normalised. */
export function subtract(a: Ranges, b: Ranges): Ranges {
  const rest: Ranges = []
  let next = 0
  for (const [start, end] of a) {
    let from = start
    while (next < b.length && b[next]![1] < from) next++
    for (let i = next; i < b.length && b[i]![0] <= end; i++) {
      const [cutFrom, cutTo] = b[i]!
      if (cutFrom > from) rest.push([from, cutFrom - 1])
      from = Math.max(from, cutTo + 1)
    }
    if (from <= end) rest.push([from, end])
  }
  return rest
}

/** How many UIDs the set holds. */
export function countOf(ranges: Ranges): number {
  return ranges.reduce((sum, [from, to]) => sum + to - from + 1, 0)
}

export function contains(ranges: Ranges, uid: number): boolean {
  let low = 0
  let high = ranges.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const [from, to] = ranges[middle]!
    if (uid < from) high = middle - 1
    else if (uid > to) low = middle + 1
    else return true
  }
  return false
}

export function* uidsOf(ranges: Ranges): Generator<number> {
  for (const [from, to] of ranges) for (let uid = from; uid <= to; uid++) yield uid
}

/** Pieces of at most `count` UIDs, in order. */
export function* inPieces(ranges: Ranges | UidRuns, count: number): Generator<Ranges> {
  let piece: Ranges = []
  let left = count
  for (const [start, to] of ranges)
    for (let from = start; from <= to;) {
      const end = Math.min(to, from + left - 1)
      piece.push([from, end])
      left -= end - from + 1
      from = end + 1
      if (left > 0) continue
      yield piece
      piece = []
      left = count
    }
  if (piece.length > 0) yield piece
}

/** The highest `count` UIDs of the set. */
export function highest(ranges: Ranges, count: number): Ranges {
  const taken: Ranges = []
  let left = count
  for (let i = ranges.length - 1; i >= 0 && left > 0; i--) {
    const [from, to] = ranges[i]!
    const start = Math.max(from, to - left + 1)
    taken.unshift([start, to])
    left -= to - start + 1
  }
  return taken
}

/** As an IMAP sequence-set, ascending: `1:4,7`. */
export function toSequenceSet(ranges: Ranges): string {
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}:${to}`)).join(',')
}

/** Reads a sequence-set without `*`, its ranges in any order and direction; null where it is not one (RFC 9051, section 9: sequence-set). */
export function fromSequenceSet(text: string): Ranges | null {
  const ranges: Range[] = []
  for (const piece of text.split(',')) {
    const [, from, to] = /^(\d{1,10})(?::(\d{1,10}))?$/.exec(piece) ?? []
    const ends = [Number(from), Number(to ?? from)].sort((a, b) => a - b) as Range
    if (from === undefined || ends[0] < 1 || ends[1] > 0xffffffff) return null
    ranges.push(ends)
  }
  return normalise(ranges)
}

/** Cuts a set so that no piece's sequence-set is longer than `bytes` (servers refuse long commands; PROTOCOL-NOTES, rule 6). */
export function splitByLength(ranges: Ranges, bytes: number): Ranges[] {
  const pieces: Ranges[] = []
  let piece: Ranges = []
  let length = 0
  for (const range of ranges) {
    const size = toSequenceSet([range]).length + 1
    if (piece.length > 0 && length + size > bytes) {
      pieces.push(piece)
      piece = []
      length = 0
    }
    piece.push(range)
    length += size
  }
  if (piece.length > 0) pieces.push(piece)
  return pieces
}
