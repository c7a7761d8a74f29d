/** Whether a disk has room. */
import { statfs } from 'node:fs/promises'

/** Chromium's database (LevelDB) writes a log of 4 MB, and then a table of it before the log goes. */
const leastBytes = 12 * 2 ** 20

/** True where the disk of `folder` has room for the cache to work, or does not tell. */
export async function hasRoom(folder: string): Promise<boolean> {
  try {
    const { bavail, bsize } = await statfs(folder)
    return bavail * bsize >= leastBytes
  } catch {
    return true // a file system that does not tell: the writes will
  }
}
