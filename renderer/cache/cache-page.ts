/** Entry of cache.html: the hidden page that owns IndexedDB. It serves the core and tells windows over BroadcastChannel; it calls nobody. */
import { noticeChannel } from '../../shared/batch.ts'
import { cacheCalls } from '../../shared/contract/cache-calls.ts'
import { createPeer } from '../../shared/rpc.ts'
import { createCache } from './cache.ts'
import { openForWriting } from './schema.ts'

const notices = new BroadcastChannel(noticeChannel)
const database = openForWriting()
await database.open()
createPeer(window.pillarbox.connect(), {
  serves: cacheCalls,
  handlers: createCache(
    database,
    notice => notices.postMessage(notice),
    () => Date.now(),
  ),
  calls: {},
  emits: {},
  hears: {},
  on: {},
})
