/** Saves what a message carries under a name that is safe on every system, and never over a file that is there. */
import { randomUUID } from 'node:crypto'
import { open, rename, unlink, link, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { cleanName, splitName } from '../../../shared/file-name.ts'
import type { Part } from '../../../shared/model.ts'
import { isMissing, syncFolder } from '../vault/atomic-file.ts'

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
  const handle = await open(beside, 'wx', 0o600)
  try {
    try {
      await produce(async chunk => void (await handle.writeFile(chunk)))
      await handle.sync()
    } finally {
      await handle.close()
    }
    const path = await place(beside, folder, cleanName(part))
    if (platform === 'win32') await markForeign(path)
    await syncFolder(folder)
    return path
  } catch (error) {
    await unlink(beside).catch((reason: unknown) => {
      if (!isMissing(reason)) throw reason
    })
    throw error
  }
}

async function place(beside: string, folder: string, name: string): Promise<string> {
  const { stem, ending } = splitName(name)
  for (let n = 1; ; n++) {
    const path = join(folder, n === 1 ? name : `${stem} (${n})${ending}`)
    try {
      await link(beside, path) // fails where the name is taken, also when two save at once
      await unlink(beside)
      return path
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : ''
      if (code === 'EEXIST') continue
      if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'EOPNOTSUPP') throw error
      await rename(beside, path) // a file system without links
      return path
    }
  }
}
