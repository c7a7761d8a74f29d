/**
 * What a folder needs, decided from what we know and what SELECT answered. Pure.
 *
 * changes: how to learn what happened to rows we have
 *   nothing    no rows, or the server says nothing changed
 *   told       QRESYNC told with SELECT: apply it
 *   condstore  ask for flags changed since; expunges show in the count (CONDSTORE reports none, RFC 7162)
 *   compare    ask for all flags and let the cache compare
 */
import type { Cursor } from '../../../shared/model/folder.ts'
import { subtract, type Ranges } from '../../../shared/ranges.ts'
import type { Capabilities, Selected } from '../store/mail-store.ts'

export type Changes = 'nothing' | 'told' | 'condstore' | 'compare'
export interface Plan {
  /** Forget UIDs, adopt rows by identity. */
  relink: boolean
  changes: Changes
  /** UIDs below UIDNEXT of which nothing is known yet. */
  missing: Ranges
  /** A full listing of UIDs is due, whatever the counts say. */
  reconcile: boolean
}

/** Even with QRESYNC all UIDs are compared now and then (law 3). */
export const reconcileAfterMs = 24 * 3600_000

export function plan(cursor: Cursor | null, selected: Selected, capabilities: Capabilities, now: number): Plan {
  const whole: Ranges = selected.uidNext > 1 ? [[1, selected.uidNext - 1]] : []
  if (cursor && cursor.uidValidity !== selected.uidValidity) return { relink: true, changes: 'nothing', missing: whole, reconcile: true }
  if (!cursor) return { relink: false, changes: 'nothing', missing: whole, reconcile: true }
  return {
    relink: false,
    changes: changesOf(cursor, selected, capabilities),
    missing: subtract(whole, cursor.known),
    reconcile: cursor.verifiedAt === null || now - cursor.verifiedAt > reconcileAfterMs,
  }
}

function changesOf(cursor: Cursor, selected: Selected, capabilities: Capabilities): Changes {
  if (cursor.known.length === 0) return 'nothing'
  if (selected.since) return 'told'
  if (capabilities.condstore && selected.modseq !== null && cursor.modseq !== null) return selected.modseq === cursor.modseq ? 'nothing' : 'condstore'
  return 'compare'
}
