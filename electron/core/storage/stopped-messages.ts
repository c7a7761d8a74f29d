/**
 * Messages that stopped a window while they were shown: windows do not show them by themselves again. In one atomic JSON file, so that it also holds for the next
 * run; one that cannot be read is begun anew, for it costs a question at most.
 */
import { join } from 'node:path'
import { z } from 'zod'
import { MessageIdentity, sameMessage } from '../../../shared/model/message.ts'
import { createSerialQueue, readJson, writeAtomic } from './atomic-file.ts'

/** The oldest are forgotten. */
const mostKept = 500

const File = z.object({ v: z.literal(1), stopped: z.array(MessageIdentity) })

export interface StoppedMessages {
  readonly all: readonly MessageIdentity[]
  /** Kept (fsynced) when it resolves; in `all` at once. */
  add(message: MessageIdentity): Promise<void>
}

export async function openStoppedMessages(dataFolder: string, log: (what: string, error: unknown) => void): Promise<StoppedMessages> {
  const file = join(dataFolder, 'stopped-messages.json')
  const serially = createSerialQueue()
  let { stopped } = await readJson(file, File, { v: 1, stopped: [] }).catch((error: unknown) => {
    log('the list of messages that stopped a window could not be read', error)
    return { stopped: [] }
  })
  return {
    get all() {
      return stopped
    },
    add(message) {
      stopped = [...stopped.filter(one => !sameMessage(one, message)), message].slice(-mostKept)
      return serially(() => writeAtomic(file, JSON.stringify({ v: 1, stopped })))
    },
  }
}
