import fc from 'fast-check'
import { expect, test } from 'vitest'
import { offsetOfBand, offsetOfRow, rowAt, totalHeight } from './virtual-geometry.ts'

test('every row is found at its own offset, and offsets rise without gaps', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 200 }), fc.uniqueArray(fc.nat({ max: 199 }), { maxLength: 8 }), (count, starts) => {
      const bands = starts.filter(row => row < count).sort((a, b) => a - b)
      const geometry = { count, rowHeight: 56, bandHeight: 30, bands }
      for (let row = 0; row < count; row++) {
        const top = offsetOfRow(geometry, row)
        expect(rowAt(geometry, top)).toBe(row)
        expect(rowAt(geometry, top + 55)).toBe(row)
        const next = row + 1 < count ? offsetOfRow(geometry, row + 1) : totalHeight(geometry)
        expect(next - top).toBe(bands.includes(row + 1) ? 86 : 56)
      }
      bands.forEach((row, band) => expect(offsetOfBand(geometry, band)).toBe(offsetOfRow(geometry, row) - 30))
      expect(rowAt(geometry, 1e9)).toBe(count - 1)
    }),
  )
})
