/**
 * Files that are either the old or the new version, whatever happens: written beside, fsynced, renamed, and the folder fsynced (law 1).
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { z } from 'zod'
import { MailError } from '../../../shared/errors.ts'
import { parse } from '../../../shared/rpc.ts'

/** Makes a rename or a new file in `folder` durable. Windows has no such call and needs none. */
export async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Replaces `file`. `mode` 0o600: readable by this user only. */
export async function writeAtomic(file: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  const beside = `${file}.${randomUUID()}.new` // two writers never share one
  try {
    const handle = await open(beside, 'wx', 0o600)
    try {
      await handle.writeFile(data)
      await handle.sync()
    } finally {
      await handle.close()
    }
    await rename(beside, file)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
  await syncFolder(dirname(file))
}

export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

/** Reads and checks a JSON file; `fallback` where there is none. A damaged file is an error that names the field: it is never overwritten unread. */
export async function readJson<S extends z.ZodType>(file: string, schema: S, fallback: z.output<S>): Promise<z.output<S>> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (isMissing(error)) return fallback
    throw error
  }
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new MailError('invalid', `${file}: not JSON`, error instanceof Error ? error.message : undefined)
  }
  return parse(schema, value, file)
}

/** Runs what it is given one after the other: a file that is read, changed and written must not be changed twice at once. */
export function createSerialQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const next = last.then(work)
    last = next.catch(() => undefined) // the caller hears of it
    return next
  }
}
