/**
 * Messages that stopped a window while they were shown: windows do not show them by themselves again. In one atomic JSON file, so that it also holds for the next
 * run; one that cannot be read is begun anew, for it costs a question at most.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { MessageIdentity, sameMessage } from '../../../shared/model/message.ts'
import { createSerialQueue } from './atomic-file.ts'
import { openRecordFile, type Format } from './records.ts'

/** The oldest are forgotten. */
const mostKept = 500

const StoppedFile = z.object({ stopped: z.array(MessageIdentity) })
/** Version 1 had no such file. */
const fileFormat: Format<typeof StoppedFile> = { name: 'stopped-messages.json', version: 2, schema: StoppedFile, upgrades: { 1: old => old } }

export interface StoppedMessages {
  readonly all: readonly MessageIdentity[]
  /** Kept (fsynced) when it resolves; in `all` at once. */
  add(message: MessageIdentity): Promise<void>
}

export async function openStoppedMessages(dataFolder: string, log: (what: string, error: unknown) => void): Promise<StoppedMessages> {
  const file = await openRecordFile(fileFormat, join(dataFolder, 'stopped-messages.json'))
  const serially = createSerialQueue()
  if (file.problem) log('the list of messages that stopped a window could not be read', file.problem)
  let stopped = file.value?.stopped ?? []
  return {
    get all() {
      return stopped
    },
    add(message) {
      stopped = [...stopped.filter(one => !sameMessage(one, message)), message].slice(-mostKept)
      return serially(() => file.write({ stopped }))
    },
  }
}
