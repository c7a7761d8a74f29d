/**
 * An append-only file of JSON records, each on a line behind its checksum. `append` resolves when the record is on the disk (fsync); records appended
 * meanwhile share one fsync.
 *
 * Opening: a torn last line (the program died while writing) is cut off; a damaged line in the middle is reported and a copy of the file is kept beside it;
 * the records that are whole are used. `compact` replaces the file by the records that still matter, atomically.
 */
import { createHash } from 'node:crypto'
import { copyFile, mkdir, open, readFile, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isMissing, syncFolder, writeAtomic } from './atomic-file.ts'

export interface Journal<R> {
  /** What the file held when it was opened. */
  readonly records: readonly R[]
  /** Lines in the middle that could not be read; 0 on a healthy disk. */
  readonly damaged: number
  /** Resolves when the record is durable. */
  append(record: R): Promise<void>
  /** Replaces all records. Appends made meanwhile follow. */
  compact(records: R[]): Promise<void>
  close(): Promise<void>
}

function toLine(record: unknown): string {
  const json = JSON.stringify(record)
  return `${checksum(json)} ${json}\n`
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

function readLine<R>(line: string, parse: (value: unknown) => R): R | undefined {
  const json = line.slice(17)
  if (line[16] !== ' ' || checksum(json) !== line.slice(0, 16)) return undefined
  return parse(JSON.parse(json))
}

/** `parse` checks one record and throws on a record it does not know. */
export async function openJournal<R>(file: string, parse: (value: unknown) => R): Promise<Journal<R>> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  let text = ''
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  const whole = text.slice(0, text.lastIndexOf('\n') + 1)
  const lines = whole.split('\n').filter(line => line !== '')
  const read = lines.map(line => readLine(line, parse))
  const records = read.filter(record => record !== undefined)
  const damaged = read.length - records.length
  if (damaged > 0) await copyFile(file, `${file}.damaged-${Date.now()}`)
  if (damaged > 0 || whole.length !== text.length) await writeAtomic(file, records.map(toLine).join(''))
  const handle = await openForAppend(file)
  return new FileJournal(file, records, damaged, handle, (await handle.stat()).size)
}

async function openForAppend(file: string): Promise<FileHandle> {
  const handle = await open(file, 'a', 0o600)
  await syncFolder(dirname(file))
  return handle
}

interface Pending {
  line: string
  resolve(): void
  reject(error: unknown): void
}

class FileJournal<R> implements Journal<R> {
  readonly records: readonly R[]
  readonly damaged: number
  readonly #file: string
  #handle: FileHandle
  /** Lines that will share the next fsync; null: the next append begins a new batch. */
  #open: Pending[] | null = null
  #work: Promise<void> = Promise.resolve()
  /** Bytes of whole records. */
  #size: number
  /** A write failed and what it left could not be cut off: the next begins on a line of its own. */
  #torn = false

  constructor(file: string, records: readonly R[], damaged: number, handle: FileHandle, size: number) {
    this.#file = file
    this.#size = size
    this.records = records
    this.damaged = damaged
    this.#handle = handle
  }

  append(record: R): Promise<void> {
    return new Promise((resolve, reject) => {
      if (!this.#open) {
        const batch: Pending[] = (this.#open = [])
        this.#work = this.#work.then(() => this.#write(batch))
      }
      this.#open.push({ line: toLine(record), resolve, reject })
    })
  }

  compact(records: R[]): Promise<void> {
    this.#open = null // what is appended from now on is written after the compaction
    const done = this.#work.then(async () => {
      await this.#handle.close()
      try {
        await writeAtomic(this.#file, records.map(toLine).join(''))
      } finally {
        this.#handle = await openForAppend(this.#file)
        this.#size = (await this.#handle.stat()).size
      }
    })
    this.#work = done.catch(() => undefined) // the caller hears of it; later appends go on with the old file
    return done
  }

  async close(): Promise<void> {
    await this.#work
    await this.#handle.close()
  }

  async #write(batch: Pending[]): Promise<void> {
    if (this.#open === batch) this.#open = null
    try {
      const text = Buffer.from(`${this.#torn ? '\n' : ''}${batch.map(({ line }) => line).join('')}`)
      await this.#handle.appendFile(text)
      await this.#handle.datasync()
      this.#size = this.#torn ? (await this.#handle.stat()).size : this.#size + text.length
      this.#torn = false
      for (const { resolve } of batch) resolve()
    } catch (error) {
      await this.#cutOff()
      for (const { reject } of batch) reject(error)
    }
  }

  /** What was refused must not be found at the next start: some of a failed write may have come to the disk, whole records of it too. */
  async #cutOff(): Promise<void> {
    try {
      await this.#handle.truncate(this.#size)
    } catch {
      this.#torn = true // the one who appended hears of the write that failed
    }
  }
}
