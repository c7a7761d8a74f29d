/** What windows want done to messages on their servers. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import type { Operation } from '../../../shared/operations.ts'
import type { OpQueue } from '../operations/queue.ts'

/** `enqueue` rejects with `gone` where the account has gone. */
export function createOperationCalls(
  queue: Pick<OpQueue, 'withdraw'>,
  enqueue: (op: Operation) => Promise<void>,
): Pick<Handlers<typeof coreCalls>, 'ops.enqueue' | 'ops.withdraw'> {
  return {
    'ops.enqueue': async op => {
      await enqueue(op)
      return { id: op.id }
    },
    'ops.withdraw': ({ id }) => queue.withdraw(id),
  }
}
