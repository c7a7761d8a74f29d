import type { Settings } from '../../../shared/model/settings.ts'

/** How rows are laid out: the density the user chose, where the list is wide enough for it. */
export type RowLook = Settings['density']

const compactNeedsPx = 560

export function rowLook(density: Settings['density'], width: number): RowLook {
  return density === 'compact' && width < compactNeedsPx ? 'normal' : density
}

/** Heights in px, as in tokens.css (`--row`, `--row-comfortable`, `--row-compact`). */
export const rowHeights: Record<RowLook, number> = { normal: 56, comfortable: 76, compact: 28 }
export const bandHeight = 30
