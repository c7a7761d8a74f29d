/**
 * Where rows of equal height and the bands between them lie. Pure arithmetic over the bands alone, so that 1,000,000 rows cost nothing. `bands` are the row
 * numbers before which a band stands, ascending.
 */
export interface Geometry {
  count: number
  rowHeight: number
  bandHeight: number
  bands: readonly number[]
}

/** How many bands stand above row `row`, its own included. */
function bandsAbove(bands: readonly number[], row: number): number {
  let low = 0
  let high = bands.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (bands[middle]! <= row) low = middle + 1
    else high = middle
  }
  return low
}

export function totalHeight({ count, rowHeight, bandHeight, bands }: Geometry): number {
  return count * rowHeight + bands.length * bandHeight
}

/** Top of a row. */
export function offsetOfRow({ rowHeight, bandHeight, bands }: Geometry, row: number): number {
  return row * rowHeight + bandsAbove(bands, row) * bandHeight
}

/** Top of the band with this number. */
export function offsetOfBand({ rowHeight, bandHeight, bands }: Geometry, band: number): number {
  return bands[band]! * rowHeight + band * bandHeight
}

/** The row at an offset; inside a band the row below it. */
export function rowAt(geometry: Geometry, offset: number): number {
  const { count, rowHeight, bandHeight, bands } = geometry
  let low = 0
  let high = bands.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (offsetOfBand(geometry, middle) <= offset) low = middle + 1
    else high = middle
  }
  const first = low > 0 ? bands[low - 1]! : 0
  const top = low > 0 ? offsetOfBand(geometry, low - 1) + bandHeight : 0
  const row = first + Math.max(0, Math.floor((offset - top) / rowHeight))
  return Math.max(0, Math.min(row, (low < bands.length ? bands[low]! : count) - 1))
}
