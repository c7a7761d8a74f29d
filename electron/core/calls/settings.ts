/** What windows ask about the person's settings. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import type { Settings } from '../../../shared/model/settings.ts'

/** `change` keeps what changed; `changed` tells every window. */
export function createSettingsCalls(
  change: (change: Partial<Settings>) => Promise<unknown>,
  changed: () => void,
): Pick<Handlers<typeof coreCalls>, 'settings.set'> {
  return {
    'settings.set': async chosen => {
      await change(chosen)
      changed()
      return null
    },
  }
}
