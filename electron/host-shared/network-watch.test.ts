import { expect, test } from 'vitest'
import { delayOfRetry } from './back-off.ts'
import { NetworkWatch } from './network-watch.ts'

test('a new address and a sleep are told, a quiet network is not', () => {
  let addresses = 'eth0 192.0.2.1'
  let now = 0
  let changes = 0
  const watch = new NetworkWatch(() => changes++, { addresses: () => addresses, now: () => now })
  const lookAfter = (ms: number) => {
    now += ms
    watch.look()
    return changes
  }
  expect(lookAfter(5_000)).toBe(0)
  addresses = 'wlan0 198.51.100.7'
  expect(lookAfter(5_000)).toBe(1)
  expect(lookAfter(5_100)).toBe(1)
  expect(lookAfter(3_600_000)).toBe(2)
  expect(lookAfter(5_000)).toBe(2)
  expect(lookAfter(-3_600_000)).toBe(3) // the clock was put back
  watch.dispose()
})

test('retries come later each time, up to 30 s', () => {
  expect([0, 1, 2, 7, 8, 1000].map(delayOfRetry)).toEqual([200, 400, 800, 25_600, 30_000, 30_000])
})
