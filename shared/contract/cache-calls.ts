/** Core -> cache page. */
import { z } from 'zod'
import { Applied, Batch, Difference, Listing, Location, Transfer } from '../batch.ts'
import { FlagBits } from '../model/flags.ts'
import { Folder, FolderId, ListedFolder, StoreRef } from '../model/folder.ts'
import { Address, Body, MessageId, MessageRef, Part, Preview } from '../model/message.ts'
import { OpId, Operation } from '../operations.ts'
import { Range, Ranges, Uid } from '../ranges.ts'
import { type Calls, call, nothing } from './call.ts'

/** Core -> cache page. */
export const cacheCalls = {
  /** Handshake: what the cache holds. `operations` is the whole overlay; it replaces the one that is stored. Folders of other stores are dropped. */
  'cache.attach': call(
    z.object({ stores: z.array(StoreRef), operations: z.array(Operation) }),
    z.object({ epoch: z.string(), folders: z.array(Folder) }),
  ),
  /** The complete listing of a store. Folders that are no longer listed go, unless the list is empty or lacks INBOX (law 3). */
  'cache.folders': call(StoreRef.extend({ folders: z.array(ListedFolder) }), z.array(Folder)),
  'cache.apply': call(Batch, Applied),
  /** Compares the server's listing with the rows, applies flags and certain removals, answers the UIDs that have no row. */
  'cache.compare': call(Listing, Difference),
  /** The folder's UIDs mean nothing any more: rows wait to be adopted by identity; the cursor is cleared. With `finish` those nobody adopted go. */
  'cache.relink': call(z.object({ folder: FolderId, uidValidity: z.int().min(0), finish: z.boolean() }), Applied),
  /** What a move or copy left on the server: rows change their folder, keep their local id and what was fetched for them, and get their UID. */
  'cache.transfer': call(Transfer, z.object({ from: Applied, to: Applied.nullable() })),
  /** Adds to the overlay and removes from it. */
  'cache.overlay': call(z.object({ put: z.array(Operation), drop: z.array(OpId) }), nothing),
  /**
   * Where these messages are now: by locator, else by identity in the folders their locators name; null where the cache does not know. `elsewhere`: they are not
   * where their locators say; by identity, in any folder of the account's stores.
   */
  'cache.resolve': call(z.object({ refs: z.array(MessageRef), elsewhere: z.boolean().optional() }), z.array(Location.nullable())),
  /** The UIDs the messages of a waiting operation have now; `awaiting`: how many have none yet. Null where the overlay does not know it, or knows nothing of them. */
  'cache.numbersOf': call(z.object({ op: OpId }), z.object({ uidValidity: z.int(), uids: Ranges, awaiting: z.int() }).nullable()),
  /** What the newest of these UIDs brought, newest first, with flags as the server has them; none where the folder is numbered otherwise. */
  'cache.newest': call(
    z.object({ folder: FolderId, uidValidity: z.int().min(0), uids: Range, limit: z.int().min(1).max(1000) }),
    z.array(z.object({ uid: Uid, hash: z.number(), bits: FlagBits, header: z.object({ from: z.array(Address), subject: z.string() }) })),
  ),
  'cache.putBody': call(z.object({ message: MessageId, body: Body, size: z.int() }), nothing),
  'cache.putParts': call(z.object({ message: MessageId, parts: z.array(z.object({ part: Part, base64: z.string() })) }), nothing),
  'cache.putPreviews': call(z.object({ folder: FolderId, uidValidity: z.int(), uids: z.array(z.int()), previews: z.array(Preview) }), nothing),
  /** Of the newest `among` rows of a folder at most `limit` whose body is not kept. */
  'cache.withoutBody': call(
    z.object({ folder: FolderId, among: z.int().max(100_000), limit: z.int().max(1000) }),
    z.array(z.object({ message: MessageId, uid: z.int().min(1) })),
  ),
  /** The newest rows without a preview. */
  'cache.withoutPreview': call(z.object({ folder: FolderId, limit: z.int().max(5000) }), Ranges),
} as const satisfies Calls
