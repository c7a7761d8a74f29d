/** Where the window was when it was last closed. */
import { z } from 'zod'
import { writeAtomic } from '../core/storage/atomic-file.ts'
import { openRecordFile, toRecord, type Format } from '../core/storage/records.ts'

const Box = z.object({ x: z.int(), y: z.int(), width: z.int().min(200).max(20_000), height: z.int().min(200).max(20_000) })
const WindowBounds = z.object({ bounds: Box, maximized: z.boolean() })

const boundsFormat: Format<typeof WindowBounds> = { name: 'window.json', version: 2, schema: WindowBounds, upgrades: { 1: old => old } }

export type Box = z.infer<typeof Box>
export type WindowBounds = z.infer<typeof WindowBounds>

export const firstSize = { width: 1360, height: 860 }

/** So much of a window (in points, each way) must be on a screen for it to be found there. */
const leastVisible = 100

/** What a new window gets: the bounds kept, where enough of it is on a screen of today; else its size alone, no larger than the first screen. */
export function boundsFor(kept: WindowBounds | null, screens: readonly Box[]): { x?: number; y?: number; width: number; height: number } {
  const overlap = (from: number, length: number, screenFrom: number, screenLength: number) =>
    Math.min(from + length, screenFrom + screenLength) - Math.max(from, screenFrom)
  const isOn = (box: Box) => (screen: Box) =>
    overlap(box.x, box.width, screen.x, screen.width) >= leastVisible && overlap(box.y, box.height, screen.y, screen.height) >= leastVisible
  if (kept && screens.some(isOn(kept.bounds))) return kept.bounds
  const { width, height } = kept?.bounds ?? firstSize
  const [screen] = screens
  return { width: Math.min(width, screen?.width ?? width), height: Math.min(height, screen?.height ?? height) }
}

/** Null where none was kept, or it cannot be read: a window somewhere is better than none. */
export async function readBounds(file: string): Promise<WindowBounds | null> {
  return openRecordFile(boundsFormat, file).then(
    ({ value }) => value,
    () => null, // the next close writes it anew
  )
}

export function writeBounds(file: string, kept: WindowBounds): Promise<void> {
  return writeAtomic(file, JSON.stringify(toRecord(boundsFormat, kept))) // over one that cannot be read, too: it is nothing anybody made
}
