import fc from 'fast-check'
import { expect, test } from 'vitest'
import { State } from '../../../shared/batch.ts'
import { Flag, flagsOf } from '../../../shared/model/flags.ts'
import type { PendingChange } from '../../../shared/operations.ts'
import {
  addSlots,
  changeMarks,
  createModel,
  dropChange,
  firstOlderThan,
  findUid,
  indexOf,
  keep,
  putChange,
  setFilter,
  shownFlags,
  type Filter,
  type ListModel,
  type SlotValues,
} from './list-model.ts'

interface Slot {
  id: number
  uid: number
  date: number
  flags: number
  state: number
}

function toValues(slots: Slot[]): SlotValues {
  return {
    uid: slots.map(slot => slot.uid),
    id: slots.map(slot => slot.id),
    date: slots.map(slot => slot.date),
    size: slots.map(() => 1),
    hash: slots.map(() => 1),
    flags: slots.map(slot => slot.flags),
    state: slots.map(slot => slot.state),
  }
}

function seen(model: ListModel): unknown {
  const { view, order } = model
  const rows = Array.from(view.array.subarray(0, view.length), slot => [slot, model.id[slot], shownFlags(model, slot)])
  return { rows, order: Array.from(order.array.subarray(0, order.length)), unread: model.unread }
}

function operationOn(id: string, messages: number[], add: number, remove: number, at = 1): PendingChange {
  return { id, kind: 'setFlags', account: 'alice', at, messages, add: flagsOf(add), remove: flagsOf(remove) }
}

const flags = fc.constantFrom(0, Flag.seen, Flag.flagged, Flag.seen | Flag.flagged)
const state = fc.constantFrom(0, 0, State.attachments, State.dead)
const fresh = fc.record({ date: fc.integer({ min: 1, max: 12 }), flags, state, uid: fc.integer({ min: 0, max: 9 }) })
const step = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), rows: fc.array(fresh, { maxLength: 30 }) }),
  fc.record({ kind: fc.constant('marks' as const), picks: fc.array(fc.tuple(fc.nat(), flags, state), { maxLength: 25 }) }),
  fc.record({
    kind: fc.constant('put' as const),
    id: fc.nat({ max: 3 }),
    picks: fc.array(fc.nat(), { maxLength: 25 }),
    at: fc.nat({ max: 9 }),
    add: fc.constantFrom(Flag.seen, Flag.flagged, 0),
  }),
  fc.record({ kind: fc.constant('drop' as const), id: fc.nat({ max: 3 }) }),
)

test('deltas applied one by one give the same as loading afresh', () => {
  const filters = fc.constantFrom<Filter>('all', 'unread', 'flagged', 'attachments')
  fc.assert(
    fc.property(fc.array(step, { maxLength: 12 }), filters, (steps, filter) => {
      const model = createModel()
      setFilter(model, filter)
      const slots: Slot[] = []
      const changes = new Map<string, PendingChange>()
      for (const [number, step] of steps.entries()) {
        if (step.kind === 'add') {
          const added = step.rows.map((row, i) => ({ ...row, id: slots.length + i + 1 }))
          slots.push(...added.map(slot => ({ ...slot })))
          addSlots(model, toValues(added))
        } else if (step.kind === 'marks' && slots.length > 0) {
          const picks = [...new Map(step.picks.map(([n, ...marks]) => [n % slots.length, marks])).entries()]
          for (const [slot, [bits, mark]] of picks) Object.assign(slots[slot]!, { flags: bits, state: mark })
          changeMarks(
            model,
            picks.map(([slot]) => slot),
            picks.map(([, marks]) => marks[0]),
            picks.map(([, marks]) => marks[1]),
          )
        } else if (step.kind === 'put' && slots.length > 0) {
          const messages = step.picks.map(n => (n % slots.length) + 1)
          const change = operationOn(`operation${step.id}`, messages, step.add, step.add === Flag.seen ? 0 : Flag.seen, step.at + number / 100)
          changes.set(change.id, change)
          putChange(model, change)
        } else if (step.kind === 'drop') {
          changes.delete(`operation${step.id}`)
          dropChange(model, `operation${step.id}`)
        }
      }
      const loaded = createModel()
      addSlots(loaded, toValues(slots))
      for (const change of changes.values()) putChange(loaded, change)
      setFilter(loaded, filter)
      expect(seen(model)).toEqual(seen(loaded))
    }),
    { numRuns: 300 },
  )
})

function ten(): ListModel {
  const model = createModel()
  addSlots(model, toValues(Array.from({ length: 10 }, (_, i) => ({ id: i + 1, uid: i + 1, date: 100 + i, flags: i % 2, state: 0 }))))
  return model
}

test('newest first, and a message is found by its id', () => {
  const model = ten()
  expect(model.id[model.view.array[0]!]).toBe(10)
  expect(indexOf(model, 10)).toBe(0)
  expect(indexOf(model, 1)).toBe(9)
  expect(indexOf(model, 99)).toBe(-1)
  expect(findUid(model, 4)).toEqual({ id: 4, index: 6 })
  expect(findUid(model, 99)).toBeNull()
  expect(firstOlderThan(model, 105)).toBe(5)
  expect(model.unread).toBe(5)
})

test('equal dates stand by UID, later first, whatever the order of arrival', () => {
  const model = createModel()
  const row = (id: number, uid: number): Slot => ({ id, uid, date: 5, flags: 0, state: 0 })
  addSlots(model, toValues([row(1, 251), row(2, 252)]))
  addSlots(model, toValues([row(3, 1), row(4, 2)]))
  expect([2, 1, 4, 3].map(id => indexOf(model, id))).toEqual([0, 1, 2, 3])
})

test('a row that was opened stays in the unread view until the filter is chosen again', () => {
  const model = ten()
  setFilter(model, 'unread')
  const id = model.id[model.view.array[1]!]!
  keep(model, id)
  putChange(model, operationOn('change-one', [id], Flag.seen, 0))
  expect(model.unread).toBe(4)
  expect(indexOf(model, id)).toBe(1)
  setFilter(model, 'unread')
  expect(indexOf(model, id)).toBe(-1)
})

test('a refused change leaves what the server has', () => {
  const model = ten()
  putChange(model, operationOn('change-one', [1, 2, 3], Flag.seen | Flag.flagged, 0))
  expect(model.unread).toBe(3)
  dropChange(model, 'change-one')
  expect(model.unread).toBe(5)
  expect(shownFlags(model, 0)).toBe(0)
})

test('100,000 rows load and take a delta quickly', () => {
  const model = createModel()
  const count = 100_000
  const slots = Array.from({ length: count }, (_, i) => ({ id: i + 1, uid: count - i, date: 1e9 - ((i * 7919) % count), flags: i & 1, state: 0 }))
  addSlots(model, toValues(slots))
  const started = performance.now()
  for (let i = 0; i < 100; i++) {
    addSlots(model, toValues([{ id: count + i + 1, uid: count + i + 1, date: 1e9 + i, flags: 0, state: 0 }]))
    changeMarks(model, [i], [Flag.seen], [0])
  }
  expect((performance.now() - started) / 100).toBeLessThan(10)
  expect(indexOf(model, count + 100)).toBe(0)
})
