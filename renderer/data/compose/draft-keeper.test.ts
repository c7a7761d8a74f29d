import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Draft } from '../../../shared/model/outgoing.ts'
import { DraftKeeper, saveAfterMs, type Saving } from './draft-keeper.ts'

const blank: Draft = {
  id: 'message-0001',
  account: 'abcd',
  to: [],
  cc: [],
  bcc: [],
  subject: '',
  format: 'plain',
  html: '',
  text: '',
  answers: null,
  attachments: [],
  revision: 0,
}

function begin(save: (draft: Draft) => Promise<unknown> = () => Promise.resolve()) {
  const saved: Draft[] = []
  const told: Saving[] = []
  let text = ''
  const keeper = new DraftKeeper(
    {
      read: () => ({ ...blank, text }),
      save: async draft => {
        await save(draft)
        saved.push(draft)
      },
      told: saving => told.push(saving),
      now: () => Date.now(),
    },
    0,
    false,
  )
  const type = (more: string): void => {
    text += more
    keeper.touch()
  }
  return { keeper, saved, told, type }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('typing on and on is saved every time the interval is over, not only at its end', async () => {
  const { saved, type } = begin()
  for (let i = 0; i < 40; i++) {
    type('x')
    await vi.advanceTimersByTimeAsync(100)
  }
  expect(saved.length).toBeGreaterThanOrEqual(4)
  await vi.advanceTimersByTimeAsync(saveAfterMs)
  expect(saved.at(-1)!.text).toBe('x'.repeat(40))
  expect(saved.map(({ revision }) => revision)).toEqual(saved.map((_, i) => i + 1))
})

test('one save at a time; what is typed meanwhile follows', async () => {
  let release = (): void => undefined
  let running = 0
  const { saved, type, told } = begin(async () => {
    expect(++running).toBe(1)
    await new Promise<void>(resolve => (release = resolve))
    running--
  })
  type('a')
  await vi.advanceTimersByTimeAsync(saveAfterMs)
  type('b')
  await vi.advanceTimersByTimeAsync(5000)
  expect(saved).toHaveLength(0)
  release()
  await vi.advanceTimersByTimeAsync(saveAfterMs)
  release()
  await vi.advanceTimersByTimeAsync(0)
  expect(saved.map(({ text }) => text)).toEqual(['a', 'ab'])
  expect(told.at(-1)).toMatchObject({ state: 'saved' })
})

test('a save that fails is told, tried again, and loses nothing', async () => {
  let broken = true
  const { saved, type, told, keeper } = begin(() => (broken ? Promise.reject(new Error('the disk is full')) : Promise.resolve()))
  type('a')
  await vi.advanceTimersByTimeAsync(saveAfterMs)
  expect(told.at(-1)).toEqual({ state: 'failed', message: 'the disk is full' })
  type('b')
  expect(told.at(-1)).toMatchObject({ state: 'failed' })
  expect(await keeper.flush()).toBe(false)
  broken = false
  await vi.advanceTimersByTimeAsync(10_000)
  expect(saved.map(({ text }) => text)).toEqual(['ab'])
  expect(told.at(-1)).toMatchObject({ state: 'saved' })
})

test('flushing saves at once and waits', async () => {
  const { saved, type, keeper } = begin()
  type('a')
  expect(await keeper.flush()).toBe(true)
  expect(saved).toHaveLength(1)
  expect(await keeper.flush()).toBe(true)
  expect(saved).toHaveLength(1)
})

test('what was never touched is not saved, unless it is asked for', async () => {
  const { saved, keeper } = begin()
  await vi.advanceTimersByTimeAsync(10_000)
  expect(await keeper.flush()).toBe(true)
  expect(saved).toHaveLength(0)
  expect(await keeper.keep()).toBe(true)
  expect(saved).toHaveLength(1)
})

test('nothing is saved after the stop', async () => {
  const { saved, type, keeper } = begin()
  type('a')
  await keeper.stop()
  type('b')
  await vi.advanceTimersByTimeAsync(10_000)
  expect(saved).toHaveLength(0)
})
