/** Lets a program die at any step: every call that crosses a border is two steps, one before it takes effect and one before its answer is seen. */

export class Died extends Error {}

export class Steps {
  count = 0
  #dead = false
  readonly #dieAt: number

  constructor(dieAt = Infinity) {
    this.#dieAt = dieAt
  }

  get dead(): boolean {
    return this.#dead
  }

  /** Throws once the program has died, for ever after. */
  tick(): void {
    if (++this.count === this.#dieAt) this.#dead = true
    if (this.#dead) throw new Died(`died at step ${this.#dieAt}`)
  }

  /** The same object, each of whose methods is two steps. */
  through<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (object, key, receiver) => {
        const value: unknown = Reflect.get(object, key, receiver)
        if (typeof value !== 'function') return value
        return async (...args: unknown[]) => {
          this.tick()
          const result: unknown = await (value as (...args: unknown[]) => unknown).apply(object, args)
          this.tick()
          return result
        }
      },
    })
  }
}
