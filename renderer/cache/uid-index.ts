/**
 * UID -> slot of one folder: an open-addressing table of 32-bit numbers, about 16 bytes a message where a Map takes 50.
 * UIDs are from 1, so 0 marks an empty cell; a removed cell keeps its UID with slot `removed` and is dropped when the table grows.
 */
const removed = 0xffffffff

export class UidIndex {
  #keys: Uint32Array
  #slots: Uint32Array
  #used = 0
  #size = 0

  constructor(expected = 16) {
    let capacity = 16
    while (capacity < expected * 2) capacity *= 2
    this.#keys = new Uint32Array(capacity)
    this.#slots = new Uint32Array(capacity)
  }

  get size(): number {
    return this.#size
  }

  get(uid: number): number | undefined {
    const cell = this.#cell(uid)
    return this.#keys[cell] === uid && this.#slots[cell] !== removed ? this.#slots[cell] : undefined
  }

  set(uid: number, slot: number): void {
    const cell = this.#cell(uid)
    if (this.#keys[cell] === 0) {
      if ((this.#used + 1) * 2 > this.#keys.length) {
        this.#grow()
        this.set(uid, slot)
        return
      }
      this.#used++
    }
    if (this.#keys[cell] === 0 || this.#slots[cell] === removed) this.#size++
    this.#keys[cell] = uid
    this.#slots[cell] = slot
  }

  delete(uid: number): void {
    const cell = this.#cell(uid)
    if (this.#keys[cell] !== uid || this.#slots[cell] === removed) return
    this.#slots[cell] = removed
    this.#size--
  }

  *entries(): Generator<[uid: number, slot: number]> {
    for (let cell = 0; cell < this.#keys.length; cell++)
      if (this.#keys[cell] !== 0 && this.#slots[cell] !== removed) yield [this.#keys[cell]!, this.#slots[cell]!]
  }

  #cell(uid: number): number {
    const mask = this.#keys.length - 1
    let cell = (Math.imul(uid, 0x9e3779b1) >>> 0) & mask
    while (this.#keys[cell] !== 0 && this.#keys[cell] !== uid) cell = (cell + 1) & mask
    return cell
  }

  #grow(): void {
    const larger = new UidIndex(this.#size * 2 + 8)
    for (const [uid, slot] of this.entries()) larger.set(uid, slot)
    this.#keys = larger.#keys
    this.#slots = larger.#slots
    this.#used = larger.#used
  }
}
