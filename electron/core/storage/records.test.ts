import { expect, it } from 'vitest'
import { z } from 'zod'
import { readRecord, readText, toRecord, type Format } from './records.ts'

const format: Format<z.ZodObject<{ name: z.ZodString; size: z.ZodNumber }>> = {
  name: 'box',
  version: 3,
  schema: z.object({ name: z.string(), size: z.number() }),
  upgrades: {
    1: old => ({ ...(old as object), name: (old as { label: unknown }).label }),
    2: old => ({ ...(old as object), size: 7 }),
  },
}

it('reads what it wrote', () => {
  const written = toRecord(format, { name: 'a', size: 1 })
  expect(written).toEqual({ v: 3, name: 'a', size: 1 })
  expect(readRecord(format, written)).toEqual({ kind: 'read', value: { name: 'a', size: 1 } })
})

it('upgrades step by step; without a version it is the first', () => {
  expect(readRecord(format, { v: 2, name: 'b' })).toEqual({ kind: 'read', value: { name: 'b', size: 7 } })
  expect(readRecord(format, { label: 'c' })).toEqual({ kind: 'read', value: { name: 'c', size: 7 } })
  expect(readRecord(format, { format: 1, label: 'c' })).toEqual({ kind: 'read', value: { name: 'c', size: 7 } })
})

it('tells a newer record from a broken one, and never throws', () => {
  expect(readRecord(format, { v: 4, anything: true })).toEqual({ kind: 'newer', version: 4 })
  for (const raw of [null, 7, 'x', [], { v: 'x' }, { v: 0 }, { v: 1.5 }, { v: 3, name: 1 }, { v: 2 }])
    expect(readRecord(format, raw).kind).toBe('broken')
  expect(
    readRecord(
      {
        ...format,
        upgrades: {
          ...format.upgrades,
          1: () => {
            throw new Error('no')
          },
        },
      },
      {},
    ).kind,
  ).toBe('broken')
})

it('quotes nothing of a text that is no JSON', () => {
  expect(readText(format, '{"password":"secret"')).toEqual({ kind: 'broken', reason: 'box: not-json' })
})
