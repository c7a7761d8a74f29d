/** From what older versions wrote in the journal of operations to what this one reads. The values are unknown: what is not as expected is passed on, and judged by the schema. */
import { isObject } from '../storage/records.ts'

const kinds: Record<string, string> = { erase: 'expunge' }

/** Version 1 called an expunge an erase. */
export function fromVersion1(old: unknown): unknown {
  if (!isObject(old)) return old
  const { op, outcome } = old
  return {
    ...old,
    ...(isObject(op) && { op: { ...op, kind: typeof op.kind === 'string' ? (kinds[op.kind] ?? op.kind) : op.kind } }),
    ...(isObject(outcome) && { outcome: renamed(outcome, 'erased', 'expunged') }),
  }
}

function renamed(record: Record<string, unknown>, from: string, to: string): Record<string, unknown> {
  if (!(from in record)) return record
  const { [from]: value, ...others } = record
  return { ...others, [to]: value }
}
