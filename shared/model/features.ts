/** What a host may be able to do; a host names those it lacks. */
import { z } from 'zod'

export const Feature = z.enum(['dragOut', 'notifications', 'badge', 'mailProgram'])
export type Feature = z.infer<typeof Feature>
