/** New mail, as the core tells a window that puts it in words, and those words. */
import { z } from 'zod'
import { FolderRef } from './folder.ts'
import { Address } from './message.ts'

/** Characters of a subject and of a name: no system shows more of them. */
export const longestNamed = 500
/** Characters of what a system is given to show. */
export const longestNotice = 1000

export const NewMail = z.object({
  folder: FolderRef,
  count: z.int(),
  /** There are more messages than those. */
  isPart: z.boolean(),
  /** Of one message alone. */
  uid: z.int().nullable(),
  subject: z.string(),
  senders: z.array(Address),
  /** There are other senders than those. */
  more: z.boolean(),
})
export type NewMail = z.infer<typeof NewMail>

/** What the system shows. */
export const NoticeWords = z.object({ title: z.string().max(longestNotice), body: z.string().max(longestNotice) })
export type NoticeWords = z.infer<typeof NoticeWords>
