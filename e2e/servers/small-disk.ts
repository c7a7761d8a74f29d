/** A disk of a few megabytes (tmpfs) that can be filled and freed. Only root of a Linux may mount one. */
import { execFileSync } from 'node:child_process'
import { closeSync, openSync, rmSync, writeSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Null where small disks can be made; else why not. */
export function whyNoSmallDisk(): string | null {
  if (process.platform !== 'linux') return 'a small disk is a tmpfs of Linux'
  if (process.getuid?.() !== 0) return 'only root may mount a small disk'
  return null
}

export class SmallDisk {
  private constructor(readonly folder: string) {}

  static async create(megabytes: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), 'pillarbox-disk-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=700`, 'tmpfs', folder])
    return new SmallDisk(folder)
  }

  /** Takes all the room there is, to the last byte. */
  fill(): void {
    const file = openSync(this.ballast, 'a')
    try {
      for (let size = 1 << 20; size >= 1; size = Math.floor(size / 2)) {
        try {
          while (writeSync(file, Buffer.alloc(size)) === size);
        } catch {
          // full for pieces of that size
        }
      }
    } finally {
      closeSync(file)
    }
  }

  free(): void {
    rmSync(this.ballast, { force: true })
  }

  async dispose(): Promise<void> {
    execFileSync('umount', ['-l', this.folder])
    await rm(this.folder, { recursive: true, force: true })
  }

  private get ballast(): string {
    return join(this.folder, 'ballast')
  }
}
