/** Commands for the window itself: its dialogs, its panes and its looks. */
import type { Settings } from '../../shared/model/settings.ts'
import { errorWords } from '../data/words/errors.ts'
import { say } from '../data/words/say.ts'
import { showNotice } from '../ui/notices.tsx'
import type { Services } from '../state/services.ts'
import type { Command, CommandName } from './command.ts'
import { nextPane } from './panes.ts'

function always(): boolean {
  return true
}

function set(services: Services, change: Partial<Settings>): void {
  const before = services.store.getState().settings
  services.store.setState({ settings: { ...before, ...change }, ...(change.layout ? { reading: false } : {}) })
  services.core.call('settings.set', change).catch((error: unknown) => {
    services.store.setState({ settings: before })
    showNotice({ kind: 'alert', text: say('commands.settingNotKept', { reason: errorWords(error) }) })
  })
}

function settingCommand<K extends keyof Settings>(key: K, value: Settings[K], label: string): Command {
  return {
    name: `${key}-${value}` as CommandName,
    label,
    keys: [],
    group: 'window',
    scope: 'window',
    enabled: state => state.settings[key] !== value,
    perform: services => set(services, { [key]: value }),
  }
}

async function becomeMailProgram({ core }: Services): Promise<void> {
  const made = await core.call('desktop.mailProgram', null)
  showNotice(made ? { kind: 'status', text: say('commands.isMailProgram') } : { kind: 'alert', text: say('commands.isNotMailProgram') })
}

export const windowCommands: readonly Command[] = [
  {
    name: 'palette',
    label: say('commands.palette'),
    keys: ['$mod+k'],
    group: 'window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: ({ store }) => store.setState({ dialog: 'palette' }),
  },
  {
    name: 'keys',
    label: say('commands.keys'),
    keys: ['Shift+?', '?'],
    group: 'window',
    scope: 'window',
    enabled: always,
    perform: ({ store }) => store.setState({ dialog: 'keys' }),
  },
  {
    name: 'addAccount',
    label: say('commands.addAccount'),
    keys: [],
    group: 'window',
    scope: 'window',
    enabled: state => state.core === 'ready',
    perform: ({ store }) => store.setState({ dialog: 'addAccount' }),
  },
  {
    name: 'accounts',
    label: say('commands.accounts'),
    keys: [],
    group: 'window',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: ({ store }) => store.setState({ dialog: 'accounts', accountPage: null }),
  },
  {
    name: 'unlock',
    label: say('commands.unlock'),
    keys: [],
    group: 'window',
    scope: 'window',
    enabled: ({ secrets }) => secrets.kind === 'passphrase' && secrets.locked,
    perform: ({ store }) => store.setState({ dialog: 'unlock' }),
  },
  {
    name: 'mailProgram',
    label: say('commands.mailProgram'),
    keys: [],
    group: 'window',
    scope: 'window',
    enabled: ({ missingFeatures }) => !missingFeatures.includes('mailProgram'),
    perform: becomeMailProgram,
  },
  {
    name: 'nextPane',
    label: say('commands.nextPane'),
    keys: ['F6'],
    group: 'window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: () => nextPane(1),
  },
  {
    name: 'previousPane',
    label: say('commands.previousPane'),
    keys: ['Shift+F6'],
    group: 'window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: () => nextPane(-1),
  },
  settingCommand('theme', 'system', say('commands.theme.system')),
  settingCommand('theme', 'light', say('commands.theme.light')),
  settingCommand('theme', 'dark', say('commands.theme.dark')),
  settingCommand('density', 'normal', say('commands.density.normal')),
  settingCommand('density', 'comfortable', say('commands.density.comfortable')),
  settingCommand('density', 'compact', say('commands.density.compact')),
  settingCommand('layout', 'columns', say('commands.layout.columns')),
  settingCommand('layout', 'stacked', say('commands.layout.stacked')),
  settingCommand('layout', 'list', say('commands.layout.list')),
]
