import { Check, Settings as Gear } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import type { Settings } from '../../../shared/model/settings.ts'
import { commandNamed, perform } from '../../commands/commands.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Button } from '../../ui/Button.tsx'
import menu from '../../ui/menu.module.css'

const choices: { key: keyof Settings; label: string; values: [value: string, label: string][] }[] = [
  {
    key: 'theme',
    label: 'Theme',
    values: [
      ['system', 'As the system'],
      ['light', 'Light'],
      ['dark', 'Dark'],
    ],
  },
  {
    key: 'density',
    label: 'Density',
    values: [
      ['normal', 'Normal'],
      ['comfortable', 'Comfortable'],
      ['compact', 'Compact'],
    ],
  },
  {
    key: 'layout',
    label: 'Layout',
    values: [
      ['columns', 'Columns'],
      ['stacked', 'List above message'],
      ['list', 'List alone'],
    ],
  },
]

/** How the window looks. Accounts and the rest get a dialog of their own. */
export function SettingsMenu() {
  const services = useServices()
  const settings = useWindowState(state => state.settings)
  const hasAccounts = useWindowState(state => state.accounts.length > 0)
  const choose = (key: keyof Settings, value: string): void =>
    perform(commandNamed(`${key}-${value}` as Parameters<typeof commandNamed>[0]), services)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button look="quiet" aria-label="Settings" icon={<Gear aria-hidden="true" />} />
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
            <DropdownMenu.Item className={menu.item} onSelect={() => perform(commandNamed('accounts'), services)}>
              Accounts…
            </DropdownMenu.Item>
          )}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
