/** Core -> windows: what happened. Events announce, they never steer. */
import { z } from 'zod'
import { AccountInfo, AccountStatus } from '../model/account.ts'
import { Settings } from '../model/settings.ts'
import { OutgoingState } from '../model/outgoing.ts'
import { OpState } from '../operations.ts'
import { SecretsState } from '../model/account-setup.ts'
import type { Events } from './call.ts'
import { FolderShow } from './core-calls.ts'

/** Core -> windows, told. */
export const coreEvents = {
  'account.status': AccountStatus,
  /** All accounts, after one was added, changed or removed. */
  'accounts.changed': z.array(AccountInfo),
  'secrets.changed': SecretsState,
  'op.changed': OpState,
  'outgoing.changed': OutgoingState,
  /** The person chose a notification: this folder comes to the front, and the message where it told of one. */
  'folder.show': FolderShow,
  /** A mailto address the system or a second start handed over. */
  'compose.open': z.object({ url: z.string() }),
  'settings.changed': Settings,
} as const satisfies Events
