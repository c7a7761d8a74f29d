const firstMs = 200
const longestMs = 30_000

/** How long to wait before retry number `count` (0 is the first), in ms: twice as long each time, 30 s at most. */
export function delayOfRetry(count: number): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(count, 20))
}
