/**
 * An append-only file of versioned JSON records (records.ts), each on a line behind its checksum. `append` resolves when the record is on the disk (fsync); records
 * appended meanwhile share one fsync. `compact` replaces the file by the records that still matter, atomically.
 *
 * Opening reads the file as a stream. A torn last line (the program died while writing) is cut off. A line that is damaged, that a newer program wrote, or that is no
 * record goes to `<file>.set-aside` (appended, fsynced) before it leaves the file; in its place stands what the journal's format says of it (`unread`), so that whatever it was about
 * is not taken for untouched, now or at any later start.
 */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { MailError } from '../../../shared/errors.ts'
import { isMissing, replaceFile, syncFolder } from './atomic-file.ts'
import { readText, toRecord, type Accounts, type Format } from './records.ts'

export interface Journal<R> {
  /** What the file held when it was opened. */
  readonly records: readonly R[]
  /** Lines that could not be read and were set aside at this start; 0 on a healthy disk. */
  readonly damaged: number
  /** So much was appended since the last compaction that another is worth its while. */
  readonly isLong: boolean
  /** Resolves when the record is durable. */
  append(record: R): Promise<void>
  /** Replaces all records. Appends made meanwhile follow. */
  compact(records: R[]): Promise<void>
  close(): Promise<void>
}

export interface JournalFormat<S extends z.ZodType> extends Format<S> {
  /** What stands for a record that cannot be read. `id`: what it was about, where that can be told. */
  unread(id: string | null): z.output<S>
}

/** Above what any record has: an outcome of version 2, which lists UIDs, is a tenth of it for a million messages. */
const longestLine = 256 * 2 ** 20
/** Compacting reads and writes all that matters: below this it is not worth it. */
const shortBytes = 2 ** 20
const longTimes = 4
/** Written at once when a file is replaced. */
const chunkBytes = 2 ** 20
const newline = 10

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}

type Line = { kind: 'line'; bytes: Buffer } | { kind: 'part'; bytes: Buffer; isLast: boolean } | { kind: 'torn' }

/** The lines of a file, without their ends; one longer than the bound comes in parts. */
async function* readLines(file: string, bound: number): AsyncGenerator<Line> {
  let pieces: Buffer[] = []
  let length = 0
  let isLong = false
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 2 ** 18 })) {
      let rest = chunk as Buffer
      while (rest.length > 0) {
        const end = rest.indexOf(newline)
        const piece = end < 0 ? rest : rest.subarray(0, end)
        rest = end < 0 ? rest.subarray(rest.length) : rest.subarray(end + 1)
        length += piece.length
        pieces.push(piece)
        if (length > bound && !isLong) isLong = true
        if (isLong) yield { kind: 'part', bytes: Buffer.concat(pieces.splice(0)), isLast: end >= 0 }
        else if (end >= 0) yield { kind: 'line', bytes: Buffer.concat(pieces) }
        if (end < 0) continue
        pieces = []
        length = 0
        isLong = false
      }
    }
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  if (length > 0) yield { kind: 'torn' }
}

/** Also from a line that is damaged elsewhere. In ours the first `id` is that of what the record is about. */
function idIn(text: string): string | null {
  return /"id":"([0-9A-Za-z-]{8,64})"/.exec(text)?.[1] ?? null
}

interface Found<R> {
  records: R[]
  damaged: number
  /** Bytes up to the last whole line. */
  whole: number
  isTorn: boolean
  /** The lines that were set aside are on the disk there. */
  isSetAside: boolean
}

async function readAll<S extends z.ZodType>(file: string, format: JournalFormat<S>, aside: SetAside, bound: number): Promise<Found<z.output<S>>> {
  const found: Found<z.output<S>> = { records: [], damaged: 0, whole: 0, isTorn: false, isSetAside: true }
  const accounts: Accounts = new Map()
  let longId: string | null = null
  let isInLong = false
  for await (const line of readLines(file, bound)) {
    if (line.kind === 'torn') {
      found.isTorn = true
      break
    }
    if (line.kind === 'part') {
      if (!isInLong) longId = idIn(line.bytes.toString('latin1'))
      isInLong = !line.isLast
      await aside.add(line.bytes, line.isLast)
      found.whole += line.bytes.length + (line.isLast ? 1 : 0)
      if (!line.isLast) continue
      found.damaged++
      found.records.push(format.unread(longId))
      continue
    }
    found.whole += line.bytes.length + 1
    if (line.bytes.length === 0) continue
    const text = line.bytes.toString('utf8')
    const json = text.slice(17)
    const isWhole = text[16] === ' ' && checksum(json) === text.slice(0, 16)
    const reading = isWhole ? readText(format, json, accounts) : null
    if (reading?.kind === 'read') {
      found.records.push(reading.value)
      continue
    }
    await aside.add(line.bytes, true)
    found.damaged++
    found.records.push(format.unread(idIn(json)))
  }
  return found
}

/** The file beside a journal that takes what could not be read. Where it cannot be written, the journal keeps its lines. */
class SetAside {
  #handle: FileHandle | null = null
  failed: unknown = null

  constructor(private readonly file: string) {}

  async add(bytes: Buffer, isLast: boolean): Promise<void> {
    if (this.failed) return
    try {
      this.#handle ??= await open(this.file, 'a', 0o600)
      await this.#handle.appendFile(isLast ? Buffer.concat([bytes, Buffer.of(newline)]) : bytes)
    } catch (error) {
      this.failed = error
    }
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = null
    if (!handle) return
    try {
      await handle.sync()
      await syncFolder(dirname(this.file))
    } catch (error) {
      this.failed ??= error
    } finally {
      await handle.close()
    }
  }
}

export interface JournalOptions {
  /** Less than usual in tests, bytes. */
  longestLine?: number
  shortBytes?: number
}

export async function openJournal<S extends z.ZodType>(
  file: string,
  format: JournalFormat<S>,
  options: JournalOptions = {},
): Promise<Journal<z.output<S>>> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const bound = options.longestLine ?? longestLine
  const toLine = (record: z.output<S>): string => {
    const json = JSON.stringify(toRecord(format, record))
    if (json.length > bound - 17) throw new MailError('limit', 'journal.recordTooLong', { file: format.name })
    return `${checksum(json)} ${json}\n`
  }
  const aside = new SetAside(`${file}.set-aside`)
  const found = await readAll(file, format, aside, bound)
  await aside.close()
  if (found.damaged > 0 && aside.failed === null) {
    try {
      await replace(file, found.records, toLine)
      found.isTorn = false
    } catch (error) {
      aside.failed = error // a full disk: the next start does it again
    }
  }
  const handle = await openForAppend(file)
  if (found.isTorn) await handle.truncate(found.whole) // takes no room
  const { size } = await handle.stat()
  const { records, damaged } = found
  const mustSetAside = damaged > 0 && aside.failed !== null
  return new FileJournal({ file, records, damaged, handle, size, toLine, mustSetAside, shortBytes: options.shortBytes ?? shortBytes })
}

async function openForAppend(file: string): Promise<FileHandle> {
  const handle = await open(file, 'a', 0o600)
  await syncFolder(dirname(file))
  return handle
}

/** Without all lines being in memory at once. A journal has one writer. */
async function replace<R>(file: string, records: readonly R[], toLine: (record: R) => string): Promise<void> {
  await replaceFile(file, `${file}.new`, async handle => {
    let text = ''
    for (const record of records) {
      text += toLine(record)
      if (text.length < chunkBytes) continue
      await handle.appendFile(text)
      text = ''
    }
    await handle.appendFile(text)
  })
}

interface Pending {
  line: string
  resolve(): void
  reject(error: unknown): void
}

interface FileJournalOptions<R> {
  file: string
  records: readonly R[]
  damaged: number
  handle: FileHandle
  size: number
  toLine(record: R): string
  /** What could not be read is still in the file only: it must not be replaced. */
  mustSetAside: boolean
  shortBytes: number
}

class FileJournal<R> implements Journal<R> {
  readonly records: readonly R[]
  readonly damaged: number
  readonly #options: FileJournalOptions<R>
  #handle: FileHandle
  /** Lines that will share the next fsync; null: the next append begins a new batch. */
  #open: Pending[] | null = null
  #work: Promise<void> = Promise.resolve()
  /** Bytes of whole records. */
  #size: number
  /** Bytes after the last compaction; 0 before the first of this run. */
  #needed = 0
  /** A write failed and what it left could not be cut off: the next begins on a line of its own. */
  #torn = false

  constructor(options: FileJournalOptions<R>) {
    this.#options = options
    this.#size = options.size
    this.records = options.records
    this.damaged = options.damaged
    this.#handle = options.handle
  }

  get isLong(): boolean {
    const { mustSetAside, shortBytes } = this.#options
    return !mustSetAside && this.#size > shortBytes && this.#size > this.#needed * longTimes
  }

  append(record: R): Promise<void> {
    return new Promise((resolve, reject) => {
      const pending = { line: this.#options.toLine(record), resolve, reject }
      if (!this.#open) {
        const batch: Pending[] = (this.#open = [])
        this.#work = this.#work.then(() => this.#write(batch))
      }
      this.#open.push(pending)
    })
  }

  compact(records: R[]): Promise<void> {
    if (this.#options.mustSetAside) return Promise.reject(new MailError('full', 'journal.notSetAside'))
    this.#open = null // what is appended from now on is written after the compaction
    const done = this.#work.then(async () => {
      await this.#handle.close()
      try {
        await replace(this.#options.file, records, this.#options.toLine)
        this.#torn = false
      } finally {
        this.#handle = await openForAppend(this.#options.file)
        this.#size = (await this.#handle.stat()).size
        this.#needed = this.#size // also where it failed, so that it is not tried at every step
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
