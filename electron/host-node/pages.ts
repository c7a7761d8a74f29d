/** Answers Chromium's requests through `Fetch` interception: the program's own files, and a refusal for everything else. */
import { answerPage } from '../host-shared/pages.ts'
import { systemLocale } from './locale.ts'
import type { Cdp } from './cdp.ts'
import type { CdpEvents } from './protocol.ts'

export const origin = 'https://app.pillarbox.localhost'
/** Without the variables of POSIX Node itself asks the system, but on Linux, where these are the system. */
const locale = systemLocale(process.env, process.platform === 'linux' ? 'en-GB' : Intl.DateTimeFormat().resolvedOptions().locale)

/** Answers one intercepted request. Rejects where Chromium no longer wants the answer (the page has gone). */
export async function answerRequest(cdp: Cdp, sessionId: string, paused: CdpEvents['Fetch.requestPaused'], folder: string): Promise<void> {
  const { requestId, request } = paused
  const answer = await answerPage(request, origin, folder, locale)
  if (!answer) {
    await cdp.call('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' }, sessionId)
    return
  }
  const responseHeaders = Object.entries(answer.headers).map(([name, value]) => ({ name, value }))
  await cdp.call('Fetch.fulfillRequest', { requestId, responseCode: answer.status, responseHeaders, body: answer.body.toString('base64') }, sessionId)
}
