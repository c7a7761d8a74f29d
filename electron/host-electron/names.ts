/** Names that main process, preload and page agree on. */

export const scheme = 'app'
/** Never changes: another origin would be another, empty cache. */
export const origin = `${scheme}://pillarbox`
export const appId = 'mail.pillarbox.desktop'

/** Preload to main: the page wants a transport; the number of its operation. */
export const connectChannel = 'pillarbox:connect'
/** Main to preload: the page's end of the channel, with the number of the operation. */
export const portChannel = 'pillarbox:port'
