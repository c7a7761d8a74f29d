/** What is equal for many messages in a row, said once: `[count, …]`. A mailbox is mostly read, and what one command changed has one MODSEQ. */
import { z } from 'zod'
import { FlagBits, Keyword, sameFlags, type Flags } from './model/flags.ts'

const Count = z.int().min(1)

/** Flags, as `[count, bits, keywords]`. */
export const FlagRuns = z.array(z.tuple([Count, FlagBits, z.array(Keyword)]))
export type FlagRuns = z.infer<typeof FlagRuns>

export const NumberRuns = z.array(z.tuple([Count, z.number()]))
export type NumberRuns = z.infer<typeof NumberRuns>

/** Adds the flags of the next message. */
export function putFlags(runs: FlagRuns, { bits, keywords }: Flags): void {
  const last = runs.at(-1)
  if (last && sameFlags({ bits: last[1], keywords: last[2] }, { bits, keywords })) last[0]++
  else runs.push([1, bits, keywords])
}

/** Adds the number of the next message. */
export function putNumber(runs: NumberRuns, number: number): void {
  const last = runs.at(-1)
  if (last?.[1] === number) last[0]++
  else runs.push([1, number])
}

export function lengthOf(runs: readonly [count: number, ...unknown[]][]): number {
  return runs.reduce((sum, [count]) => sum + count, 0)
}

/** Its run, for each message; no object a message. */
export function* eachRun<R extends [count: number, ...unknown[]]>(runs: readonly R[]): Generator<R, undefined> {
  for (const run of runs) for (let i = 0; i < run[0]; i++) yield run
  return undefined
}
