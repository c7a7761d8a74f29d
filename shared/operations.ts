/**
 * Operations of the user as values. An operation is absolute (never "toggle") and names messages so that they are found again, so that it can be persisted, performed later,
 * and performed again without harm.
 *
 * Life of an operation: saving (window only) -> queued (journal, fsynced) -> performing -> performed -> done; or refused (with the reason), uncertain,
 * or withdrawn (taken back before anything was done; a refused one: seen).
 */
import { z } from 'zod'
import { AccountId } from './model/account.ts'
import { changeFlags, Flags, flagsOf, isEmptyFlags, sameFlags } from './model/flags.ts'
import { FolderRef } from './model/folder.ts'
import { MessageSet } from './model/message.ts'
import { WireError } from './errors.ts'

export const OpId = z.string().regex(/^[0-9A-Za-z-]{8,64}$/)
export type OpId = z.infer<typeof OpId>

const common = {
  id: OpId,
  account: AccountId,
  /** When the user asked, ms. */
  at: z.number(),
  messages: MessageSet,
}

/** Adds and removes flags of messages of one account. */
export const SetFlags = z
  .object({ kind: z.literal('setFlags'), ...common, add: Flags, remove: Flags })
  .refine(op => sameFlags(changeFlags(op.add, flagsOf(0), op.remove), op.add), {
    message: 'flags.contradict',
    path: ['add'],
  })
  .refine(op => !isEmptyFlags(op.add) || !isEmptyFlags(op.remove), { message: 'flags.none', path: ['add'] })

/** Moves messages to a folder of the same store; the folder is created where it does not exist (an archive nobody has used yet). */
export const Move = z.object({ kind: z.literal('move'), ...common, to: FolderRef })
/** Copies messages to a folder of the same account. */
export const Copy = z.object({ kind: z.literal('copy'), ...common, to: FolderRef })
/** Deletes messages for good, on the server too. */
export const Expunge = z.object({ kind: z.literal('expunge'), ...common })

/** Every kind of operation; the window sends it, the journal keeps it. */
export const Operation = z.discriminatedUnion('kind', [SetFlags, Move, Copy, Expunge])
export type SetFlags = z.infer<typeof SetFlags>
export type Move = z.infer<typeof Move>
export type Copy = z.infer<typeof Copy>
export type Expunge = z.infer<typeof Expunge>
export type Operation = z.infer<typeof Operation>
export const OpKind = z.enum(['setFlags', 'move', 'copy', 'expunge'])
export type OpKind = z.infer<typeof OpKind>

/** What windows learn of an operation as it goes on. */
export const OpState = z.object({
  id: OpId,
  account: AccountId,
  kind: OpKind,
  /** Where to, for a move or a copy. */
  to: FolderRef.nullable(),
  /** For `setFlags`, empty otherwise. */
  add: Flags,
  remove: Flags,
  state: z.enum(['queued', 'performing', 'performed', 'done', 'refused', 'uncertain', 'withdrawn']),
  count: z.int(),
  at: z.number(),
  error: WireError.nullable(),
})
export type OpState = z.infer<typeof OpState>

/** The part of a waiting operation that changes what is shown, with the messages resolved to local ids: a record of the cache's `changes` table. */
export const PendingChange = z.object({
  id: OpId,
  kind: OpKind,
  account: AccountId,
  /** Order in which changes are projected. */
  at: z.number(),
  messages: z.array(z.int()),
  add: Flags,
  remove: Flags,
  /** Rows put into the target at once, for a move or a copy: they wait there for their UID (`State.pending`). `source`, `uid`, `message`: what it was put for. */
  rows: z.array(z.object({ folder: z.int(), slot: z.int(), source: z.int(), uid: z.int(), message: z.int() })).optional(),
})
export type PendingChange = z.infer<typeof PendingChange>

/** Flags as shown: what the server has, with the changes on this message applied in order. Pure; used by windows and cache alike. */
export function project(flags: Flags, changes: Iterable<Pick<PendingChange, 'add' | 'remove'>>): Flags {
  let shown = flags
  for (const { add, remove } of changes) shown = changeFlags(shown, add, remove)
  return shown
}

/** The bits alone of what `project` answers: lists of 100,000 rows ask for nothing else. */
export function projectBits(bits: number, changes: Iterable<Pick<PendingChange, 'add' | 'remove'>>): number {
  let shown = bits
  for (const { add, remove } of changes) shown = (shown | add.bits) & ~remove.bits
  return shown
}

/** True where these changes take a message out of the folder it is in. */
export function isTakenAway(changes: Iterable<Pick<PendingChange, 'kind'>>): boolean {
  for (const { kind } of changes) if (kind === 'move' || kind === 'expunge') return true
  return false
}
