/** What windows ask about messages they write and that are on their way. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import type { DraftId } from '../../../shared/model/outgoing.ts'
import type { Outgoing } from '../outgoing/outgoing.ts'

type DraftCalls = Extract<keyof typeof coreCalls, `${'draft' | 'outbox' | 'attachment'}.${string}`>

/** `openWindow`: a window of its own for a draft. */
export function createDraftCalls(outgoing: Outgoing, openWindow: (draft: DraftId) => Promise<void>): Pick<Handlers<typeof coreCalls>, DraftCalls> {
  return {
    'draft.open': ({ id }) => outgoing.open(id),
    'draft.save': draft => outgoing.save(draft),
    'draft.send': ({ id, holdMs }) => outgoing.send(id, holdMs),
    'draft.discard': async ({ id }) => {
      await outgoing.discard(id)
      return null
    },
    'draft.restore': ({ id }) => outgoing.restore(id),
    'draft.window': async ({ id }) => {
      await outgoing.open(id)
      await openWindow(id)
      return null
    },
    'outbox.recall': ({ id }) => outgoing.recall(id),
    'outbox.decide': ({ id, how }) => outgoing.decide(id, how),
    'attachment.begin': async ({ draft, ...file }) => ({ id: await outgoing.beginFile(draft, file) }),
    'attachment.write': async ({ draft, id, base64 }) => {
      await outgoing.writeFile(draft, id, Buffer.from(base64, 'base64'))
      return null
    },
    'attachment.finish': ({ draft, id }) => outgoing.finishFile(draft, id),
    'attachment.copy': ({ draft, ...part }) => outgoing.copyPart(draft, part),
  }
}
