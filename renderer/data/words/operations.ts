/** An operation in words: what it does to how many messages. */
import { Flag } from '../../../shared/model/flags.ts'
import type { FolderRef } from '../../../shared/model/folder.ts'
import type { OpState } from '../../../shared/operations.ts'
import { errorWords } from './errors.ts'
import { say } from './say.ts'

const flagWords: [bit: number, added: string, removed: string][] = [
  [Flag.seen, say('operations.asRead'), say('operations.asUnread')],
  [Flag.flagged, say('operations.asFlagged'), say('operations.asNotFlagged')],
]

/** `folderName` gives the shown name of a folder. */
export function operationInWords({ kind, count, to, add, remove }: OpState, folderName: (folder: FolderRef) => string): string {
  const folder = to ? folderName(to) : ''
  switch (kind) {
    case 'setFlags': {
      const words = flagWords.flatMap(([bit, added, removed]) => [...(add.bits & bit ? [added] : []), ...(remove.bits & bit ? [removed] : [])])
      const [first = say('operations.differently'), last] = words
      return say('operations.mark', { count, how: last === undefined ? first : say('common.and', { first, last }) })
    }
    case 'move':
    case 'copy':
      return say(`operations.${kind}`, { count, folder })
    case 'expunge':
      return say('operations.expunge', { count })
  }
}

export function stateInWords({ state, error }: OpState, isOffline: boolean): string {
  switch (state) {
    case 'queued':
      return isOffline ? say('operations.state.waitingForConnection') : say('operations.state.waiting')
    case 'refused':
      return say('operations.state.refused', { reason: error ? errorWords(error) : say('common.noReason') })
    case 'performing':
    case 'performed':
    case 'done':
    case 'withdrawn':
    case 'uncertain':
      return say(`operations.state.${state}`)
  }
}
