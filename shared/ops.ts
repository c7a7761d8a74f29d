/**
 * Wishes of the user as values. An operation is absolute (never "toggle") and names messages by reference, so that it can be persisted, performed later,
 * and performed again without harm.
 *
 * Life of a wish: saving (window only) -> queued (journal, fsynced) -> performing -> performed -> done; or refused (with the reason), or uncertain.
 */
import { z } from 'zod'
import { AccountId, MessageRef } from './model.ts'
import { WireError } from './errors.ts'

export const OpId = z.string().regex(/^[0-9A-Za-z-]{8,64}$/, 'an operation id is 8 to 64 letters, digits or hyphens')
export type OpId = z.infer<typeof OpId>

const flagBits = z.int().min(0).max(0xffff)

/** Adds and removes flags (bits of `Flag`) of messages of one account. */
export const SetFlags = z
  .object({
    kind: z.literal('setFlags'),
    id: OpId,
    account: AccountId,
    /** When the user asked, ms. */
    at: z.number(),
    messages: z.array(MessageRef).min(1).max(1_000_000),
    add: flagBits,
    remove: flagBits,
  })
  .refine(op => (op.add & op.remove) === 0, { message: 'a flag cannot be added and removed at once', path: ['add'] })
  .refine(op => (op.add | op.remove) !== 0, { message: 'no flag named', path: ['add'] })

/** Every kind of wish; the window sends it, the journal keeps it. */
export const Operation = z.discriminatedUnion('kind', [SetFlags])
export type SetFlags = z.infer<typeof SetFlags>
export type Operation = z.infer<typeof Operation>

/** What windows learn of a wish as it goes on. */
export const OpState = z.object({
  id: OpId,
  account: AccountId,
  kind: Operation.options[0].shape.kind,
  state: z.enum(['queued', 'performing', 'performed', 'done', 'refused', 'uncertain']),
  count: z.int(),
  at: z.number(),
  error: WireError.nullable(),
})
export type OpState = z.infer<typeof OpState>

/** The part of a waiting wish that changes what is shown, with the messages resolved to local ids: a record of the cache's `wishes` table. */
export const Wish = z.object({
  id: OpId,
  kind: z.literal('setFlags'),
  account: AccountId,
  /** Order in which wishes are projected. */
  at: z.number(),
  messages: z.array(z.int()),
  add: flagBits,
  remove: flagBits,
})
export type Wish = z.infer<typeof Wish>

/** Flags as shown: what the server has, with the wishes on this message applied in order. Pure; used by windows and cache alike. */
export function project(flags: number, wishes: Iterable<Pick<Wish, 'add' | 'remove'>>): number {
  let shown = flags
  for (const { add, remove } of wishes) shown = (shown | add) & ~remove
  return shown
}
