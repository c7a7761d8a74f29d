/** Keywords of rows: each folder has a list of those its messages have, marks hold indexes into it, and most rows have none. */
import type { MarksRecord } from '../../shared/model/cache-records.ts'
import type { Folder } from '../../shared/model/folder.ts'

/** Rising indexes of these keywords (compared without regard to case); a new one joins the folder's list. */
export function keywordIndexes(folder: Folder, keywords: readonly string[]): number[] {
  if (keywords.length === 0) return []
  const indexes = keywords.map(name => {
    const known = folder.keywords.findIndex(one => one.toLowerCase() === name.toLowerCase())
    return known >= 0 ? known : folder.keywords.push(name) - 1
  })
  return [...new Set(indexes)].sort((a, b) => a - b)
}

export function equalIndexes(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return (a?.length ?? 0) === b.length && b.every((index, i) => a![i] === index)
}

/** Sets the keywords of the slot with this number in the block. */
export function putKeywords(block: MarksRecord, at: number, indexes: number[]): void {
  if (indexes.length > 0) {
    block.keywords ??= {}
    block.keywords[at] = indexes
  } else if (block.keywords) delete block.keywords[at]
}
