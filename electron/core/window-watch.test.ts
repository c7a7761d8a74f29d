import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { watchWindow } from './window-watch.ts'

let end = (): void => undefined
let clock = 0
const stopped = vi.fn(() => Promise.resolve())
beforeEach(() => {
  clock = 0
  stopped.mockClear()
})
afterEach(() => end())

/** Questions end as `answers` says: in so many ms, or with null not at all; the last one holds for the rest. Answers how many were asked until the clock says `untilMs`. */
async function run(answers: (number | null)[], untilMs: number): Promise<number> {
  let asked = 0
  await new Promise<void>(resolve => {
    end = watchWindow({
      ping(deadlineMs) {
        if (clock >= untilMs) {
          resolve()
          return new Promise(() => undefined)
        }
        const took = answers[Math.min(asked++, answers.length - 1)]!
        clock += took ?? deadlineMs
        return took !== null && took <= deadlineMs ? Promise.resolve() : Promise.reject(new Error('late'))
      },
      stopped,
      now: () => clock,
    })
  })
  return asked
}

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => {
    clock += ms
    return Promise.resolve()
  },
}))

it('leaves a window alone that answers', async () => {
  expect(await run([1], 60_000)).toBeGreaterThan(15)
  expect(stopped).not.toHaveBeenCalled()
})

it('takes a window as stopped after ten seconds without an answer', async () => {
  await run([1, null], 13_001)
  expect(stopped).toHaveBeenCalledTimes(1)
})

it('forgives one question', async () => {
  await run([1, null, 4999, null, 1], 100_000)
  expect(stopped).not.toHaveBeenCalled()
})

it('knows nothing of a window while this process was held', async () => {
  await run([60_000, null, 60_000, 600_000, null, 1], 2_000_000)
  expect(stopped).not.toHaveBeenCalled()
})
