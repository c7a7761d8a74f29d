/**
 * Chromium has no network at all (law 8). Three walls, each enough by itself: a proxy that nobody serves, a WebRTC policy that sends nothing past the proxy, and
 * a filter that cancels whatever is not of the program's own scheme. And no page gets a permission, a device or a download.
 */
import { app, type Session, type WebContents } from 'electron'
import { isOfOrigin } from '../host-shared/pages.ts'
import { origin } from './names.ts'

/** Chromium's own services. Before `ready` (https://electronjs.org/docs/api/command-line: commandLine.appendSwitch). */
export function silenceChromium(): void {
  for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability', 'disable-quic', 'no-pings'])
    app.commandLine.appendSwitch(name)
}

/** True for what a page may load: files of ours, blobs made by our pages, data, and Chromium's own developer tools. */
export function mayLoad(url: string): boolean {
  return isOfOrigin(url, origin) || url.startsWith(`blob:${origin}/`) || /^(data|devtools):/.test(url)
}

export async function closeNetwork(session: Session): Promise<void> {
  // https://electronjs.org/docs/api/web-request: webRequest.onBeforeRequest
  session.webRequest.onBeforeRequest((details, callback) => callback({ cancel: !mayLoad(details.url) }))
  // https://electronjs.org/docs/api/session: ses.setPermissionRequestHandler needs ses.setPermissionCheckHandler beside it
  session.setPermissionRequestHandler((_contents, _permission, callback) => callback(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.on('will-download', event => event.preventDefault())
  session.setSpellCheckerEnabled(false) // it would fetch dictionaries (https://electronjs.org/docs/api/session: ses.setSpellCheckerEnabled)
  // https://electronjs.org/docs/api/structures/proxy-config: <-loopback> takes away the rule that loopback needs no proxy
  await session.setProxy({ mode: 'fixed_servers', proxyRules: 'socks5://127.0.0.1:1', proxyBypassRules: '<-loopback>' })
}

/** What holds for one page. */
export function confine(contents: WebContents, openOutside: (url: string) => void): void {
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
  // https://electronjs.org/docs/api/web-contents: contents.setWindowOpenHandler
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url)
    return { action: 'deny' }
  })
  // not emitted for what the main process loads itself (https://electronjs.org/docs/api/web-contents: will-navigate)
  contents.on('will-navigate', event => event.preventDefault())
  contents.on('will-attach-webview', event => event.preventDefault())
  // a page that does not want to be left is left (https://electronjs.org/docs/api/web-contents: will-prevent-unload)
  contents.on('will-prevent-unload', event => event.preventDefault())
}
