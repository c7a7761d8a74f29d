/**
 * Bulk work leaves garbage, and V8 collects it only when something else is allocated: 20,000 new rows left 240 MiB in the pages for as long as one looked. So
 * after bulk work, once all is quiet, collecting is asked for.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

export interface GarbageCollector {
  /** So many rows, or their equal in bodies, went through. */
  noted(rows: number): void
  dispose(): void
}

export interface GarbageOptions {
  collect(): void
  /** After the last that was noted. */
  quietMs?: number
  /** Fewer rows than these are not worth a pause. */
  worthwhile?: number
}

export function createGarbageCollector({ collect, quietMs = 3000, worthwhile = 1000 }: GarbageOptions): GarbageCollector {
  let rows = 0
  let timer: NodeJS.Timeout | undefined
  return {
    noted(more) {
      rows += more
      if (rows < worthwhile) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        rows = 0
        collect()
      }, quietMs).unref()
    },
    dispose: () => clearTimeout(timer),
  }
}

let collect: (() => void) | null = null

/** Collects the garbage of this thread: V8's own function, which a context has that begins while its flag is set (https://nodejs.org/api/v8.html: setFlagsFromString). */
export function collectOwnGarbage(): void {
  if (!collect) {
    setFlagsFromString('--expose-gc')
    collect = runInNewContext('gc') as () => void
    setFlagsFromString('--no-expose-gc')
  }
  collect()
}
