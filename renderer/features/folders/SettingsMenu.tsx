import { Check, Settings as Gear } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Settings } from '../../../shared/model/settings.ts'
import { commandNamed, perform } from '../../commands/commands.ts'
import { say } from '../../data/words/say.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import menu from '../../ui/menu.module.css'

const choices: { key: keyof Settings; label: string; values: [value: string, label: string][] }[] = [
  {
    key: 'theme',
    label: say('settings.theme'),
    values: [
      ['system', say('settings.theme.system')],
      ['light', say('settings.theme.light')],
      ['dark', say('settings.theme.dark')],
    ],
  },
  {
    key: 'density',
    label: say('settings.density'),
    values: [
      ['normal', say('settings.density.normal')],
      ['comfortable', say('settings.density.comfortable')],
      ['compact', say('settings.density.compact')],
    ],
  },
  {
    key: 'layout',
    label: say('settings.layout'),
    values: [
      ['columns', say('settings.layout.columns')],
      ['stacked', say('settings.layout.stacked')],
      ['list', say('settings.layout.list')],
    ],
  },
]

/** How the window looks. Accounts and the rest get a dialog of their own. */
export function SettingsMenu() {
  const services = useServices()
  const accounts = commandNamed('accounts')
  const settings = useWindowState(state => state.settings)
  const hasAccounts = useWindowState(state => state.accounts.length > 0)
  const choose = (key: keyof Settings, value: string): void =>
    perform(commandNamed(`${key}-${value}` as Parameters<typeof commandNamed>[0]), services)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" aria-label={say('settings.title')} icon={<Gear aria-hidden="true" />} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal container={document.querySelector('main')}>
        <DropdownMenu.Content className={menu.menu} side="top" align="end" sideOffset={6} collisionPadding={8}>
          {choices.map(({ key, label, values }) => (
            <DropdownMenu.RadioGroup key={key} aria-label={label} value={settings[key]} onValueChange={value => choose(key, value)}>
              <DropdownMenu.Label className={menu.label}>{label}</DropdownMenu.Label>
              {values.map(([value, name]) => (
                <DropdownMenu.RadioItem key={value} value={value} className={menu.item} onSelect={event => event.preventDefault()}>
                  <DropdownMenu.ItemIndicator className={menu.mark}>
                    <Check aria-hidden="true" />
                  </DropdownMenu.ItemIndicator>
                  {name}
                </DropdownMenu.RadioItem>
              ))}
            </DropdownMenu.RadioGroup>
          ))}
          {hasAccounts && <DropdownMenu.Separator className={menu.separator} />}
          {hasAccounts && (
            <DropdownMenu.Item className={menu.item} onSelect={() => perform(accounts, services)}>
              {accounts.label}
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
