/** Windows -> core. */
import { z } from 'zod'
import { Fact, WireError } from '../errors.ts'
import { Feature } from '../model/features.ts'
import { EmailAddress } from '../model/address.ts'
import { AccountId, AccountInfo, AccountStatus } from '../model/account.ts'
import { FolderId, FolderRef } from '../model/folder.ts'
import { MessageId, MessageIdentity, MessageRef, Part } from '../model/message.ts'
import { NewMail, NoticeWords } from '../model/new-mail.ts'
import { Settings } from '../model/settings.ts'
import { Attachment, AttachmentId, Draft, DraftId, OutgoingState, PictureKey } from '../model/outgoing.ts'
import { OpId, OpState, Operation, PendingChange } from '../operations.ts'
import { Check, Described, Edited, SecretsChoice, SecretsState, ShownCertificate, Suggestion } from '../model/account-setup.ts'
import { type Calls, call, nothing } from './call.ts'

const message = z.object({ message: MessageId, ref: MessageRef })

/** A folder to bring to the front, and a message of it by its UID. */
export const FolderShow = z.object({ folder: FolderRef, uid: z.int().nullable() })

/** Window -> core. */
export const coreCalls = {
  /** First call of a window; `message`: it is the window of that draft and of nothing else. `host.missingFeatures` names what this host cannot do. */
  'app.hello': call(
    z.object({ draft: DraftId.nullable() }),
    z.object({
      version: z.string(),
      host: z.object({ name: z.string(), missingFeatures: z.array(Feature) }),
      settings: Settings,
      secrets: SecretsState,
      accounts: z.array(AccountInfo),
      statuses: z.array(AccountStatus),
      ops: z.array(OpState),
      /** Drafts, messages that wait or need the user, and the newest that were sent. */
      outgoing: z.array(OutgoingState),
      /** The mailto address the program was started with, told to one window. */
      compose: z.string().nullable(),
      /** What was found damaged at start, in sentences, told to one window. */
      startupWarnings: z.array(Fact),
      /** Messages that stopped a window while they were shown: not to be shown by themselves. */
      stopped: z.array(MessageIdentity),
      /** What was in front of the window that stopped, for the one in its place. */
      show: FolderShow.nullable(),
    }),
  ),
  /** The number on the icon of the program: unread messages in all inboxes. Nothing happens on a host without `badge`. */
  'desktop.unread': call(z.object({ count: z.int().min(0) }), nothing),
  /** Makes this the program for mailto addresses; false where the system does not let it. */
  'desktop.mailProgram': call(nothing, z.boolean()),
  'settings.set': call(Settings.partial(), nothing),
  /** Servers for an address. Our list of providers is looked at without any network; with `probe` the usual names of the domain are tried over TLS. */
  'accounts.discover': call(z.object({ email: EmailAddress, probe: z.boolean() }), Suggestion),
  /** Signs in to both servers as described, and saves nothing. Ends within 50 s. `account`: the one being changed, whose password is used where none is given. */
  'accounts.check': call(z.object({ described: Edited, account: AccountId.nullable() }), z.array(Check)),
  /** Ends tests that run: they are `refused`. */
  'accounts.stopCheck': call(nothing, nothing),
  /** Saves the account and starts reading it. Refuses what is malformed, naming the field. */
  'accounts.add': call(Described, AccountInfo),
  /** The account as it is set up, without its password. */
  'accounts.describe': call(z.object({ account: AccountId }), Described.omit({ password: true })),
  /** Changes an account in place and connects anew. Refuses another protocol. */
  'accounts.update': call(z.object({ account: AccountId, described: Edited }), AccountInfo),
  /** What would be lost with an account, because only this computer has it. */
  'accounts.onlyHere': call(z.object({ account: AccountId }), z.object({ outgoing: z.int(), changes: z.int() })),
  /** Takes an account from this computer; mail on the server stays. Where something would be lost, `confirmed` is its address. */
  'accounts.remove': call(z.object({ account: AccountId, confirmed: z.string().max(255) }), nothing),
  /** The certificates its servers show now and that cannot be verified; `failures`: servers nobody could look at, and why. */
  'accounts.certificates': call(
    z.object({ account: AccountId }),
    z.object({ certificates: z.array(ShownCertificate), failures: z.array(z.object({ host: z.string(), error: WireError })) }),
  ),
  /** Trusts a certificate that was shown, for its host and port. */
  'certificates.trust': call(z.object({ host: z.string().max(255), port: z.int(), sha256: z.string().max(100) }), nothing),
  /** Keeps another password for an account, and connects with it. */
  'accounts.password': call(z.object({ account: AccountId, password: z.string().min(1).max(1000) }), nothing),
  /** Where the system has no key store: how passwords are kept. */
  'secrets.choose': call(SecretsChoice, SecretsState),
  /** False where it is the wrong passphrase. Accounts connect when it is the right one. */
  'secrets.unlock': call(z.object({ passphrase: z.string().max(1000) }), z.boolean()),
  /** Keeps an operation (fsynced) before it answers. */
  'ops.enqueue': call(Operation, z.object({ id: OpId })),
  /** Takes back an operation that is still queued, or forgets a refused one; answers false where it is already on its way. */
  'ops.withdraw': call(z.object({ id: OpId }), z.boolean()),
  /** The whole draft; a draft in another state is `refused`. */
  'draft.open': call(z.object({ id: DraftId }), Draft),
  /** Keeps the draft (fsynced) before it answers; an older `revision` changes nothing. Attachments it names must be here. */
  'draft.save': call(Draft, OutgoingState),
  /** Queues the saved draft. It goes out after `holdMs` at the earliest. Refuses (`invalid`) what cannot be sent, naming the field: to, cc, bcc, account, attachments. */
  'draft.send': call(z.object({ id: DraftId, holdMs: z.int().min(0).max(60_000) }), OutgoingState),
  /** Makes a draft that waits or was refused a draft again; false where it is on its way or gone. */
  'outbox.recall': call(z.object({ id: DraftId }), z.boolean()),
  /** An uncertain draft: `look` for it in Sent, send it `again` (also a refused one), or take it as `arrived` (also one some recipients of which were refused: seen). */
  'outbox.decide': call(z.object({ id: DraftId, how: z.enum(['look', 'again', 'arrived']) }), OutgoingState),
  /** Throws a draft away, or a draft that waits or was refused; `draft.restore` brings it back until the program ends (false: too late). */
  'draft.discard': call(z.object({ id: DraftId }), nothing),
  'draft.restore': call(z.object({ id: DraftId }), z.boolean()),
  /** Opens the draft in a window of its own. */
  'draft.window': call(z.object({ id: DraftId }), nothing),
  /** A file for a draft: begun, written in order in pieces of at most 1 MiB, and finished (fsynced). */
  'attachment.begin': call(
    z.object({ draft: DraftId, filename: z.string().min(1).max(1000), type: z.string().max(255) }),
    z.object({ id: AttachmentId }),
  ),
  'attachment.write': call(z.object({ draft: DraftId, id: AttachmentId, base64: z.string().max(1_400_000) }), nothing),
  'attachment.finish': call(z.object({ draft: DraftId, id: AttachmentId }), Attachment),
  /** Takes a part of a message along (forwarding): fetched from the server. `picture`: its place in the text. */
  'attachment.copy': call(z.object({ draft: DraftId, ref: MessageRef, part: Part, picture: PictureKey.optional() }), Attachment),
  /** Fetches the readable parts of a message into the cache (table `bodies`); resolves when they are there. */
  'body.fetch': call(message, nothing),
  /** Fetches inline parts of a message into the cache (table `parts`). */
  'parts.fetch': call(z.object({ message: MessageId, ref: MessageRef, parts: z.array(Part).max(200) }), nothing),
  /** Saves an attachment to the downloads folder under a cleaned, unique name; answers the path. */
  'part.save': call(z.object({ ref: MessageRef, part: Part }), z.object({ path: z.string() })),
  /** Fetches one remote image for a message the user allowed; bytes as base64. Only http and https, public addresses, bounded. */
  'remote.fetch': call(z.object({ url: z.string().max(4096) }), z.object({ type: z.string(), base64: z.string() })),
  /** Opens http, https and mailto addresses outside the window. */
  'link.open': call(z.object({ url: z.string().max(8192) }), nothing),
  /** The folder in front of the user: synced first, watched by IDLE. */
  'folder.open': call(FolderRef, nothing),
  /** This message is about to be shown, null: none any more. Answered before it is: should it stop the window, it is known which one it was. */
  'reader.shows': call(z.object({ message: MessageIdentity, folder: FolderRef, uid: z.int().nullable() }).nullable(), nothing),
  /** Rows now visible that lack a snippet: fetched first. UIDs of the folder. */
  'previews.want': call(z.object({ folder: FolderId, ref: FolderRef, uids: z.array(z.int()).max(500) }), nothing),
  /** Checks mail now, in every account or one. */
  'sync.now': call(z.object({ account: AccountId.nullable() }), nothing),
} as const satisfies Calls

/** Core -> window, asked. */
export const windowCalls = {
  /** Answered at once by a window that can. */
  'window.ping': call(nothing, nothing),
  /** Unread mail that came, to be put in words; the core shows them. */
  'window.newMail': call(NewMail, NoticeWords),
} as const satisfies Calls
export type { PendingChange }
