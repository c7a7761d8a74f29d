/**
 * Entry of cache.html: the hidden page that owns IndexedDB. It serves the core and tells windows over BroadcastChannel; it calls nobody. It connects whether or not
 * the database opens, and again whenever it was closed: the core attaches to each connection, and knows that there is no cache until that succeeds.
 */
import { noticeChannel } from '../../shared/batch.ts'
import { cacheCalls } from '../../shared/contract/cache-calls.ts'
import { createPeer } from '../../shared/rpc.ts'
import { createCache } from './cache.ts'
import { createOpenCache } from './open-cache.ts'
import { openForWriting } from './schema.ts'

const notices = new BroadcastChannel(noticeChannel)

function connect(): void {
  createPeer(window.pillarbox.connect(), { serves: cacheCalls, handlers: cache, calls: {}, emits: {}, hears: {}, on: {} })
}

const cache = createOpenCache({
  makeDatabase: openForWriting,
  makeCache: database =>
    createCache(
      database,
      notice => notices.postMessage(notice),
      () => Date.now(),
    ),
  lost: connect,
})
connect()
