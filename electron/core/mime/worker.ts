/** Entry of the worker thread that does the MIME work. */
import { parentPort } from 'node:worker_threads'
import { mimeCalls, type MimeAnswer, type MimeRequest } from './mime.ts'

parentPort!.on('message', ({ id, name, args }: MimeRequest) => {
  let answer: MimeAnswer
  try {
    answer = { id, result: (mimeCalls[name] as (...args: unknown[]) => unknown)(...args) }
  } catch (error) {
    answer = { id, error: error instanceof Error ? error.message : String(error) }
  }
  parentPort!.postMessage(answer)
})
