/**
 * Reads and writes slots of a folder through the blocks that hold them, inside one transaction: a block is read once, changed in memory, and written once
 * by `flush`. Arrays grow with their block; a stored array is exactly as long as its block is full.
 */
import type { Table } from 'dexie'
import { blockSlots } from '../../shared/batch.ts'
import type { FolderId } from '../../shared/model/folder.ts'
import type { Database } from './schema.ts'
import type { ColumnsRecord, MarksRecord } from '../../shared/model/cache-records.ts'

type Arrays = Uint8Array | Uint16Array | Uint32Array | Float64Array

/** `fresh`: the folder is written anew, what is stored is not read. */
interface Options {
  fresh: boolean
}

/** A copy of `array` with at least `length` entries. */
export function grown<T extends Arrays>(array: T, length: number): T {
  if (array.length >= length) return array
  const larger = new (array.constructor as new (length: number) => T)(length)
  larger.set(array)
  return larger
}

class Blocks<R extends { folder: FolderId; n: number }> {
  readonly #table: Table<R, [FolderId, number]>
  readonly #folder: FolderId
  readonly #empty: (n: number) => R
  readonly #fresh: boolean
  readonly #read = new Map<number, R>()
  readonly #dirty = new Set<number>()

  constructor(table: Table<R, [FolderId, number]>, folder: FolderId, fresh: boolean, empty: (n: number) => R) {
    this.#table = table
    this.#folder = folder
    this.#fresh = fresh
    this.#empty = empty
  }

  /** Reads the blocks of these slots. One request, and none per slot: a transaction ends when many promises of ours are awaited without a request. */
  async load(slots: Iterable<number>): Promise<void> {
    const missing = new Set<number>()
    for (const slot of slots) {
      const n = Math.floor(slot / blockSlots)
      if (!this.#read.has(n)) missing.add(n)
    }
    if (missing.size === 0) return
    const numbers = [...missing]
    const stored = this.#fresh ? [] : await this.#table.bulkGet(numbers.map(n => [this.#folder, n] as [FolderId, number]))
    numbers.forEach((n, i) => this.#read.set(n, stored[i] ?? this.#empty(n)))
  }

  /** All blocks of a folder with that many slots. */
  loadAll(slots: number): Promise<void> {
    return this.load(Array.from({ length: Math.ceil(slots / blockSlots) }, (_, n) => n * blockSlots))
  }

  /** The block that holds `slot`, which must be loaded; call `touch` before changing it. */
  at(slot: number): R {
    const block = this.#read.get(Math.floor(slot / blockSlots))
    if (!block) throw new Error(`the block of slot ${slot} is not loaded`)
    return block
  }

  touch(block: R): void {
    this.#dirty.add(block.n)
  }

  async flush(): Promise<void> {
    await this.#table.bulkPut([...this.#dirty].map(n => this.#read.get(n)!))
    this.#dirty.clear()
  }
}

export function columnBlocks(database: Database, folder: FolderId, { fresh }: Options = { fresh: false }): Blocks<ColumnsRecord> {
  return new Blocks(database.columns, folder, fresh, n => ({
    folder,
    n,
    format: 1,
    uid: new Uint32Array(0),
    id: new Uint32Array(0),
    date: new Uint32Array(0),
    size: new Uint32Array(0),
    hash: new Float64Array(0),
  }))
}

export function markBlocks(database: Database, folder: FolderId, { fresh }: Options = { fresh: false }): Blocks<MarksRecord> {
  return new Blocks(database.marks, folder, fresh, n => ({
    folder,
    n,
    format: 2,
    flags: new Uint16Array(0),
    keywords: {},
    state: new Uint8Array(0),
    thread: new Float64Array(0),
    modseq: new Float64Array(0),
  }))
}

/** Makes room in a columns block for `length` slots. */
export function growColumns(block: ColumnsRecord, length: number): void {
  block.uid = grown(block.uid, length)
  block.id = grown(block.id, length)
  block.date = grown(block.date, length)
  block.size = grown(block.size, length)
  block.hash = grown(block.hash, length)
}

/** Makes room in a marks block for `length` slots. */
export function growMarks(block: MarksRecord, length: number): void {
  block.flags = grown(block.flags, length)
  block.state = grown(block.state, length)
  block.thread = grown(block.thread, length)
  block.modseq = grown(block.modseq, length)
}
export type ColumnBlocks = Blocks<ColumnsRecord>
export type MarkBlocks = Blocks<MarksRecord>
