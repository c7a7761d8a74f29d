/** What windows ask of the desktop around them. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import { MailError } from '../../../shared/errors.ts'
import type { Host } from '../host.ts'

type DesktopCalls = Extract<keyof typeof coreCalls, `desktop.${string}`> | 'link.open'

export function createDesktopCalls(host: Pick<Host, 'desktop' | 'openUrl'>): Pick<Handlers<typeof coreCalls>, DesktopCalls> {
  return {
    'desktop.unread': ({ count }) => {
      host.desktop?.setUnread(count)
      return null
    },
    'desktop.mailProgram': () => host.desktop?.makeMailProgram() ?? false,
    'link.open': async ({ url }) => {
      if (!/^(https?|mailto):/i.test(url)) throw new MailError('refused', 'link.forbidden')
      await host.openUrl(url)
      return null
    },
  }
}
