/**
 * What a call or event between processes is. Arguments and results are parsed on arrival (shared/rpc.ts); each is one line in the files beside this one:
 * adding a line there is adding an API.
 */
import { z } from 'zod'

export interface Call<A extends z.ZodType = z.ZodType, R extends z.ZodType = z.ZodType> {
  arg: A
  result: R
}
export function call<A extends z.ZodType, R extends z.ZodType>(arg: A, result: R): Call<A, R> {
  return { arg, result }
}
export type Calls = Record<string, Call>
export type Events = Record<string, z.ZodType>

export const nothing = z.null()

export type ArgOf<C extends Calls, N extends keyof C> = z.input<C[N]['arg']>
export type ResultOf<C extends Calls, N extends keyof C> = z.output<C[N]['result']>
/** Handlers for every call of a side: the compiler names the one that is missing. */
export type Handlers<C extends Calls> = { [N in keyof C]: (arg: z.output<C[N]['arg']>) => Promise<ResultOf<C, N>> | ResultOf<C, N> }
