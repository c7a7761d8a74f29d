/** Commands for the window itself: its dialogs, its panes and its looks. */
import type { Settings } from '../../shared/model/settings.ts'
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
  services.core.call('settings.set', change).catch((error: Error) => {
    services.store.setState({ settings: before })
    showNotice({ kind: 'alert', text: `The setting was not kept: ${error.message}` })
  })
}

function settingCommand<K extends keyof Settings>(key: K, value: Settings[K], label: string): Command {
  return {
    name: `${key}-${value}` as CommandName,
    label,
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: state => state.settings[key] !== value,
    perform: services => set(services, { [key]: value }),
  }
}

async function becomeMailProgram({ core }: Services): Promise<void> {
  const made = await core.call('desktop.mailProgram', null)
  showNotice(
    made
      ? { kind: 'status', text: 'Mail addresses you click in other programs are opened with Pillarbox from now on.' }
      : { kind: 'alert', text: 'This system does not let Pillarbox choose that. Look for “Default apps” in its settings.' },
  )
}

export const windowCommands: readonly Command[] = [
  {
    name: 'palette',
    label: 'Find a command',
    keys: ['$mod+k'],
    group: 'Window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: ({ store }) => store.setState({ dialog: 'palette' }),
  },
  {
    name: 'keys',
    label: 'Show the keys',
    keys: ['Shift+?', '?'],
    group: 'Window',
    scope: 'window',
    enabled: always,
    perform: ({ store }) => store.setState({ dialog: 'keys' }),
  },
  {
    name: 'addAccount',
    label: 'Add account',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: state => state.core === 'ready',
    perform: ({ store }) => store.setState({ dialog: 'addAccount' }),
  },
  {
    name: 'accounts',
    label: 'Accounts…',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: state => state.accounts.length > 0,
    perform: ({ store }) => store.setState({ dialog: 'accounts', accountPage: null }),
  },
  {
    name: 'unlock',
    label: 'Unlock your passwords…',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: ({ secrets }) => secrets.kind === 'passphrase' && secrets.locked,
    perform: ({ store }) => store.setState({ dialog: 'unlock' }),
  },
  {
    name: 'mailProgram',
    label: 'Open mail addresses with Pillarbox',
    keys: [],
    group: 'Window',
    scope: 'window',
    enabled: ({ missingFeatures }) => !missingFeatures.includes('opening mail addresses of other programs'),
    perform: becomeMailProgram,
  },
  {
    name: 'nextPane',
    label: 'Next pane',
    keys: ['F6'],
    group: 'Window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: () => nextPane(1),
  },
  {
    name: 'previousPane',
    label: 'Previous pane',
    keys: ['Shift+F6'],
    group: 'Window',
    scope: 'window',
    keysOnly: true,
    enabled: always,
    perform: () => nextPane(-1),
  },
  settingCommand('theme', 'system', 'Theme: as the system'),
  settingCommand('theme', 'light', 'Theme: light'),
  settingCommand('theme', 'dark', 'Theme: dark'),
  settingCommand('density', 'normal', 'Density: normal'),
  settingCommand('density', 'comfortable', 'Density: comfortable'),
  settingCommand('density', 'compact', 'Density: compact'),
  settingCommand('layout', 'columns', 'Layout: columns'),
  settingCommand('layout', 'stacked', 'Layout: list above message'),
  settingCommand('layout', 'list', 'Layout: list alone'),
]
