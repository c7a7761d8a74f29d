/**
 * Session and protocol (https://electronjs.org/docs/api/session, https://electronjs.org/docs/api/protocol): what pages may load, and who answers.
 * Chromium knows only https as a secure scheme with a host of one's own; the addresses are translated at this border.
 */
import { EventEmitter } from 'node:events'
import { origin as chromiumOrigin } from '../../electron/host-node/pages.ts'
import { rule } from './rules.ts'

export { chromiumOrigin }
export const electronOrigin = 'app://pillarbox'

export function toChromium(url: string): string {
  return url.startsWith(`${electronOrigin}/`) ? chromiumOrigin + url.slice(electronOrigin.length) : url
}

export function toElectron(url: string): string {
  return url.startsWith(`${chromiumOrigin}/`) ? electronOrigin + url.slice(chromiumOrigin.length) : url
}

type Handler = (request: Request) => Response | Promise<Response>
type RequestFilter = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void
interface Scheme {
  scheme: string
  privileges: { standard?: boolean; secure?: boolean }
}

export class StandInProtocol {
  private schemes: readonly Scheme[] | null = null
  readonly handlers = new Map<string, Handler>()

  constructor(private readonly isReady: () => boolean) {}

  registerSchemesAsPrivileged(schemes: readonly Scheme[]): void {
    rule(!this.isReady(), 'protocol.registerSchemesAsPrivileged is called after ready', 'api/protocol')
    rule(this.schemes === null, 'protocol.registerSchemesAsPrivileged is called twice', 'api/protocol')
    this.schemes = schemes
  }

  handle(scheme: string, handler: Handler): void {
    rule(this.isReady(), 'protocol.handle is called before ready', 'api/protocol')
    rule(!this.handlers.has(scheme), `protocol.handle is called twice for ${scheme}`, 'api/protocol')
    const privileges = this.schemes?.find(candidate => candidate.scheme === scheme)?.privileges
    rule(privileges?.standard === true, `${scheme} is no standard scheme, so its pages have no IndexedDB`, 'api/protocol')
    rule(privileges.secure === true, `${scheme} is no secure scheme`, 'api/structures/custom-scheme')
    this.handlers.set(scheme, handler)
  }
}

export class StandInSession extends EventEmitter {
  /** Requests that would have reached the network. */
  readonly leaks: string[] = []
  proxy: { mode?: string; proxyRules?: string; proxyBypassRules?: string } = {}
  /** Where Chromium keeps what is this session's (api/session: ses.storagePath). */
  storagePath: string | null = null
  private filter: RequestFilter | null = null

  constructor(readonly protocol: StandInProtocol) {
    super()
  }

  readonly webRequest = { onBeforeRequest: (filter: RequestFilter) => void (this.filter = filter) }

  setProxy(config: StandInSession['proxy']): Promise<void> {
    this.proxy = config
    return Promise.resolve()
  }

  setPermissionRequestHandler(): void {}
  setPermissionCheckHandler(): void {}
  setDevicePermissionHandler(): void {}
  setSpellCheckerEnabled(): void {}

  isCancelled(url: string): Promise<boolean> {
    return new Promise(resolve => {
      if (this.filter) this.filter({ url }, ({ cancel }) => resolve(cancel ?? false))
      else resolve(false)
    })
  }

  /** Null where nobody answers: a request to the network, or a handler that refuses. */
  async answer({ url, method }: { url: string; method: string }): Promise<Response | null> {
    const handler = this.protocol.handlers.get(new URL(url).protocol.slice(0, -1))
    if (!handler) {
      this.leaks.push(url)
      return null
    }
    const response = await handler(new Request(url, { method }))
    return response.type === 'error' ? null : response
  }
}
