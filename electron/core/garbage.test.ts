import { expect, it } from 'vitest'
import { collectOwnGarbage, createTidier } from './garbage.ts'

const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

it('asks once, after bulk work and when all is quiet', async () => {
  let asked = 0
  const tidier = createTidier({ collect: () => void asked++, quietMs: 60, worthwhile: 1000 })
  tidier.noted(999)
  await pause(100)
  expect(asked).toBe(0)
  for (let i = 0; i < 5; i++) {
    tidier.noted(2000)
    await pause(20)
    expect(asked).toBe(0)
  }
  await expect.poll(() => asked, { interval: 5 }).toBe(1)
  tidier.noted(500)
  await pause(100)
  expect(asked).toBe(1)
  tidier.noted(500)
  tidier.dispose()
  await pause(100)
  expect(asked).toBe(1)
})

it('collects what nobody holds any more', async () => {
  const litter = new WeakRef(new Array(1000).fill(0).map(() => ({})))
  await pause(0) // a WeakRef holds until the end of the job that made it
  collectOwnGarbage()
  expect(litter.deref()).toBeUndefined()
})
