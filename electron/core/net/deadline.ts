/** A deadline that moves on while something comes: a slow line is no silence. */

export interface Limits {
  /** So long may nothing come. */
  silenceMs: number
  /** So long may it take, however much comes. */
  longestMs: number
}

export interface Deadline {
  /** Rejects when the deadline has passed. */
  passed: Promise<never>
  /** There is nothing more to wait for. */
  end(): void
}

/** Silence is looked for so many times before it is long enough. */
const looks = 6

/** `received` answers how many bytes have come so far. */
export function startDeadline({ silenceMs, longestMs }: Limits, received: () => number, errors: { silent: Error; endless: Error }): Deadline {
  let heard = received()
  let quiet = 0
  const timers: NodeJS.Timeout[] = []
  const passed = new Promise<never>((_, reject) => {
    function look(): void {
      const now = received()
      quiet = now === heard ? quiet + 1 : 0
      heard = now
      if (quiet >= looks) reject(errors.silent)
    }
    timers.push(
      setInterval(look, silenceMs / looks),
      setTimeout(() => reject(errors.endless), longestMs),
    )
  })
  return {
    passed,
    end: () => timers.forEach(clearTimeout),
  }
}
