import { expect, it } from 'vitest'
import { collectOwnGarbage, createGarbageCollector } from './garbage.ts'

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

it('asks once, after bulk work and when all is quiet', async () => {
  let asked = 0
  const garbage = createGarbageCollector({ collect: () => void asked++, quietMs: 60, worthwhile: 1000 })
  garbage.noted(999)
  await pause(100)
  expect(asked).toBe(0)
  for (let i = 0; i < 5; i++) {
    garbage.noted(2000)
    await pause(20)
    expect(asked).toBe(0)
  }
  await expect.poll(() => asked, { interval: 5 }).toBe(1)
  garbage.noted(500)
  await pause(100)
  expect(asked).toBe(1)
  garbage.noted(500)
  garbage.dispose()
  await pause(100)
  expect(asked).toBe(1)
})

it('collects what nobody holds any more', async () => {
  const litter = new WeakRef(new Array(1000).fill(0).map(() => ({})))
  await pause(0) // a WeakRef holds until the end of the job that made it
  collectOwnGarbage()
  expect(litter.deref()).toBeUndefined()
})
