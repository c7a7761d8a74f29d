/** Core -> windows: what happened. Events announce, they never steer. */
import { z } from 'zod'
import { AccountInfo, AccountStatus } from '../model/account.ts'
import { Settings } from '../model/settings.ts'
import { OutgoingState } from '../model/outgoing.ts'
import { FolderRef } from '../model/folder.ts'
import { Address } from '../model/message.ts'
import { OpState } from '../operations.ts'
import { SecretsState } from '../model/account-setup.ts'
import type { Events } from './call.ts'
import { FolderShow } from './core-calls.ts'

export const NewMail = z.object({
  folder: FolderRef,
  count: z.int(),
  /** Of one message alone. */
  uid: z.int().nullable(),
  subject: z.string(),
  senders: z.array(Address),
  /** There are other senders than those. */
  more: z.boolean(),
})
export type NewMail = z.infer<typeof NewMail>

/** Core -> windows, told. */
export const coreEvents = {
  'account.status': AccountStatus,
  /** All accounts, after one was added, changed or removed. */
  'accounts.changed': z.array(AccountInfo),
  'secrets.changed': SecretsState,
  'op.changed': OpState,
  'outgoing.changed': OutgoingState,
  /** Unread mail came: told to one window, which words it and answers with `desktop.notify`. */
  'mail.new': NewMail,
  /** The person chose a notification: this folder comes to the front, and the message where it told of one. */
  'folder.show': FolderShow,
  /** A mailto address the system or a second start handed over. */
  'compose.open': z.object({ url: z.string() }),
  'settings.changed': Settings,
} as const satisfies Events
