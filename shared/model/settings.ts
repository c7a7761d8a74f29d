/** The person's settings. */
import { z } from 'zod'

export const Settings = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  density: z.enum(['normal', 'comfortable', 'compact']),
  layout: z.enum(['columns', 'stacked', 'list']),
})
export type Settings = z.infer<typeof Settings>
