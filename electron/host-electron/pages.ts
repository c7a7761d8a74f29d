/** The program's pages under a scheme of their own. */
import { app, protocol, type Session } from 'electron'
import { answerPage } from '../host-shared/pages.ts'
import { origin, scheme } from './names.ts'

/**
 * Once, before `ready` (https://electronjs.org/docs/api/protocol: protocol.registerSchemesAsPrivileged). Without `standard` there is no IndexedDB, without
 * `secure` no secure context.
 */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
  ])
}

/** After `ready` (https://electronjs.org/docs/api/protocol: protocol.handle; https://electronjs.org/docs/api/app: app.getSystemLocale). */
export function servePages(session: Session, rendererFolder: string): void {
  session.protocol.handle(scheme, async request => {
    const answer = await answerPage(request, origin, rendererFolder, app.getSystemLocale())
    if (!answer) return Response.error() // fails as a network error
    return new Response(answer.body, { status: answer.status, headers: answer.headers })
  })
}
