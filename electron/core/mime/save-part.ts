/** Saves what a message carries under a name that is safe on every system, and never over a file that is there. */
import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { link, mkdir, open, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cleanName, splitName } from '../../../shared/model/file-name.ts'
import type { Part } from '../../../shared/model/message.ts'
import { syncFolder } from '../storage/atomic-file.ts'

/**
 * The mark of the web: Windows, and Office in its protected view, ask before they open what came from outside (zone 3). A file on a system without streams, such as
 * FAT, has none.
 */
async function markForeign(path: string): Promise<void> {
  await writeFile(`${path}:Zone.Identifier`, '[ZoneTransfer]\r\nZoneId=3\r\n').catch(() => undefined) // what is saved stays saved
}

/** Writes what `produce` gives beside its place, then gives it its name: a download that fails leaves nothing. Answers the path. */
export async function savePart(
  folder: string,
  part: Part,
  produce: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>,
  platform = process.platform,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const beside = join(folder, `.pillarbox-${randomUUID()}.part`)
  try {
    await writeNew(beside, write => produce(write))
    const path = await putFile(beside, folder, cleanName(part))
    if (platform === 'win32') await markForeign(path)
    return path
  } finally {
    await rm(beside, { force: true })
    await syncFolder(folder).catch(() => undefined) // some network drives cannot; the file itself is there and fsynced
  }
}

/** Makes a file that was not there (O_EXCL), whole and fsynced; fails with EEXIST where the name is taken. What fails on its way is taken away again. */
async function writeNew(path: string, produce: (write: (chunk: Uint8Array) => Promise<void>) => Promise<void>): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    try {
      await produce(async chunk => void (await handle.writeFile(chunk)))
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    await rm(path, { force: true })
    throw error
  }
}

function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EEXIST'
}

/** Gives the file the first free name. Nothing is ever renamed: a rename replaces what has the name, and whether it is free may change at any moment. */
async function putFile(beside: string, folder: string, name: string): Promise<string> {
  const { stem, ending } = splitName(name)
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${stem} (${n})${ending}`)
    try {
      await link(beside, path).catch(async (error: unknown) => {
        if (isTaken(error)) throw error
        // FAT, exFAT and many network drives have no links, and say so with a code of their own each
        await writeNew(path, async write => {
          for await (const chunk of createReadStream(beside) as AsyncIterable<Uint8Array>) await write(chunk)
        })
      })
      return path
    } catch (error) {
      if (!isTaken(error)) throw error
    }
  }
}
