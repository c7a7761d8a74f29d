/** The window's line to the core: typed calls and events over the transport the host put in folder. Created once by the composition root and passed on. */
import type { FolderRef } from '../../shared/model/folder.ts'
import { coreCalls, windowCalls } from '../../shared/contract/core-calls.ts'
import { coreEvents } from '../../shared/contract/core-events.ts'
import { createPeer, type Peer, type Transport } from '../../shared/rpc.ts'
import type { AccountInfo, AccountStatus } from '../../shared/model/account.ts'
import type { Settings } from '../../shared/model/settings.ts'
import type { OutgoingState } from '../../shared/model/outgoing.ts'
import type { OpState } from '../../shared/operations.ts'
import type { SecretsState } from '../../shared/model/account-setup.ts'
import { newMailWords } from './words/new-mail.ts'

export type Core = Pick<Peer<typeof coreCalls, Record<string, never>>, 'call' | 'closed'>

export interface CoreListener {
  accountStatus(status: AccountStatus): void
  accountsChanged(accounts: AccountInfo[]): void
  /** The person chose a notification. */
  folderShow(told: { folder: FolderRef; uid: number | null }): void
  secretsChanged(secrets: SecretsState): void
  opChanged(op: OpState): void
  outgoingChanged(message: OutgoingState): void
  /** A mailto address that was handed over to the program. */
  composeOpen(url: string): void
  settingsChanged(settings: Settings): void
  /** The core has ended; no call will be answered any more. */
  closed(): void
}

export function connectCore(transport: Transport, listener: CoreListener): Core {
  transport.onClose(() => listener.closed())
  return createPeer(transport, {
    serves: windowCalls,
    handlers: { 'window.ping': () => null, 'window.newMail': newMailWords },
    calls: coreCalls,
    emits: {},
    hears: coreEvents,
    on: {
      'account.status': status => listener.accountStatus(status),
      'accounts.changed': accounts => listener.accountsChanged(accounts),
      'secrets.changed': secrets => listener.secretsChanged(secrets),
      'op.changed': op => listener.opChanged(op),
      'outgoing.changed': message => listener.outgoingChanged(message),
      'folder.show': told => listener.folderShow(told),
      'compose.open': ({ url }) => listener.composeOpen(url),
      'settings.changed': settings => listener.settingsChanged(settings),
    },
  })
}
