/**
 * Sorted lists of slots in growable typed arrays: no object per row, so that a folder of 1,000,000 messages costs 4 MB and a change some microseconds.
 * Every list has one total order, given as a comparison of slots.
 */
export interface SlotList {
  array: Uint32Array<ArrayBuffer>
  length: number
}
export type Compare = (a: number, b: number) => number

export function createSlotList(slots: Uint32Array<ArrayBuffer> = new Uint32Array(0)): SlotList {
  return { array: slots, length: slots.length }
}

/** Position of the first entry that is not before `slot`. */
export function lowerBound(list: SlotList, slot: number, compare: Compare): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compare(list.array[middle]!, slot) < 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Position of `slot`, or -1. */
export function positionOf(list: SlotList, slot: number, compare: Compare): number {
  const position = lowerBound(list, slot, compare)
  return position < list.length && list.array[position] === slot ? position : -1
}

function reserve(list: SlotList, length: number): void {
  if (list.array.length >= length) return
  const grown = new Uint32Array(Math.max(64, length, list.array.length * 2))
  grown.set(list.array.subarray(0, list.length))
  list.array = grown
}

/** Inserts slots that are not in the list yet: one is found by binary search and moved in, many are merged in one pass. */
export function insertSlots(list: SlotList, slots: number[], compare: Compare): void {
  if (slots.length === 0) return
  reserve(list, list.length + slots.length)
  const { array } = list
  const sorted = slots.length === 1 ? slots : slots.sort(compare)
  let end = list.length
  let write = list.length + sorted.length
  for (let i = sorted.length - 1; i >= 0; i--) {
    const slot = sorted[i]!
    const position = lowerBound({ array, length: end }, slot, compare)
    array.copyWithin(write - (end - position), position, end)
    write -= end - position + 1
    array[write] = slot
    end = position
  }
  list.length += sorted.length
}

/** Removes slots that are in the list: few by binary search, many in one pass. */
export function removeSlots(list: SlotList, slots: number[], compare: Compare): void {
  const { array } = list
  if (slots.length <= 16) {
    for (const slot of slots) {
      const position = positionOf(list, slot, compare)
      if (position < 0) continue
      array.copyWithin(position, position + 1, list.length)
      list.length--
    }
    return
  }
  const gone = new Set(slots)
  let write = 0
  for (let read = 0; read < list.length; read++) {
    const slot = array[read]!
    if (!gone.has(slot)) array[write++] = slot
  }
  list.length = write
}

/**
 * Slots by date descending; equal dates by UID, then slot, both descending (RFC 3501 gives later newMail higher UIDs). The keys are sorted natively as
 * numbers, date * 2^21 + slot, and only runs of equal dates are looked at again; folders beyond 2^21 slots take the slower way.
 */
export function sortByDate(slots: Uint32Array<ArrayBuffer>, date: Uint32Array, compare: Compare): Uint32Array<ArrayBuffer> {
  const shift = 0x200000
  if (slots.some(slot => slot >= shift)) return slots.sort(compare)
  const keys = new Float64Array(slots.length)
  for (let i = 0; i < slots.length; i++) keys[i] = date[slots[i]!]! * shift + slots[i]!
  keys.sort()
  const sorted = new Uint32Array(slots.length)
  for (let i = 0; i < keys.length; i++) sorted[keys.length - 1 - i] = keys[i]! % shift
  for (let from = 0; from < sorted.length;) {
    let to = from + 1
    while (to < sorted.length && date[sorted[to]!] === date[sorted[from]!]) to++
    if (to - from > 1) sorted.subarray(from, to).sort(compare)
    from = to
  }
  return sorted
}
