/**
 * Files that are either the old or the new version, whatever happens: written beside, fsynced, renamed, and the folder fsynced (law 1).
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rename, rm, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

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

/** Replaces `file`, which only this user can read. */
export async function writeAtomic(file: string, data: string | Uint8Array): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await replaceFile(file, `${file}.${randomUUID()}.new`, handle => handle.writeFile(data)) // two writers never share one
}

/** Replaces `file` by what is written into `beside`, a file of the same folder that is this writer's alone. */
export async function replaceFile(file: string, beside: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  try {
    const handle = await open(beside, 'w', 0o600)
    try {
      await write(handle)
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

/** Runs what it is given one after the other: a file that is read, changed and written must not be changed twice at once. */
export function createSerialQueue(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const next = last.then(work)
    last = next.catch(() => undefined) // the caller hears of it
    return next
  }
}
