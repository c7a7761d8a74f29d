/** Commands that go elsewhere: to an inbox, to the server, to what is under way. */
import { errorWords } from '../data/words/errors.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import { goTo } from '../state/selection.ts'
import type { Services } from '../state/services.ts'
import type { Command } from './command.ts'
import { focusPane } from './panes.ts'

async function checkMail({ core }: Services): Promise<void> {
  try {
    await core.call('sync.now', { account: null })
  } catch (error) {
    showNotice({ kind: 'alert', text: say('common.notChecked', { reason: errorWords(error) }) })
  }
}

function goToInbox({ store }: Services, number: number | null): void {
  const { accounts, inFront, folders } = store.getState()
  const account = number === null ? (inFront?.account ?? accounts[0]?.id) : accounts[number - 1]?.id
  const inbox = folders?.find(folder => folder.ref.account === account && folder.role === 'inbox')
  if (!inbox) return
  goTo({ store }, inbox.ref)
  focusPane('list')
}

function accountCommand(number: number): Command {
  return {
    name: `account${number}`,
    label: say('commands.goToAccount', { number }),
    keys: [`$mod+${number}`],
    group: 'go',
    scope: 'window',
    keysOnly: true,
    enabled: state => state.accounts.length >= number,
    perform: services => goToInbox(services, number),
  }
}

export const goCommands: readonly Command[] = [
  {
    name: 'goToInbox',
    label: say('commands.goToInbox'),
    keys: ['g i'],
    group: 'go',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: services => goToInbox(services, null),
  },
  ...Array.from({ length: 9 }, (_, i) => accountCommand(i + 1)),
  {
    name: 'checkMail',
    label: say('commands.checkMail'),
    keys: ['F5'],
    group: 'go',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: checkMail,
  },
  {
    name: 'activity',
    label: say('commands.activity'),
    keys: ['g a'],
    group: 'go',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: ({ store }) => store.setState({ dialog: 'activity' }),
  },
]
