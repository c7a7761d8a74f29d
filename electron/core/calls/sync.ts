/** What windows ask about mail that may have come. */
import type { Handlers } from '../../../shared/contract/call.ts'
import type { coreCalls } from '../../../shared/contract/core-calls.ts'
import type { AccountId } from '../../../shared/model/account.ts'

/** `checkNow`: null is every account. */
export function createSyncCalls(checkNow: (account: AccountId | null) => void): Pick<Handlers<typeof coreCalls>, 'sync.now'> {
  return {
    'sync.now': ({ account }) => {
      checkNow(account)
      return null
    },
  }
}
