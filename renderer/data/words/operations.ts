/** An operation in words: what it does to how many messages. */
import { Flag } from '../../../shared/model/flags.ts'
import type { FolderRef } from '../../../shared/model/folder.ts'
import type { OpState } from '../../../shared/operations.ts'
import { countWord } from './connection.ts'

const flagWords: [bit: number, added: string, removed: string][] = [
  [Flag.seen, 'as read', 'as unread'],
  [Flag.flagged, 'as flagged', 'as not flagged'],
]

/** `folderName` gives the shown name of a folder. */
export function operationInWords({ kind, count, to, add, remove }: OpState, folderName: (folder: FolderRef) => string): string {
  const messages = countWord(count, 'message', 'messages')
  switch (kind) {
    case 'setFlags': {
      const words = flagWords.flatMap(([bit, added, removed]) => [...(add.bits & bit ? [added] : []), ...(remove.bits & bit ? [removed] : [])])
      return `Mark ${messages} ${words.join(' and ') || 'differently'}`
    }
    case 'move':
      return `Move ${messages} to ${to ? folderName(to) : ''}`
    case 'copy':
      return `Copy ${messages} to ${to ? folderName(to) : ''}`
    case 'expunge':
      return `Delete ${messages} for good`
  }
}

export function stateInWords({ state, error }: OpState, isOffline: boolean): string {
  switch (state) {
    case 'queued':
      return isOffline ? 'waiting for connection' : 'waiting'
    case 'performing':
      return 'on its way'
    case 'performed':
      return 'done on the server'
    case 'done':
      return 'done'
    case 'refused':
      return `refused: ${error?.message ?? 'the server gave no reason'}`
    case 'withdrawn':
      return 'taken back'
    case 'uncertain':
      return 'we do not know whether it was done'
  }
}
