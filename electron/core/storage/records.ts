/**
 * Records that outlive a run of the program: each says by `v` which version of its format it is in. What an older version wrote is upgraded step by step; what a newer
 * one wrote, or what is damaged, is told apart and never guessed at: who reads it sets it aside, says so, and goes on.
 *
 * Version 1 is that of Pillarbox 0.1.0, which wrote no `v` (some of its files said `format`, which is left out).
 */
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { MailError } from '../../../shared/errors.ts'
import { parse } from '../../../shared/rpc.ts'
import { isMissing, writeAtomic } from './atomic-file.ts'

export interface Format<S extends z.ZodType = z.ZodType> {
  /** As messages name it. */
  name: string
  /** That is written now. */
  version: number
  /** Of the version that is written now, without `v`. */
  schema: S
  /** From the version that is the key to the next. Each takes whatever it is given, and throws or answers nonsense where that is nonsense: the schema judges. */
  upgrades: Record<number, (old: unknown, accounts: Accounts) => unknown>
}

/** The account of each operation or message whose first record was read, by id: a later record of an old version names it by id alone. */
export type Accounts = Map<string, string>

export type Reading<T> = { kind: 'read'; value: T } | { kind: 'newer'; version: number } | { kind: 'broken'; reason: string }

const Version = z.int().min(1)

/** Absent: 1. Null where it is none. */
export function versionOf(raw: unknown): number | null {
  if (!isObject(raw)) return null
  if (raw.v === undefined) return 1
  const version = Version.safeParse(raw.v)
  return version.success ? version.data : null
}

export function isObject(raw: unknown): raw is Record<string, unknown> {
  return typeof raw === 'object' && raw !== null && !Array.isArray(raw)
}

/** Reads one record as it was parsed from JSON. */
export function readRecord<S extends z.ZodType>(format: Format<S>, raw: unknown, accounts: Accounts = new Map()): Reading<z.output<S>> {
  const version = versionOf(raw)
  if (version === null) return { kind: 'broken', reason: `${format.name}: no-record` }
  if (version > format.version) return { kind: 'newer', version }
  try {
    let value = raw
    for (let from = version; from < format.version; from++) value = format.upgrades[from]!(value, accounts)
    return { kind: 'read', value: parse(format.schema, value, format.name) }
  } catch (error) {
    return { kind: 'broken', reason: reasonOf(error) }
  }
}

/** For the log: which field of it is wrong. */
function reasonOf(error: unknown): string {
  if (error instanceof MailError) return `${error.params.where}: ${error.params.field}: ${error.params.problem}`
  return error instanceof Error ? error.message : String(error)
}

export function readText<S extends z.ZodType>(format: Format<S>, text: string, accounts?: Accounts): Reading<z.output<S>> {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch {
    return { kind: 'broken', reason: `${format.name}: not-json` } // the parser's message would quote what is in it
  }
  return readRecord(format, raw, accounts)
}

/** The record as it is written. */
export function toRecord<S extends z.ZodType>(format: Format<S>, value: z.output<S>): Record<string, unknown> {
  return { ...(value as Record<string, unknown>), v: format.version }
}

/** Null where there is no such file. */
export async function readTextFile(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

export interface RecordFile<T> {
  /** Null where there is no file, or none that can be read (`problem`). */
  readonly value: T | null
  readonly problem: 'newer' | 'broken' | null
  /** Replaces the file. One that could not be read is copied first, to a name that no other copy has. */
  write(value: T): Promise<void>
}

/** A file that is one record. One that cannot be read is left as it is until something else must be written. */
export async function openRecordFile<S extends z.ZodType>(format: Format<S>, file: string): Promise<RecordFile<z.output<S>>> {
  const text = await readTextFile(file)
  const reading = text === null ? null : readText(format, text)
  const problem = reading === null || reading.kind === 'read' ? null : reading.kind
  let unread = problem === null ? null : text
  return {
    value: reading?.kind === 'read' ? reading.value : null,
    problem,
    async write(value) {
      if (unread !== null) await writeAtomic(`${file}.set-aside-${Date.now()}`, unread)
      unread = null
      await writeAtomic(file, `${JSON.stringify(toRecord(format, value), null, 2)}\n`)
    },
  }
}
