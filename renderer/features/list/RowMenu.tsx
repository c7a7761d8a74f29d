import { ContextMenu } from 'radix-ui'
import type { ReactNode } from 'react'
import { commandNamed, perform, type CommandName } from '../../commands/commands.ts'
import { useServices, useWindowState } from '../../state/services.ts'
import { Keys } from '../../ui/Keys.tsx'
import menu from '../../ui/menu.module.css'

const names: CommandName[] = [
  'reply',
  'replyAll',
  'forward',
  'archive',
  'moveTo',
  'copyTo',
  'junk',
  'notJunk',
  'delete',
  'markRead',
  'markUnread',
  'flag',
  'unflag',
]

/** The context menu of the list, for the whole selection. Commands that would change nothing are not shown. */
export function RowMenu({ children }: { children: ReactNode }) {
  const services = useServices()
  const enabled = useWindowState(state => names.filter(name => commandNamed(name).enabled(state)).join(' '))
  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild>{children}</ContextMenu.Trigger>
      <ContextMenu.Portal container={document.querySelector('main')}>
        <ContextMenu.Content className={menu.menu} collisionPadding={8}>
          {names
            .filter(name => enabled.split(' ').includes(name))
            .map(name => {
              const command = commandNamed(name)
              return (
                <ContextMenu.Item key={name} className={menu.item} onSelect={() => perform(command, services)}>
                  {command.label}
                  <span className={menu.keys}>{command.keys[0] && <Keys binding={command.keys[0]} />}</span>
                </ContextMenu.Item>
              )
            })}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  )
}
