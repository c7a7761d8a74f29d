/** Entry of the list worker (dedicated, module). */
import { noticeChannel, type Notice } from '../../../shared/batch.ts'
import { createReader } from '../database.ts'
import type { ToWorker } from './list-protocol.ts'
import { createListService } from './list-service.ts'
import { startOfDay } from '../words/dates.ts'

const dayCheckMs = 30_000

const reader = createReader()
reader.open().catch(() => undefined) // it is there when the window has found out what it looks at; whoever reads hears of a failure
const service = createListService(
  reader,
  message => postMessage(message),
  () => Date.now(),
)
const notices = new BroadcastChannel(noticeChannel)
notices.addEventListener('message', (event: MessageEvent<Notice>) => service.notice(event.data))
addEventListener('message', (event: MessageEvent<ToWorker>) => service.receive(event.data))

let day = startOfDay(Date.now())
setInterval(() => {
  const today = startOfDay(Date.now())
  if (today !== day) service.refresh()
  day = today
}, dayCheckMs)
