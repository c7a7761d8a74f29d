import fc from 'fast-check'
import { expect, it } from 'vitest'
import { contains, countOf, fromSequenceSet, fromUids, highest, splitByLength, subtract, toSequenceSet, uidsOf, union } from './ranges.ts'

const uids = fc.uniqueArray(fc.integer({ min: 1, max: 60 }))
const sorted = (list: Iterable<number>) => [...list].sort((a, b) => a - b)

it('agrees with sets of numbers', () => {
  fc.assert(
    fc.property(uids, uids, fc.integer({ min: 0, max: 70 }), (a, b, n) => {
      const [x, y] = [fromUids(a), fromUids(b)]
      expect([...uidsOf(x)]).toEqual(sorted(a))
      expect(countOf(x)).toBe(a.length)
      expect([...uidsOf(union(x, y))]).toEqual(sorted(new Set([...a, ...b])))
      expect([...uidsOf(subtract(x, y))]).toEqual(sorted(a.filter(uid => !b.includes(uid))))
      expect([...uidsOf(highest(x, n))]).toEqual(n === 0 ? [] : sorted(a).slice(-n))
      expect(contains(x, n)).toBe(a.includes(n))
    }),
  )
})

it('writes sequence sets and cuts them by length', () => {
  expect(
    toSequenceSet([
      [1, 4],
      [7, 7],
    ]),
  ).toBe('1:4,7')
  const many = fromUids(Array.from({ length: 500 }, (_, i) => i * 2 + 1000))
  const pieces = splitByLength(many, 1000)
  expect(pieces.every(piece => toSequenceSet(piece).length <= 1000)).toBe(true)
  expect(pieces.flat()).toEqual(many)
})

it('sequence-sets are read in any order and direction; what is none is not guessed at', () => {
  expect(fromSequenceSet('9:7,1:4,5,12')).toEqual([
    [1, 5],
    [7, 9],
    [12, 12],
  ])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 0xffffffff }), { minLength: 1 }), uids => {
      const ranges = fromUids(uids)
      expect(fromSequenceSet(toSequenceSet(ranges))).toEqual(ranges)
    }),
  )
  for (const wrong of ['', '*', '1:*', '0', '1,', '1:2:3', '4294967296', '-1', '1e3', ' 1']) expect(fromSequenceSet(wrong), wrong).toBeNull()
})
